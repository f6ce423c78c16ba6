// Package platformtest renders the example claims, for tests of whole platforms and for what is generated from them.
package platformtest

import (
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
)

// A T is a test, or `make update`.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	TempDir() string
}

// Environments are the claims in examples/claims.
var Environments = []string{"staging", "production"}

// Path is a file of the repository.
func Path(t T, elements ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "apis", "definition.yaml")); err == nil { // not go.mod, which other modules have too
			return filepath.Join(append([]string{dir}, elements...)...)
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("cannot find the root of the repository")
		}
		dir = filepath.Dir(dir)
	}
}

// parsed are the example claims by their environment.
var parsed sync.Map

// Platform returns an environment with nothing but defaults.
func Platform(t T, environment string) *platform.Platform {
	t.Helper()
	p, errs := platform.Resolve(platform.Input{XRName: "morket-" + environment, Spec: v1alpha1.MorketPlatformSpec{
		Environment: environment, AccountID: "111122223333", Region: "us-east-1",
	}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

// Claim returns an example claim. It is the test's own, to be changed.
func Claim(t T, environment string) map[string]any {
	t.Helper()
	if claim, ok := parsed.Load(environment); ok {
		return runtime.DeepCopyJSON(claim.(map[string]any)) //nolint:forcetypeassert // nothing else is stored
	}
	f, err := os.Open(Path(t, "examples", "claims", environment+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	objects, err := render.ReadYAML(f)
	if err != nil || len(objects) != 1 {
		t.Fatalf("cannot read the claim of %s: %d objects, %v", environment, len(objects), err)
	}
	parsed.Store(environment, runtime.DeepCopyJSON(objects[0]))
	return objects[0]
}

// XR is the composite resource of an example claim, with changes made to the claim first.
func XR(t T, environment string, change func(claim map[string]any)) *structpb.Struct {
	t.Helper()
	claim := Claim(t, environment)
	if change != nil {
		change(claim)
	}
	xr, problems, err := render.Admit(claim)
	if err != nil || len(problems) > 0 {
		t.Fatalf("cannot admit the claim of %s: %v %v", environment, problems, err)
	}
	return xr
}

// Set sets a field of a claim, such as spec.network.natGateways, and may be given to XR.
func Set(value any, path ...string) func(map[string]any) {
	return func(o map[string]any) {
		for _, step := range path[:len(path)-1] {
			next, ok := o[step].(map[string]any)
			if !ok {
				next = map[string]any{}
				o[step] = next
			}
			o = next
		}
		o[path[len(path)-1]] = value
	}
}

// Renderer runs the shipped Composition.
func Renderer(t T) *render.Renderer {
	t.Helper()
	return RendererOf(t, compositions.Platform)
}

// RendererOf runs a Composition.
func RendererOf(t T, composition []byte) *render.Renderer {
	t.Helper()
	steps, err := render.ReadPipeline(composition)
	if err != nil {
		t.Fatal(err)
	}
	return &render.Renderer{Layers: functions.Layers(Random()), Steps: steps}
}

// Once renders with what is observed.
func Once(t T, xr *structpb.Struct, observed map[string]*fnv1.Resource) *render.Result {
	t.Helper()
	r, err := Renderer(t).Once(xr, observed)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// settled are the results of Eventually by the composite resource: most tests begin with the same few platforms.
var settled sync.Map

// Eventually renders until nothing changes any more. The result is the test's own, to be changed.
func Eventually(t T, xr *structpb.Struct) *render.Result {
	t.Helper()
	key, err := proto.MarshalOptions{Deterministic: true}.Marshal(xr)
	if err != nil {
		t.Fatal(err)
	}
	known, ok := settled.Load(string(key))
	if !ok {
		r, err := Renderer(t).Eventually(xr, nil)
		if err != nil {
			t.Fatal(err)
		}
		known, _ = settled.LoadOrStore(string(key), r)
	}
	r := *known.(*render.Result) //nolint:forcetypeassert // nothing else is stored
	r.XR, r.Resources, r.Observed = fields.Clone(r.XR), clones(r.Resources), clones(r.Observed)
	r.Ready, r.Details, r.Conditions = maps.Clone(r.Ready), maps.Clone(r.Details), slices.Clone(r.Conditions)
	return &r
}

func clones(objects map[string]*structpb.Struct) map[string]*structpb.Struct {
	out := make(map[string]*structpb.Struct, len(objects))
	for name, o := range objects {
		out[name] = fields.Clone(o)
	}
	return out
}

// Observed are the resources of an eventual render, as a request has them.
func Observed(r *render.Result) map[string]*fnv1.Resource {
	out := make(map[string]*fnv1.Resource, len(r.Observed))
	for name, o := range r.Observed {
		out[name] = &fnv1.Resource{Resource: o}
	}
	return out
}

// Random is where secrets of tests come from: the same each time.
func Random() io.Reader {
	return rand.NewChaCha8([32]byte{})
}
