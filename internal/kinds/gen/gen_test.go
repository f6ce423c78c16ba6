package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// read evaluates a resource out of source code.
func read(t *testing.T, src string) (*resource, error) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p := &pkg{funcs: map[string]*fn{}, values: map[string]ast.Expr{}, structs: map[string][]string{}, files: map[ast.Node]*source{}}
	p.add(file)
	v := &evaluator{loader: &loader{pkgs: map[string]*pkg{"x": p}}}
	return v.resource("aws_x", declaration{pkg: "x", framework: strings.Contains(src, "@FrameworkResource")})
}

func TestResource(t *testing.T) {
	cases := map[string]struct {
		reason, src string
		want        *resource
		err         string
	}{
		"Literal": {
			reason: "Should read attributes, and blocks in them",
			src: `// @SDKResource("aws_x")
func r() *schema.Resource {
	return &schema.Resource{Schema: map[string]*schema.Schema{
		"a": {Optional: true, Computed: true, ForceNew: true},
		"b": {Optional: true, Elem: &schema.Resource{Schema: map[string]*schema.Schema{"c": {Required: true, ForceNew: true}}}},
	}}
}`,
			want: &resource{attributes: map[string]*attribute{
				"a": {optional: true, computed: true, forceNew: true},
				"b": {optional: true, nested: map[string]*attribute{"c": {required: true, forceNew: true}}},
			}},
		},
		"Functions": {
			reason: "Should follow names, functions and their arguments to what they come to",
			src: `const name = "a"
var lazy = sync.OnceValue(make(true))
func make(force bool) func() *schema.Schema { return func() *schema.Schema { return &schema.Schema{Required: true, ForceNew: force} } }
// @SDKResource("aws_x")
func r() *schema.Resource {
	all := map[string]*schema.Schema{name: lazy()}
	all["b"] = make(false)()
	return &schema.Resource{SchemaFunc: func() map[string]*schema.Schema { return all }}
}`,
			want: &resource{attributes: map[string]*attribute{"a": {required: true, forceNew: true}, "b": {required: true}}},
		},
		"Conditions": {
			reason: "Should find what a CustomizeDiff forces, in functions it names too",
			src: `// @SDKResource("aws_x")
func r() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{"a": {Optional: true}},
		CustomizeDiff: customdiff.All(customdiff.ForceNewIf("a.0.b", nil), other),
	}
}
func other(diff *schema.ResourceDiff) error { return diff.ForceNew("c") }`,
			want: &resource{attributes: map[string]*attribute{"a": {optional: true}}, conditional: []string{"a.b", "c"}},
		},
		"Framework": {
			reason: "Should read the newer framework, through embedded types",
			src: `type base struct{}
type x struct { base }
func (r *base) Schema(ctx context.Context, request q, response *p) {
	response.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{"a": schema.StringAttribute{Required: true, PlanModifiers: []p{stringplanmodifier.RequiresReplace()}}},
		Blocks: map[string]schema.Block{"b": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{"c": schema.StringAttribute{Optional: true}}}}},
	}
}
// @FrameworkResource("aws_x")
func r() (any, error) {
	r := &x{}
	return r, nil
}`,
			want: &resource{attributes: map[string]*attribute{
				"a": {required: true, forceNew: true},
				"b": {nested: map[string]*attribute{"c": {optional: true}}},
			}},
		},
		"Unknown": {
			reason: "Should name what it cannot evaluate, and not pass over it",
			src: `// @SDKResource("aws_x")
func r() *schema.Resource {
	return &schema.Resource{Schema: map[string]*schema.Schema{"a": {Optional: true, ForceNew: enabled()}}}
}`,
			err: "a: cannot evaluate the bool enabled(…)",
		},
		"UnknownCondition": {
			reason: "Should ask for a person where a ModifyPlan forces replacement",
			src: `type x struct{}
func (r *x) Schema(ctx context.Context, request q, response *p) { response.Schema = schema.Schema{} }
func (r *x) ModifyPlan(ctx context.Context, request q, response *p) { response.RequiresReplace = nil }
// @FrameworkResource("aws_x")
func r() (any, error) { return &x{}, nil }`,
			err: "x.ModifyPlan forces replacement: read it and say of what in plans",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, tc.src)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(resource{}, attribute{}), cmpopts.EquateEmpty()); diff != "" && tc.err == "" {
				t.Errorf("%s: %v\n-want, +got:\n%s", tc.reason, err, diff)
			}
			if message := ""; err != nil || tc.err != "" {
				if err != nil {
					message = err.Error()
				}
				if message != tc.err {
					t.Errorf("%s\nwant error: %s\ngot: %s", tc.reason, tc.err, message)
				}
			}
		})
	}
}

