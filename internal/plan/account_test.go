package plan_test

import (
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// TestOtherConfig: a plan says what another ProviderConfig means, which the changes of its resources do not show.
func TestOtherConfig(t *testing.T) {
	input := func(config string) *plan.Input {
		claim := platformtest.Claim(t, "staging")
		platformtest.Set(config, "spec", "providerConfigName")(claim)
		return &plan.Input{Name: "staging.yaml", Platform: claim}
	}
	cases := map[string]struct {
		reason    string
		was, next *plan.Input
		want      bool
	}{
		"Other": {"Should say that another ProviderConfig may lead to another account.", input("default"), input("other"), true},
		"Same":  {"Should say nothing where it stays.", input("default"), input("default"), false},
		"New":   {"Should say nothing of a new platform.", &plan.Input{Name: "empty"}, input("other"), false},
		"Gone":  {"Should say nothing of a deleted platform.", input("other"), &plan.Input{Name: "empty"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			notes := strings.Join(change(t, tc.was, tc.next).Notes, "\n")
			if got := strings.Contains(notes, "make sure that other leads to account 111122223333 too"); got != tc.want {
				t.Errorf("\n%s\nNotes: %s", tc.reason, notes)
			}
		})
	}
}
