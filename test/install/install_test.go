package install

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

// rendered are the managed resources of both environments, by group and kind.
func rendered(t *testing.T) map[string][]*structpb.Struct {
	t.Helper()
	out := map[string][]*structpb.Struct{}
	for _, env := range platformtest.Environments {
		for _, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			if group, _, ok := strings.Cut(fields.Text(o, "apiVersion"), ".aws.upbound.io/"); ok {
				kind := group + " " + fields.Text(o, "kind")
				out[kind] = append(out[kind], o)
			}
		}
	}
	return out
}

// parameter is a field of what a resource asks of AWS.
func parameter(o *structpb.Struct, name string) string {
	return fields.Text(o, "spec", "forProvider", name)
}

// TestActivation: the activation policy has exactly the composed kinds.
func TestActivation(t *testing.T) {
	kinds := composed(t)
	for kind := range rendered(t) {
		if kinds[kind] == "" {
			t.Errorf("%s is composed, and not found in the layers' source", kind)
		}
	}
	for _, r := range catalog.Resources() {
		if definition := r.Kind().Definition(); !slices.Contains(slices.Collect(maps.Values(kinds)), definition) {
			t.Errorf("%s has a model and no layer composes it: remove it from internal/aws/kinds.yaml", definition)
		}
	}
}

// TestPolicySizes holds the policies to AWS's limits.
func TestPolicySizes(t *testing.T) {
	for _, f := range files {
		if n := len(*f.policy().JSON()); n > 6144 {
			t.Errorf("%s: AWS takes 6,144 characters in a managed policy, this has %d", f.name, n)
		}
	}
	if len(files) > 10 {
		t.Errorf("AWS takes 10 managed policies on a role, these are %d", len(files))
	}
}

// TestEveryKindIsAllowed: a kind without rights would never become Ready, and nobody would see it before AWS does.
func TestEveryKindIsAllowed(t *testing.T) {
	actions, granted := map[string][]string{}, map[string]bool{}
	for _, f := range files {
		for _, g := range f.grants {
			actions[g.group] = append(actions[g.group], g.actions...)
			for _, k := range g.kinds {
				granted[g.group+" "+k] = true
			}
		}
	}
	kinds := composed(t)
	for kind := range granted {
		if kinds[kind] == "" {
			t.Errorf("%s is granted, and never composed", kind)
		}
	}
	has := func(group string, verbs ...string) bool {
		return slices.ContainsFunc(actions[group], func(a string) bool {
			return slices.ContainsFunc(verbs, func(v string) bool { return strings.HasPrefix(a, v) })
		})
	}
	for kind := range kinds {
		group, _, _ := strings.Cut(kind, " ")
		if !granted[kind] {
			t.Errorf("%s is composed, but the provider may not do anything with it: add it to permissions.go", kind)
		}
		if !has(group, "Create", "Put", "Register", "Request", "Change") || !has(group, "Get", "Describe", "List") || !has(group, "Delete", "Deregister", "Schedule", "Change") {
			t.Errorf("%s: the provider should be allowed to create, read and delete", group)
		}
	}
}

// TestLeastPrivilege holds the policies to design rule 10.
func TestLeastPrivilege(t *testing.T) {
	for _, f := range files {
		for _, s := range f.policy().Statement {
			for _, a := range s.Action {
				_, verb, _ := strings.Cut(a, ":")
				read := strings.HasPrefix(verb, "Describe") || strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List") || a == "kms:ReEncrypt*"
				if strings.Contains(a, "*") && (!read || strings.HasPrefix(verb, "*")) {
					t.Errorf("%s: only reads may be allowed by pattern, not %s", f.name, a)
				}
				if slices.Contains(s.Resource, "*") != everywhere[a] {
					t.Errorf("%s: %s is on %v: say in everywhere that AWS knows no resource for it, or give its resources", f.name, a, s.Resource)
				}
			}
			for _, r := range s.Resource {
				if r != "*" && strings.Count(r, ":") < 5 {
					t.Errorf("%s: %s is no ARN", f.name, r)
				}
			}
		}
	}
}

