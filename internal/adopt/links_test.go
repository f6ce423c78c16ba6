package adopt

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/kinds"
)

// TestLinks: a field that a kind does not have would tie nothing to anything.
func TestLinks(t *testing.T) {
	for _, l := range links {
		if kinds.Terraform(l.of) == "" || kinds.Terraform(l.to) == "" || slices.Contains(l.terraform(), "") {
			t.Errorf("%s has no %s%s that names a %s", l.of, l.field, l.computed, l.to)
		}
	}
}

func TestSegments(t *testing.T) {
	cases := map[string]struct {
		reason, address string
		want            []string
	}{
		"Module": {"A module is two", "module.a.aws_vpc.x", []string{"module", "a", "aws_vpc", "x"}},
		"Dots":   {"A dot in an index is part of it", `module.a["eu.prod"].aws_vpc.x["a.b"]`, []string{"module", `a["eu.prod"]`, "aws_vpc", `x["a.b"]`}},
		"Odd":    {"An address that is none is one", "]..", []string{"]", "", ""}},
		"Empty":  {"There is always one", "", []string{""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, segments(tc.address)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEnvironmentsIn(t *testing.T) {
	cases := map[string]struct {
		reason, text string
		want         []string
	}{
		"Live":    {"Live is a word for production", "live-stream product", []string{"production"}},
		"Digits":  {"Digits count what there is several of", "prod2 stg01", []string{"production", "staging"}},
		"Capital": {"A capital begins a word", "shopProdDb", []string{"production"}},
		"Pre":     {"What comes before production is not production", "shop-pre-prod", []string{"preproduction"}},
		"Non":     {"Nor is what is not", "nonprod", []string{"nonproduction"}},
		"Nothing": {"Other words are none", "product device contest", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, environmentsIn(tc.text)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
