package compute_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/morket-io/platform/internal/fields"
)

// FuzzRepositoryMode: whatever the sequence of modes, of other owners and of reconciles that see only a part and fail anywhere, no managed
// resource is dropped that would delete in AWS, and none that was left behind will. (R-ECR-5)
func FuzzRepositoryMode(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // to repeat a test, not to keep a secret
		w := &registryWorld{t: t, mode: "Own", objects: map[string]*fnv1.Resource{}}
		w.reconcile(nil, func() bool { return true })
		const rounds = 12
		for range rounds {
			w.do([]string{"", "", "Own", "Use", "Use", "older", "younger", "alone", "alone"}[random.IntN(9)])
			left := 1 + random.IntN(40) // steps before the API server fails, if it does
			w.reconcile(w.part(random), func() bool { left--; return left > 0 })
			if f := w.fatal(); f != "" {
				t.Fatalf("a running platform should never be refused: %s", f)
			}
			for name, o := range w.repositories() {
				if w.dropped && deletes(o) {
					t.Fatalf("%s was left behind, and would be deleted with the claim", name)
				}
				if w.mode == "Use" && deletes(o) {
					t.Fatalf("%s is another claim's, and would be deleted with this one", name)
				}
			}
		}
		// It settles: what the claim asks for at last comes.
		w.do("alone")
		for range 4 {
			view := maps.Clone(w.objects)
			w.reconcile(view, func() bool { return true })
		}
		want := 0
		if w.mode == "Own" {
			want = 9
		}
		if got := len(w.objects); got != want {
			t.Errorf("want %d managed resources in mode %s, have %d", want, w.mode, got)
		}
	})
}

// part is what Crossplane sees of what there is: sometimes only some of it, and sometimes some of it without its status.
func (w *registryWorld) part(random *rand.Rand) map[string]*fnv1.Resource {
	view, hidden, lost := map[string]*fnv1.Resource{}, random.IntN(3) == 0, random.IntN(3) == 0
	for _, name := range slices.Sorted(maps.Keys(w.objects)) {
		o := fields.Clone(w.objects[name].GetResource())
		if hidden && random.IntN(2) == 0 {
			continue
		}
		if lost && random.IntN(2) == 0 {
			delete(o.GetFields(), "status")
		}
		view[name] = &fnv1.Resource{Resource: o}
	}
	return view
}
