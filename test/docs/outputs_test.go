package docs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestElided(t *testing.T) {
	const printed = "Created:\n  + a-0123456789 (A)\n  + b (B)\n\nPlan: 12 to create, 3 unchanged.\nCost: 7\n"
	cases := map[string]struct {
		reason               string
		shown, want, missing string
	}{
		"Same":     {"Should leave what is printed as it is.", "…\n  + b (B)\n…\nCost: 7", "…\n  + b (B)\n…\nCost: 7", ""},
		"Numbers":  {"Should show the numbers and hashes that are printed.", "  + a-9999999999 (A)\n…\nPlan: 9 to create, 1 unchanged.\n…", "  + a-0123456789 (A)\n…\nPlan: 12 to create, 3 unchanged.\n…", ""},
		"Missing":  {"Should name what is not printed.", "…\n  + c (C)\n…", "", "  + c (C)"},
		"Order":    {"Should name what is printed before what stands above it.", "Cost: 7\n…\nCreated:", "", "Created:"},
		"Adjacent": {"Should not pass over lines where none are left out.", "…\n  + b (B)\nPlan: 12 to create, 3 unchanged.", "", "  + b (B)\nPlan: 12 to create, 3 unchanged."},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			updated, missing := elided(strings.Split(tc.shown, "\n"), printed)
			if diff := cmp.Diff([]string{tc.want, tc.missing}, []string{strings.Join(updated, "\n"), missing}); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
