// Package claims is the table of bad claims: what a user may get wrong, and what the user is then told. docs/bad-claims.md
// is written from it.
package claims

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/xrd"
	"github.com/morket-io/platform/test/platformtest"
)

// schema is what the API server knows of a claim.
var schema = sync.OnceValues(func() (*xrd.Schema, error) { return xrd.Load(apis.CRDs) })

// read reads one YAML document.
func read(t platformtest.T, raw []byte) map[string]any {
	t.Helper()
	objects, err := render.ReadYAML(bytes.NewReader(raw))
	if err != nil || len(objects) != 1 {
		t.Fatalf("want one YAML document, got %d: %v\n%s", len(objects), err, raw)
	}
	return objects[0]
}

// claim reads one of the example claims.
func claim(t platformtest.T, name string) map[string]any {
	t.Helper()
	return read(t, []byte(platformtest.Read(t, "examples/claims/"+name+".yaml")))
}

// patched returns a claim with a patch of YAML on it: what the patch has replaces what the claim has, null removes it.
func patched(t platformtest.T, o map[string]any, patch string) map[string]any {
	t.Helper()
	var p map[string]any
	if err := yaml.Unmarshal([]byte(patch), &p); err != nil {
		t.Fatalf("cannot read the patch: %v\n%s", err, patch)
	}
	out, _ := merge(o, p).(map[string]any)
	return out
}

func merge(old, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	o, _ := old.(map[string]any)
	out := make(map[string]any)
	for k, v := range o {
		out[k] = merge(v, v) // a copy
	}
	for k, v := range p {
		if v == nil {
			delete(out, k)
			continue
		}
		out[k] = merge(out[k], v)
	}
	return out
}

// A verdict on a claim.
type verdict struct {
	// told is what the user is told, a line each; nothing if all is well.
	told []string
	// late says that the function told it, and not the API server.
	late bool
	// status is the composite resource's, if all is well.
	status *structpb.Struct
}

// apply does to a claim what a cluster does: the API server's defaults and rules, then the platform's function. old is the
// claim as it was, or nil.
func apply(t platformtest.T, o, old map[string]any, others func(*fnv1.RunFunctionRequest)) verdict {
	t.Helper()
	v := verdict{}
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	s.Default(o)
	var problems []xrd.Problem
	if old == nil {
		problems = s.Validate(o)
	} else {
		problems = s.ValidateUpdate(o, old)
	}
	for _, p := range problems {
		v.told = append(v.told, p.String())
	}
	if len(v.told) > 0 {
		return v
	}

	composite, err := render.Composite(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Default(composite)
	xr, err := render.ToStruct(composite)
	if err != nil {
		t.Fatal(err)
	}
	if old != nil {
		xr.Fields["status"] = structpb.NewStructValue(apply(t, old, nil, nil).status)
	}
	req := &fnv1.RunFunctionRequest{
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}},
		Input:    layers(),
	}
	if others != nil {
		others(req)
	}
	rsp := layer.Run(req, functions.Layers(platformtest.Random()))
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			v.told, v.late = append(v.told, r.GetMessage()), true
		}
	}
	v.status = rsp.GetDesired().GetComposite().GetResource().GetFields()["status"].GetStructValue()
	return v
}

// numbered joins numbered entries of a YAML map or list.
func numbered(format string, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(out, ", ")
}

// layers is a pipeline step's input that names all layers.
func layers() *structpb.Struct {
	list := &structpb.ListValue{}
	for _, l := range functions.Layers(platformtest.Random()) {
		list.Values = append(list.Values, structpb.NewStringValue(l.Name))
	}
	return &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(list)}}
}

// judge applies a bad claim, or a bad change of a good one.
func judge(t platformtest.T, b bad) verdict {
	t.Helper()
	o := patched(t, claim(t, b.claim()), b.patch)
	if b.update == "" {
		return apply(t, o, nil, b.others)
	}
	if v := apply(t, o, nil, nil); len(v.told) > 0 {
		t.Fatalf("%s: the claim that is to be changed is itself refused:\n%s", b.reason, strings.Join(v.told, "\n"))
	}
	return apply(t, patched(t, o, b.update), o, b.others)
}
