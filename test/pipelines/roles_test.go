package pipelines

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/platformtest"
)

type policy struct {
	Statement []struct {
		Sid, Effect      string
		Action, Resource list
		Condition        map[string]map[string]list
	}
}

// A list is one string or several: IAM takes both.
type list []string

func (l *list) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(l))
}

func readPolicy(t *testing.T, file string) policy {
	t.Helper()
	raw, err := os.ReadFile(platformtest.Path(t, "examples", "github", file))
	if err != nil {
		t.Fatal(err)
	}
	var p policy
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

// actions are what a policy allows.
func actions(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	for _, s := range readPolicy(t, file).Statement {
		out = append(out, s.Action...)
	}
	return out
}

func TestRoles(t *testing.T) {
	// Actions for which AWS knows no resource.
	without := []string{"ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition"}
	for _, file := range []string{"build.permissions.json", "deploy.permissions.json"} {
		for _, s := range readPolicy(t, file).Statement {
			for _, a := range s.Action {
				if strings.Contains(a, "*") {
					t.Errorf("%s: %s: Should name what may be done, not %s", file, s.Sid, a)
				}
				if slices.Contains(s.Resource, "*") && !slices.Contains(without, a) {
					t.Errorf("%s: %s: Should name what %s may be done to", file, s.Sid, a)
				}
			}
		}
	}
	// Only this repository's branches, or one environment of it, which is where reviewers stand.
	for file, want := range map[string][]string{
		"build-production.trust.json": {"repo:morket-io/platform:ref:refs/heads/main"},
		"build-staging.trust.json":    {"repo:morket-io/platform:ref:refs/heads/develop"},
		"deploy.trust.json":           {"repo:morket-io/platform:environment:staging"},
	} {
		for _, s := range readPolicy(t, file).Statement {
			equals := s.Condition["StringEquals"]
			if len(s.Condition) != 1 || !slices.Equal(equals["token.actions.githubusercontent.com:sub"], want) ||
				!slices.Equal(equals["token.actions.githubusercontent.com:aud"], []string{"sts.amazonaws.com"}) {
				t.Errorf("%s: Should trust %v alone, got %v", file, want, s.Condition)
			}
		}
	}
}

// The role of the nightly comparison reads every kind that a platform is made of, and changes nothing.
func TestDriftRole(t *testing.T) {
	type role struct {
		Kind  string
		Rules []struct{ APIGroups, Resources, Verbs []string }
	}
	group := regexp.MustCompile(`[a-z0-9]+\.aws\.(m\.)?upbound\.io`)
	want := map[string]bool{}
	for _, name := range group.FindAllString(platformtest.Read(t, "internal/aws/kinds.yaml"), -1) {
		want[name] = true
		want[strings.Replace(name, ".aws.", ".aws.m.", 1)] = true // kubectl get managed asks for both
	}
	// What else cmd/morket names to kubectl, as resource and group.
	resource := regexp.MustCompile(`"([a-z]+)\.((?:apiextensions|pkg)\.crossplane\.io)"`)
	for _, found := range resource.FindAllStringSubmatch(platformtest.Read(t, "cmd/morket/composition.go"), -1) {
		want[found[1]+"."+found[2]] = true
	}
	if len(want) == 0 || !want["compositions.apiextensions.crossplane.io"] {
		t.Fatalf("Should find what the plan reads, got %v", want)
	}
	got := map[string]bool{}
	for document := range strings.SplitSeq(platformtest.Read(t, "examples/github/drift.rbac.yaml"), "\n---\n") {
		var r role
		if err := yaml.Unmarshal([]byte(document), &r); err != nil {
			t.Fatal(err)
		}
		for _, rule := range r.Rules {
			if !slices.Equal(rule.Verbs, []string{"get", "list"}) {
				t.Errorf("Should read alone: %v", rule)
			}
			if slices.Contains(rule.Resources, "secrets") && r.Kind != "Role" {
				t.Errorf("Should read Secrets in one namespace alone: %s", r.Kind)
			}
			for _, name := range rule.APIGroups {
				switch {
				case group.MatchString(name):
					got[name] = true
				case name == "apiextensions.crossplane.io", name == "pkg.crossplane.io":
					for _, resource := range rule.Resources {
						got[resource+"."+name] = true
					}
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("examples/github/drift.rbac.yaml should have the API groups of internal/aws/kinds.yaml, and what cmd/morket/composition.go reads\n-want +got:\n%s", diff)
	}
}
