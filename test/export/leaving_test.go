package export

import (
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// TestLeaving goes the way of docs/tasks/leaving.md: once the platform only observes, lifting the protection releases the guard
// and nothing else, whatever AWS protects; before that nothing is released. (R-TAKE-2)
func TestLeaving(t *testing.T) {
	was := platformtest.Eventually(t, platformtest.XR(t, "production", nil))
	observe := platformtest.Set(map[string]any{"policy": "Observe"}, "spec", "adopt")
	lift := platformtest.Set(false, "spec", "deletionProtection")
	guards := []string{platform.Guard, platform.GuardClaim}
	guarded := func(names []string) (out []string) {
		for _, name := range names {
			if slices.Contains(guards, name) {
				out = append(out, name)
			}
		}
		return out
	}
	both := func(claim map[string]any) { observe(claim); lift(claim) }

	early := platformtest.Once(t, platformtest.XR(t, "production", both), platformtest.Observed(was))
	if diff := cmp.Diff(guards, guarded(early.Names())); diff != "" {
		t.Errorf("The guard should stay while anything is managed: -want, +got:\n%s", diff)
	}

	looking := platformtest.Once(t, platformtest.XR(t, "production", observe), platformtest.Observed(was))
	desired := map[string]*fnv1.Resource{}
	for name, o := range looking.Resources {
		desired[name] = &fnv1.Resource{Resource: o}
	}
	looked := simulate.Provider(desired, platformtest.Observed(was))
	for name, r := range looked {
		o := r.GetResource()
		if fields.At(o, "spec", "forProvider") == nil {
			continue
		}
		if diff := cmp.Diff([]any{"Observe"}, fields.In(o.AsMap(), "spec", "managementPolicies")); diff != "" {
			t.Errorf("%s should only be observed: -want, +got:\n%s", name, diff)
		}
	}
	if !fields.At(looked["aurora"].GetResource(), "status", "atProvider", "deletionProtection").GetBoolValue() {
		t.Fatal("AWS should still protect Aurora, or this test shows nothing")
	}

	lifted := platformtest.Once(t, platformtest.XR(t, "production", both), looked)
	if left := guarded(lifted.Names()); len(left) > 0 {
		t.Errorf("The guard should be released although AWS protects its stores: %v", left)
	}
	var gone []string
	for name, r := range looked {
		next := lifted.Resources[name]
		switch {
		case next == nil:
			gone = append(gone, name)
		case fields.At(r.GetResource(), "spec", "forProvider") != nil && !cmp.Equal([]any{"Observe"}, fields.In(next.AsMap(), "spec", "managementPolicies")):
			t.Errorf("%s should go on observing", name)
		}
	}
	slices.Sort(gone)
	if diff := cmp.Diff(guards, gone); diff != "" {
		t.Errorf("Nothing but the guard should be dropped: -want, +got:\n%s", diff)
	}
	for name := range lifted.Resources {
		if looked[name] == nil && !strings.HasPrefix(name, "guard") {
			t.Errorf("%s should not be created while the platform only observes", name)
		}
	}
}
