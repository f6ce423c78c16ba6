package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// TestLeftBehind: what the platform tells to stay before it drops it is planned as what stays, whatever its policy is now.
func TestLeftBehind(t *testing.T) {
	registry := func(fields map[string]any) *plan.Input {
		claim := platformtest.Claim(t, "staging")
		platformtest.Set(fields, "spec", "compute", "registry")(claim)
		return &plan.Input{Name: "staging.yaml", Platform: claim}
	}
	const stays = "stays in AWS as it is, and nothing manages it any more"
	cases := map[string]struct {
		reason    string
		was, next *plan.Input
		want      string // of repository-backend
	}{
		"Own":    {"Should say that repositories stay which would be deleted with the claim.", registry(map[string]any{"mode": "Own"}), registry(map[string]any{"mode": "Use"}), stays},
		"Shared": {"Should say that repositories stay which stay anyway.", registry(map[string]any{"sharedWith": []any{"morket-production"}}), registry(map[string]any{"mode": "Use"}), stays},
		"Gone":   {"Should say that images are lost when the claim is deleted.", registry(map[string]any{"mode": "Own"}), &plan.Input{Name: "empty"}, "every image in it is lost"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, c := range change(t, tc.was, tc.next).Changes {
				if !strings.HasPrefix(c.Name, "repository-") {
					continue
				}
				if c.Action != plan.Delete {
					t.Errorf("\n%s\n%s: want it deleted, got %s", tc.reason, c.Name, c.Action)
				}
				if c.Name != "repository-backend" {
					continue
				}
				if diff := cmp.Diff(tc.want, c.Afterwards); diff != "" {
					t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}
