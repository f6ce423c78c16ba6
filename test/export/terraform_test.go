package export

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/test/platformtest"
)

// secret is the value of everything that is secret.
const secret = "hunter2-hunter2-hunter2-hunter2"

// exported exports an environment, whose secrets have a value that no format may show.
func exported(t *testing.T, env string, format export.Format) (file string, p *export.Platform, notes []string) {
	t.Helper()
	r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
	all := maps.Clone(r.Observed)
	for name, o := range all {
		if fields.Text(o, "kind") == "Secret" && fields.Text(o, "apiVersion") == "v1" {
			o = fields.Clone(o)
			data := fields.Child(o, "data")
			for key := range data.GetFields() {
				data.Fields[key] = structpb.NewStringValue(secret)
			}
			all[name] = o
		}
	}
	p, _, err := export.Read(platformtest.Claim(t, env), all, r.Names())
	if err != nil {
		t.Fatal(err)
	}
	notes = p.Importable()
	var out bytes.Buffer
	if err := format(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.String(), p, notes
}

// TestTerraform: the configuration has a block and an import for every managed resource, and what it refers to is there.
func TestTerraform(t *testing.T) {
	for _, env := range platformtest.Environments {
		t.Run(env, func(t *testing.T) {
			file, p, notes := exported(t, env, export.Terraform)
			for _, n := range notes {
				if !strings.Contains(n, "(SecretVersion) is left out: Terraform would read") && !strings.Contains(n, "(CertificateValidation) is left out: it is not a resource") {
					t.Errorf("Should leave out no more than the docs say: %s", n)
				}
			}
			if strings.Contains(file, secret) {
				t.Error("Should not show the value of a secret")
			}
			parsed, diagnostics := hclsyntax.ParseConfig([]byte(file), env+".tf", hcl.InitialPos)
			if diagnostics.HasErrors() {
				t.Fatal(diagnostics)
			}
			body, _ := parsed.Body.(*hclsyntax.Body)
			resources, imports, variables := blocks(body)
			want := map[string]bool{}
			for i := range p.Resources {
				want[p.Resources[i].Address()] = true
			}
			if diff := cmp.Diff(want, resources) + cmp.Diff(want, imports); diff != "" || len(want) < 150 {
				t.Errorf("Should write and import every resource: -want, +got:\n%s", diff)
			}
			used := map[string]bool{}
			references(body, func(v hcl.Traversal) {
				name := v[1].(hcl.TraverseAttr).Name
				switch {
				case v.RootName() == "var":
					used[name] = true
				case !resources[v.RootName()+"."+name]:
					t.Errorf("Should refer to what there is: %s.%s", v.RootName(), name)
				}
			})
			if diff := cmp.Diff(variables, used); diff != "" || len(variables) == 0 {
				t.Errorf("Should use every variable, and define it: -defined, +used:\n%s", diff)
			}
		})
	}
}

// blocks are the addresses of what a file defines and imports.
func blocks(body *hclsyntax.Body) (resources, imports, variables map[string]bool) {
	resources, imports, variables = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, b := range body.Blocks {
		switch b.Type {
		case "resource":
			resources[strings.Join(b.Labels, ".")] = true
		case "variable":
			variables[strings.Join(b.Labels, ".")] = true
		case "import":
			v := b.Body.Attributes["to"].Expr.Variables()[0]
			imports[v.RootName()+"."+v[1].(hcl.TraverseAttr).Name] = true
		}
	}
	return resources, imports, variables
}

// references finds what expressions refer to.
func references(body *hclsyntax.Body, found func(v hcl.Traversal)) {
	for _, a := range body.Attributes {
		for _, v := range a.Expr.Variables() {
			if len(v) > 1 {
				if _, ok := v[1].(hcl.TraverseAttr); ok {
					found(v)
				}
			}
		}
	}
	for _, b := range body.Blocks {
		if b.Type != "lifecycle" {
			references(b.Body, found)
		}
	}
}

// TestImported: each kind that is composed is imported by an id that says which resource is meant, or the docs say why it is not.
func TestImported(t *testing.T) {
	ids := map[string]string{}
	seen := map[kinds.Key]bool{}
	for _, env := range platformtest.Environments {
		_, p, _ := exported(t, env, export.IDs)
		for i := range p.Resources {
			r := &p.Resources[i]
			id, err := r.ImportID()
			if err != nil || id == "" || strings.ContainsAny(id, "{} \n") {
				t.Errorf("%s (%s) should have an id: %q %v", r.Name, r.Kind, id, err)
			}
			address := env + " " + kinds.Terraform(r.Kind) + " " + id
			if other := ids[address]; other != "" {
				t.Errorf("%s and %s should not have one id: %s", other, r.Name, address)
			}
			ids[address], seen[r.Kind] = r.Name, true
		}
	}
	if len(seen) < 70 {
		t.Errorf("Should know most kinds: %d", len(seen))
	}
}

// TestLeavesNothingOut: whatever part of a platform AWS has is in the configuration, or in a note.
func TestLeavesNothingOut(t *testing.T) {
	all := platformtest.Eventually(t, platformtest.XR(t, "staging", nil))
	for _, name := range all.Names() {
		o := all.Observed[name]
		if fields.At(o, "spec", "forProvider") == nil {
			continue
		}
		for _, lost := range []string{"", "id", "arn", "spec"} {
			part := fields.Clone(o)
			switch lost {
			case "spec":
				part.Fields["status"] = structpb.NewStructValue(&structpb.Struct{})
			case "":
			default:
				delete(fields.Child(part, "status", "atProvider").Fields, lost)
			}
			p, notes, err := export.Read(platformtest.Claim(t, "staging"), map[string]*structpb.Struct{name: part}, []string{name})
			if err != nil {
				t.Fatal(err)
			}
			notes = append(notes, p.Importable()...)
			var out bytes.Buffer
			if err := export.Terraform(&out, p); err != nil {
				t.Errorf("%s without %q should be exported or left out: %v", name, lost, err)
			}
			if !strings.Contains(out.String(), "\nresource ") && !slices.ContainsFunc(notes, func(n string) bool { return strings.HasPrefix(n, name+" (") }) {
				t.Errorf("%s without %q should be in the configuration, or in a note: %v", name, lost, notes)
			}
		}
	}
}