func TestVerify(t *testing.T) {
	type flags = struct {
		Optional, Required, Computed bool
		NestedType                   any `json:"nested_type"`
	}
	want := block{Attributes: map[string]flags{"a": {Required: true}, "b": {Optional: true}, "id": {Computed: true}}}
	err := verify("", map[string]*attribute{"b": {optional: true, computed: true}}, want)
	const message = "a: not found in the source\nb: optional, required, computed are true, false, true in the source, and true, false, false in the schema"
	if err == nil || err.Error() != message {
		t.Errorf("Should name what is missing and what differs, got:\n%v", err)
	}
	if err := verify("", map[string]*attribute{"a": {required: true}, "b": {optional: true}}, want); err != nil {
		t.Errorf("Should find nothing where both say the same, got:\n%v", err)
	}
	want.Attributes["b"] = flags{Optional: true, NestedType: map[string]any{}}
	err = verify("", map[string]*attribute{"a": {required: true}, "b": {optional: true}}, want)
	if err == nil || err.Error() != "b: an attribute with attributes: internal/export writes these as blocks only" {
		t.Errorf("Should refuse what the export would write wrongly, got:\n%v", err)
	}
}

// TestNameOf finds the argument that the external name becomes.
func TestNameOf(t *testing.T) {
	optional, required, computed := &attribute{optional: true}, &attribute{required: true}, &attribute{computed: true}
	for name, tc := range map[string]struct {
		reason     string
		attributes map[string]*attribute
		fields     []field
		want       string
	}{
		"Required": {"Should take what is required and no field is for.", map[string]*attribute{"a": required, "name": required}, []field{{tf: "a"}}, "name"},
		"Prefix":   {"Should take what Terraform would make up.", map[string]*attribute{"identifier": optional, "identifier_prefix": optional, "policy": optional}, nil, "identifier"},
		"Field":    {"Should take nothing where the name is a field.", map[string]*attribute{"name": optional, "name_prefix": optional}, []field{{tf: "name"}}, ""},
		"Computed": {"Should not take what nobody gives.", map[string]*attribute{"name": computed, "name_prefix": computed}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := nameOf(tc.attributes, tc.fields); got != tc.want {
				t.Errorf("%s\nwant %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestList(t *testing.T) {
	fields := []field{
		{json: "kmsKeyId", tf: "kms_key_id"}, {json: "region", tf: "region"}, {json: "rule", tf: "rule", nested: []field{{json: "id", tf: "id"}, {json: "days", tf: "days"}}},
		{json: "saslScram512Auth", tf: "sasl_scram_512_auth"}, // plain snake case would make it sasl_scram512_auth
	}
	got, err := list("", "", fields, map[string]*attribute{
		"kms_key_id":          {optional: true, computed: true},
		"rule":                {forceNew: true, nested: map[string]*attribute{"id": {}, "days": {required: true}}},
		"sasl_scram_512_auth": {},
	}, map[string]bool{"kms_key_id": true, "rule.days": true})
	want := []string{
		`"kmsKeyId": {"kms_key_id", Sometimes | Kept},`, `"region": {"region", Forces},`, `"rule": {"rule", Forces | Block},`,
		`"rule.id": {"id", 0},`, `"rule.days": {"days", Sometimes | Required},`, `"saslScram512Auth": {"sasl_scram_512_auth", 0},`,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Should list all fields with their flags: %v\n-want, +got:\n%s", err, diff)
	}
	if _, err := list("", "", fields[:1], nil, nil); err == nil {
		t.Error("Should not pass over a field whose argument it did not find")
	}
}
