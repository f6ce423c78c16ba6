// Package adoption takes the platform of examples/adoption over, from the first look to the last plan.
package adoption

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

var update = flag.Bool("update", false, "write examples/adoption/observed.yaml anew")

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
func look(t *testing.T, desired, before map[string]*structpb.Struct) map[string]*structpb.Struct {
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
		at := out[name].GetFields()["status"].GetStructValue().GetFields()["atProvider"].GetStructValue()
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

func claim(t *testing.T, file string) map[string]any {
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

func composite(t *testing.T, file string) *structpb.Struct {
	t.Helper()
	xr, problems, err := render.Admit(claim(t, file))
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return xr
}

// round calls the function once and lets the provider do its work.
func round(t *testing.T, file string, before map[string]*structpb.Struct) (composed *render.Result, found map[string]*structpb.Struct) {
	t.Helper()
	observed := map[string]*fnv1.Resource{}
	for name, o := range before {
		observed[name] = &fnv1.Resource{Resource: o}
	}
	r := platformtest.Once(t, composite(t, file), observed)
	return r, look(t, r.Resources, before)
}

func change(t *testing.T, file string, observed map[string]*structpb.Struct, was string) *plan.Plan {
	t.Helper()
	p, err := plan.Change(platformtest.Renderer(t), &plan.Input{Name: "observed", Platform: claim(t, was), Resources: observed, Found: true}, &plan.Input{Name: file, Platform: claim(t, file)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// only lists the names of the changes of an action.
func only(p *plan.Plan, action plan.Action) []string {
	var out []string
	for _, c := range p.Changes {
		if c.Action == action {
			out = append(out, c.Name)
		}
	}
	return out
}

// TestAdoption goes the way of docs/adoption.md.
func TestAdoption(t *testing.T) { //nolint:gocognit // It is the way of docs/adoption.md, step by step.
	const observe, manage, keep = "1-observe.yaml", "2-manage.yaml", "3-keep.yaml"
	names, _ := claim(t, observe)["spec"].(map[string]any)["adopt"].(map[string]any)["externalNames"].(map[string]any)

	first := change(t, observe, nil, observe)
	if got := only(first, plan.Adopt); len(got) != len(names) {
		t.Errorf("All that is named should be looked at: %v", got)
	}
	waiting := []string{"credentials-jwt-0", "credentials-redis-auth-0"}
	if diff := cmp.Diff(waiting, only(first, plan.Create)); diff != "" || len(first.Changes) != len(names)+len(waiting) {
		t.Errorf("Nothing should be made but the Secrets that wait for values, empty: %v\n%s", first.Changes, diff)
	}

	rendered, observed := round(t, observe, nil)
	write(t, rendered, observed)
	if p := change(t, observe, observed, observe); !p.Empty() {
		t.Errorf("A platform that is only looked at should not be changed: %v", p.Changes)
	}

	p := change(t, manage, observed, observe)
	if diff := cmp.Diff([]string{"aurora", "redis", "subnet-private-a", "subnet-private-b"}, only(p, plan.Refuse)); diff != "" {
		t.Errorf("The plan should say what AWS cannot change: -want, +got:\n%s", diff)
	}
	for _, c := range p.Changes {
		if c.Name == "subnet-private-a" && !strings.Contains(c.WayOut, "spec.adopt.keep: {subnet-private-a: [cidrBlock]}") {
			t.Errorf("The plan should say how to keep what there is: %s", c.WayOut)
		}
		if strings.HasPrefix(c.Name, "exports-bucket-") && (len(c.Impacts) != 1 || !strings.Contains(c.Impacts[0].Source, "/API_Put")) {
			t.Errorf("The plan should say what takes the place of a bucket's settings, and where AWS says so: %s %v", c.Name, c.Impacts)
		}
		if names[c.Name] != nil && (c.Action == plan.Create || c.Action == plan.Delete || c.Action == plan.Replace) {
			t.Errorf("Nothing that is adopted should be made or deleted: %v", c)
		}
	}

	p = change(t, keep, observed, observe)
	if got := only(p, plan.Refuse); len(got) > 0 {
		t.Errorf("What is kept should not be refused: %v", got)
	}
	if got := only(p, plan.Delete); len(got) > 0 {
		t.Errorf("Nothing should be deleted: %v", got)
	}
	for _, c := range p.Changes {
		if c.Action != plan.Update || names[c.Name] == nil {
			continue
		}
		for _, f := range c.Fields {
			_, differs := legacy[c.Name][strings.SplitN(f.Path, ".", 2)[0]]
			if !differs && !strings.HasPrefix(f.Path, "tags.") {
				t.Errorf("%s: %s should be as AWS has it", c.Name, f)
			}
			if slices.Contains([]string{"name", "description", "cidrBlock", "tags.Name", "tags.Team"}, f.Path) {
				t.Errorf("%s: %s should stay", c.Name, f)
			}
		}
	}

	for range 15 {
		_, observed = round(t, keep, observed)
		for name, o := range observed { // somebody brings the value in
			if o.GetFields()["kind"].GetStringValue() == "Secret" && strings.HasPrefix(name, "credentials-") && o.GetFields()["data"] == nil {
				o.Fields["data"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"secretString": structpb.NewStringValue("eA==")}})
			}
		}
	}
	if p := change(t, keep, observed, keep); !p.Empty() {
		t.Errorf("Once it is adopted, nothing should be left to do: %v", p.Changes)
	}
	if want, got := legacy["aurora"]["databaseName"], databaseName(observed); want != got {
		t.Errorf("The backend should be told the database that there is, %v, and is told %q", want, got)
	}
	for name, external := range names {
		got := observed[name].GetFields()["metadata"].GetStructValue().GetFields()["annotations"].GetStructValue().GetFields()["crossplane.io/external-name"].GetStringValue()
		if got != external {
			t.Errorf("%s should still be %v, is %q", name, external, got)
		}
	}
	if p := change(t, observe, observed, keep); len(only(p, plan.Ignore)) != len(p.Changes) {
		t.Errorf("Going back to looking should do nothing in AWS: %v", p.Changes)
	}
}

// databaseName is the database that the backend is told.
func databaseName(observed map[string]*structpb.Struct) string {
	for name, o := range observed {
		if !strings.HasPrefix(name, "task-backend-") {
			continue
		}
		definitions := o.GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().GetFields()["containerDefinitions"].GetStringValue()
		var containers []struct {
			Environment []struct{ Name, Value string }
		}
		if err := json.Unmarshal([]byte(definitions), &containers); err != nil {
			return err.Error()
		}
		for _, v := range containers[0].Environment {
			if v.Name == "DATABASE_NAME" {
				return v.Value
			}
		}
	}
	return ""
}

// write holds examples/adoption/observed.yaml to what is observed after the first look.
func write(t *testing.T, rendered *render.Result, observed map[string]*structpb.Struct) {
	t.Helper()
	path := platformtest.Path(t, "examples", "adoption", "observed.yaml")
	objects := []*structpb.Struct{rendered.XR}
	for _, name := range rendered.Names() {
		objects = append(objects, observed[name])
	}
	var got bytes.Buffer
	if err := render.WriteObserved(&got, objects...); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil { //nolint:gosec // An example is for everyone to read.
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("examples/adoption/observed.yaml should be what is observed first: go test ./test/adoption -update\n-want, +got:\n%s", diff)
	}
}

// TestDocs holds the table in docs/adoption.md to what can be adopted.
func TestDocs(t *testing.T) {
	const begin, end = "<!-- adoptables -->\n", "<!-- /adoptables -->"
	path := platformtest.Path(t, "docs", "adoption.md")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(raw), begin)
	_, tail, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("docs/adoption.md should have a place for the table")
	}
	var b strings.Builder
	b.WriteString("| name | external name | in Terraform |\n|---|---|---|\n")
	for _, a := range platform.Adoptables {
		terraform := "`" + a.Terraform + "`"
		if a.Attribute != "" {
			terraform += ", its `" + a.Attribute + "`"
		}
		form := a.Form
		if a.Prefix != "" {
			form += " (`" + a.Prefix + "…`)"
		}
		b.WriteString("| `" + strings.ReplaceAll(a.Pattern, "[0-9]*", "*") + "` | " + form + " | " + terraform + " |\n")
	}
	got := head + begin + b.String() + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // documentation, read by everyone
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(raw), got); diff != "" && !*update {
		t.Errorf("docs/adoption.md should list what can be adopted: go test ./test/adoption -update\n-docs, +want:\n%s", diff)
	}
}
