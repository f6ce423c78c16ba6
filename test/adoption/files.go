// Package adoption takes the platform of examples/adoption over, from the first look to the last plan.
package adoption

import (
	"bytes"
	"os"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are what is observed after the first look, and the table in docs/adoption.md of what can be adopted.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	rendered, observed := round(t, "1-observe.yaml", nil)
	objects := []*structpb.Struct{rendered.XR}
	for _, name := range rendered.Names() {
		objects = append(objects, observed[name])
	}
	var first bytes.Buffer
	if err := render.WriteObserved(&first, objects...); err != nil {
		t.Fatal(err)
	}

	const begin, end = "<!-- adoptables -->\n", "<!-- /adoptables -->"
	head, rest, _ := strings.Cut(platformtest.Read(t, "docs/adoption.md"), begin)
	_, tail, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("docs/adoption.md should have a place for the table")
	}
	var b strings.Builder
	b.WriteString("| name | external name | in Terraform |\n|---|---|---|\n")
	for _, a := range platform.Adoptables {
		terraform := "`" + kinds.Terraform(a.Key) + "`"
		if a.Attribute != "" {
			terraform += ", its `" + a.Attribute + "`"
		}
		if a.Own {
			terraform = "only of [an earlier control plane](tasks/lost.md)"
		}
		form := a.Form
		if a.Prefix != "" {
			form += " (`" + a.Prefix + "…`)"
		}
		b.WriteString("| `" + strings.ReplaceAll(a.Pattern, "[0-9]*", "*") + "` | " + form + " | " + terraform + " |\n")
	}
	return platformtest.Files{"examples/adoption/observed.yaml": first.String(), "docs/adoption.md": head + begin + b.String() + end + tail}
}

// legacy is what AWS has otherwise than the claim wants it: what Terraform made, and nobody can change in place.
var legacy = map[string]map[string]any{
	"vpc":              {"tags": map[string]any{"Name": "shop", "Team": "shop"}},
	"subnet-private-a": {"cidrBlock": "10.40.100.0/24", "tags": map[string]any{"Name": "shop-a"}},
	"subnet-private-b": {"cidrBlock": "10.40.101.0/24", "tags": map[string]any{"Name": "shop-b"}},
	"sg-aurora":        {"name": "shop-db", "description": "Managed by Terraform"},
	"aurora": {
		"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/0a11ce00-0000-0000-0000-000000000000", "databaseName": "shop",
		"backupRetentionPeriod": 1.0, "manageMasterUserPassword": nil, "masterUserSecret": nil,
		"dbClusterParameterGroupName": "default.aurora-postgresql15",
	},
	"redis":      {"kmsKeyId": nil, "description": "Managed by Terraform", "nodeType": "cache.t4g.medium", "securityGroupIds": []any{"sg-0a11ce00000000002"}},
	"secret-jwt": {"name": "shop/jwt", "description": "Signs the shop's tokens", "kmsKeyId": nil},
}

// look is what the provider observes of what only observes, in an account that is as legacy says. Everything else it does.
func look(t platformtest.T, desired, before map[string]*structpb.Struct) map[string]*structpb.Struct {
	t.Helper()
	wrap := func(in map[string]*structpb.Struct) map[string]*fnv1.Resource {
		out := map[string]*fnv1.Resource{}
		for name, o := range in {
			out[name] = &fnv1.Resource{Resource: o}
		}
		return out
	}
	out := map[string]*structpb.Struct{}
	for name, r := range simulate.Provider(wrap(desired), wrap(before)) {
		out[name] = r.GetResource()
		if before[name] != nil {
			continue
		}
		at := fields.Object(out[name], "status", "atProvider")
		for field, v := range legacy[name] {
			if v == nil {
				delete(at.Fields, field)
				continue
			}
			value, err := structpb.NewValue(v)
			if err != nil {
				t.Fatal(err)
			}
			at.Fields[field] = value
		}
	}
	return out
}

func claim(t platformtest.T, file string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(platformtest.Path(t, "examples", "adoption", file))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := render.ReadYAML(bytes.NewReader(raw))
	if err != nil || len(objects) != 1 {
		t.Fatal(len(objects), err)
	}
	return objects[0]
}

func composite(t platformtest.T, file string) *structpb.Struct {
	t.Helper()
	xr, problems, err := render.Admit(claim(t, file))
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return xr
}

// round calls the function once and lets the provider do its work.
func round(t platformtest.T, file string, before map[string]*structpb.Struct) (composed *render.Result, found map[string]*structpb.Struct) {
	t.Helper()
	observed := map[string]*fnv1.Resource{}
	for name, o := range before {
		observed[name] = &fnv1.Resource{Resource: o}
	}
	r := platformtest.Once(t, composite(t, file), observed)
	return r, look(t, r.Resources, before)
}
