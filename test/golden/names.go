package golden

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

const namesFile = "test/golden/testdata/names.txt"

// hashes are those of contents that cannot be changed.
var hashes = regexp.MustCompile(`-[0-9a-f]{8,12}(-|$)`)

// A variant is a platform with knobs that add resources, or remove them.
type variant struct {
	env     string
	changes []func(map[string]any)
}

func variants() []variant {
	set := platformtest.Set
	return []variant{
		{"production", nil},
		{"staging", []func(map[string]any){set("Own", "spec", "compute", "registry", "mode"), set(false, "spec", "network", "s3Endpoint")}},
		{"staging", []func(map[string]any){func(o map[string]any) { delete(o["spec"].(map[string]any), "domain") }}}, //nolint:forcetypeassert // every claim has one
		{"production", []func(map[string]any){
			set([]any{"us-east-1a", "us-east-1b", "us-east-1c"}, "spec", "network", "availabilityZones"), set(3.0, "spec", "network", "natGateways"),
			set([]any{"203.0.113.0/24"}, "spec", "network", "allowedCidrs"), set("backend.morket.io", "spec", "domain", "apiName"),
			set(2.0, "spec", "data", "aurora", "readers"), set(3.0, "spec", "data", "redis", "nodes"), set(1.0, "spec", "secrets", "rotation", "redis"),
			set(true, "spec", "data", "openSearch", "createServiceLinkedRole"), set("next", "spec", "images", "tag"),
		}},
		{"production", []func(map[string]any){
			set(false, "spec", "deletionProtection"), set(1.0, "spec", "network", "natGateways"), set(0.0, "spec", "data", "aurora", "readers"),
			set(false, "spec", "compute", "services", "backend", "scaling", "enabled"),
			set(true, "spec", "compute", "services", "backend", "exec"),
		}},
	}
}

// names are those of the resources that layers compose, those that they ask for, and the prefixes that they ask for.
type names struct {
	composed, asked, prefixes map[string]bool
}

// listen renders the variants from nothing on, with parts missing, and after a change of the claim.
func listen(t platformtest.T) *names {
	t.Helper()
	n := &names{composed: map[string]bool{}, asked: map[string]bool{}, prefixes: map[string]bool{}}
	renderer := platformtest.Renderer(t)
	for i, l := range renderer.Layers {
		renderer.Layers[i].Compose = func(s *layer.Scope) {
			s.Asked = func(name string, prefix bool) {
				if prefix {
					n.prefixes[name] = true
				} else {
					n.asked[name] = true
				}
			}
			l.Compose(s)
		}
	}
	note := func(r *render.Result, err error) *render.Result {
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range r.Names() {
			n.composed[name] = true
		}
		return r
	}
	before := map[string]map[string]*fnv1.Resource{}
	for _, v := range variants() {
		xr := platformtest.XR(t, v.env, func(claim map[string]any) {
			for _, change := range v.changes {
				change(claim)
			}
		})
		observed := platformtest.Observed(note(renderer.Eventually(xr, nil)))
		const parts = 4
		for part := range parts {
			incomplete := maps.Clone(observed)
			for i, name := range slices.Sorted(maps.Keys(observed)) {
				if i%parts == part {
					delete(incomplete, name)
				}
			}
			note(renderer.Once(xr, incomplete))
		}
		if existing := before[v.env]; existing != nil {
			note(renderer.Once(xr, existing))
		} else {
			before[v.env] = observed
		}
	}
	return n
}

// Names is the list of the names of all composed resources.
func Names(t platformtest.T) platformtest.Files {
	t.Helper()
	return platformtest.Files{namesFile: listen(t).list()}
}

func (n *names) list() string {
	unique := map[string]bool{}
	for name := range n.composed {
		unique[hashes.ReplaceAllString(name, "-<hash>$1")] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(unique)), "\n") + "\n"
}
