package adoption

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

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

	_, observed := round(t, observe, nil)
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
		if strings.HasPrefix(c.Name, "exports-bucket-") && (len(c.Impacts) == 0 || !strings.Contains(c.Impacts[0].Source, "/API_Put")) {
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
			if fields.Text(o, "kind") == "Secret" && strings.HasPrefix(name, "credentials-") && o.GetFields()["data"] == nil {
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
		got := fields.Text(observed[name], "metadata", "annotations", "crossplane.io/external-name")
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
		definitions := fields.Text(o, "spec", "forProvider", "containerDefinitions")
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
