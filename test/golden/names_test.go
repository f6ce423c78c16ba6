package golden

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

// TestNames holds the names of composed resources to a list, and the names that layers ask for to the composed ones. (R-API-7)
func TestNames(t *testing.T) {
	n := listen(t)
	for _, name := range slices.Sorted(maps.Keys(n.asked)) {
		if !n.composed[name] {
			t.Errorf("%q is asked for, and no layer composes it: is it misspelt?", name)
		}
	}
	composed := slices.Collect(maps.Keys(n.composed))
	for _, prefix := range slices.Sorted(maps.Keys(n.prefixes)) {
		if !slices.ContainsFunc(composed, func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			t.Errorf("%q is asked for, and no layer composes a name that begins so: is it misspelt?", prefix)
		}
	}
	if diff := cmp.Diff(strings.Fields(platformtest.Read(t, namesFile)), strings.Fields(n.list())); diff != "" {
		t.Errorf(`
The names of composed resources are an API: spec.adopt.externalNames and spec.adopt.keep use them, and under another name Crossplane
deletes the resource and creates another. Keep the name. If a resource is new, or is to go, run make update, and say in CHANGELOG.md
what is deleted and created, and which entries of spec.adopt to rename.
%s: -want, +got:
%s`, namesFile, diff)
	}
}
