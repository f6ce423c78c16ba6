package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOversights plans changes of a platform that runs with scaling limits that a new claim would be refused for. (R-LIFE-7)
func TestOversights(t *testing.T) {
	const percent = "compute.services.backend.scaling.scaleInPercent"
	was := map[string]any{percent: 50.0}
	cases := map[string]struct {
		reason string
		next   map[string]any
		want   string // the verdict
		note   bool
	}{
		"SomethingElse": {"Should change what has nothing to do with it, and say what is wrong.", with(was, "compute.logRetentionDays", 90.0), "", true},
		"StillWrong":    {"Should refuse another value that is as wrong.", with(was, percent, 48.0), "refused spec." + percent, false},
		"Right":         {"Should take a value that is right.", with(was, percent, 30.0), "~scaling-backend-in-alarm", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := change(t, input(t, "production", was), input(t, "production", tc.next))
			if got := verdict(p); tc.want != "" && got != tc.want || tc.want == "" && strings.Contains(got, "refused") {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, cmp.Diff(tc.want, got))
			}
			if got := strings.Contains(strings.Join(p.Notes, "\n"), "spec."+percent+": Invalid value: 50"); got != tc.note {
				t.Errorf("%s\nnoted: %t, notes: %q", tc.reason, got, p.Notes)
			}
		})
	}
}