// TestManifests holds what is written by hand to the packages' names and versions.
func TestManifests(t *testing.T) {
	type object struct {
		APIVersion, Kind string
		Metadata         struct{ Name string }
		Spec             struct {
			Package          string
			RuntimeConfigRef struct{ Name string }
			DependsOn        []struct{ Kind, Package, Version string }
			Selector         struct{ MatchLabels map[string]string } // of a PodDisruptionBudget

			DeploymentTemplate struct {
				Spec struct {
					Template struct {
						Spec struct {
							TopologySpreadConstraints []struct {
								LabelSelector struct{ MatchLabels map[string]string }
							}
						}
					}
				}
			}
		}
	}
	objects := map[string]object{}
	for _, file := range []string{"configuration.yaml", "function.yaml", "runtime.yaml", "providerconfig.yaml", "../../crossplane.yaml"} {
		raw, err := os.ReadFile(platformtest.Path(t, "examples", "install", file))
		if err != nil {
			t.Fatal(err)
		}
		for doc := range strings.SplitSeq(string(raw), "\n---\n") {
			var o object
			if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
				t.Fatal(err)
			}
			if o.APIVersion == "meta.pkg.crossplane.io/v1" {
				o.Kind = "package " + o.Kind
			}
			objects[o.Kind+" "+o.Metadata.Name] = o
		}
	}
	configuration, function := objects["Configuration morket-platform"].Spec.Package, objects["Function morket-io-function-morket-platform"]
	registry, version, _ := strings.Cut(configuration, "/morket-platform:")
	if want := registry + "/function-morket-platform:" + version; function.Spec.Package != want {
		t.Errorf("the Function should have the Configuration's registry and version, and the name that Crossplane gives it as a dependency: want %s, got %q", want, function.Spec.Package)
	}
	// Where they are is where a release of this repository puts them, and a build without a registry would.
	for file, want := range map[string]string{
		".github/workflows/release.yml": "\n      REGISTRY: " + strings.Replace(registry, "/morket-io", "/${{ github.repository_owner }}", 1) + "\n",
		"Makefile":                      "\nREGISTRY ?= " + registry + "\n",
	} {
		raw, err := os.ReadFile(platformtest.Path(t, strings.Split(file, "/")...))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), want) {
			t.Errorf("examples/install looks for packages in %s, and %s does not say that: %q", registry, file, want)
		}
	}
	for _, d := range objects["package Configuration morket-platform"].Spec.DependsOn {
		if d.Kind == "Function" && (d.Package != registry+"/function-morket-platform" || !strings.Contains(d.Version, " <v")) {
			t.Errorf("crossplane.yaml should depend on the Function that a release publishes in %s, with an upper bound: %+v", registry, d)
		}
	}
	runtime := objects["DeploymentRuntimeConfig "+function.Spec.RuntimeConfigRef.Name]
	if runtime.Kind == "" {
		t.Errorf("the Function should run with a runtime config that is there, not %q", function.Spec.RuntimeConfigRef.Name)
	}
	// Crossplane gives the pods the name of the package (internal/controller/pkg/runtime/runtime.go, podSelectors).
	pods := map[string]string{"pkg.crossplane.io/function": "morket-io-function-morket-platform"}
	spread := runtime.Spec.DeploymentTemplate.Spec.Template.Spec.TopologySpreadConstraints
	if len(spread) != 1 || !maps.Equal(spread[0].LabelSelector.MatchLabels, pods) {
		t.Errorf("the function's pods should be spread over nodes by their labels: %+v", spread)
	}
	if budget := objects["PodDisruptionBudget function-morket-platform"]; !maps.Equal(budget.Spec.Selector.MatchLabels, pods) {
		t.Errorf("a disruption budget should select the function's pods: %+v", budget)
	}
	if objects["ProviderConfig default"].Kind == "" {
		t.Error("there should be the provider config that claims use by default")
	}
}

// TestTrust: the providers that the Configuration brings may take the role on, as the ServiceAccounts that Crossplane runs
// them as. It names those after a package's revision, and that after the path of its repository.
func TestTrust(t *testing.T) {
	raw, err := os.ReadFile(platformtest.Path(t, "examples", "install", "role", "trust.json"))
	if err != nil {
		t.Fatal(err)
	}
	var trust struct {
		Statement []struct {
			Action    string
			Condition map[string]map[string]string
		}
	}
	if err := json.Unmarshal(raw, &trust); err != nil {
		t.Fatal(err)
	}
	subject := ""
	for _, s := range trust.Statement {
		for key, value := range s.Condition["StringLike"] {
			if strings.HasSuffix(key, ":sub") {
				subject = value
			}
		}
		for key, value := range s.Condition["StringEquals"] {
			if strings.HasSuffix(key, ":aud") && value != "sts.amazonaws.com" {
				t.Errorf("EKS issues tokens for sts.amazonaws.com, not for %s", value)
			}
		}
	}
	if raw, err = os.ReadFile(platformtest.Path(t, "crossplane.yaml")); err != nil {
		t.Fatal(err)
	}
	var c struct {
		Spec struct {
			DependsOn []struct{ Kind, Package string }
		}
	}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	account := func(pkg string) string {
		_, repository, _ := strings.Cut(pkg, "/")
		return "system:serviceaccount:crossplane-system:" + strings.ReplaceAll(repository, "/", "-") + "-0123456789ab"
	}
	for _, d := range c.Spec.DependsOn {
		if got, want := like(subject, account(d.Package)), d.Kind == "Provider"; got != want {
			t.Errorf("%s may take the role on as %s: %v, should be %v (sub is like %s)", d.Kind, account(d.Package), got, want, subject)
		}
	}
	if like(subject, "system:serviceaccount:default:upbound-provider-aws-ec2-0123456789ab") {
		t.Error("who may make ServiceAccounts in another namespace should not get the role")
	}
}
