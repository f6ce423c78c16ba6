package functions_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestConfiguration holds the package's dependencies to what the layers compose. (R-PKG-1)
func TestConfiguration(t *testing.T) {
	raw, err := os.ReadFile(platformtest.Path(t, "crossplane.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Spec struct {
			DependsOn []struct{ Kind, Package, Version string }
		}
	}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range c.Spec.DependsOn {
		if d.Kind == "Function" {
			_, repository, _ := strings.Cut(d.Package, "/")
			if diff := cmp.Diff(strings.ReplaceAll(repository, "/", "-"), render.FunctionName); diff != "" {
				t.Errorf("Should call the function in the Composition as Crossplane's package manager names it: -installed, +called:\n%s", diff)
			}
		}
		_, family, ok := strings.Cut(d.Package, "provider-aws-")
		if !ok {
			continue
		}
		got = append(got, family)
		if want := ">=v2.7.0 <v3.0.0"; d.Version != want {
			t.Errorf("%s should be %q, as all families, got %q", family, want, d.Version)
		}
	}
	families := map[string]bool{}
	for _, env := range platformtest.Environments {
		for _, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			if group, _, ok := strings.Cut(fields.Text(o, "apiVersion"), ".aws.upbound.io/"); ok {
				families[group] = true
			}
		}
	}
	want := []string{}
	for f := range families {
		want = append(want, f)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should depend on the provider families that are composed, sorted, and on no other: -composed, +listed:\n%s", diff)
	}
}

// TestCompositionNamesEveryLayer: a layer that exists but is not named would never be composed, or be deleted.
func TestCompositionNamesEveryLayer(t *testing.T) {
	perLayer, err := os.ReadFile(platformtest.Path(t, "examples", "compositions", "step-per-layer.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, l := range functions.Layers(platformtest.Random()) {
		want = append(want, l.Name)
	}
	for name, raw := range map[string][]byte{"platform": compositions.Platform, "step-per-layer": perLayer} {
		steps, err := render.ReadPipeline(raw)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range steps {
			for _, v := range s.Input.GetFields()["layers"].GetListValue().GetValues() {
				got = append(got, v.GetStringValue())
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: should name every layer, in order: -exists, +named:\n%s", name, diff)
		}
	}
}

// TestConnectionKeys: Crossplane drops the details whose keys the definition does not list. (R-API-5)
func TestConnectionKeys(t *testing.T) {
	raw, err := os.ReadFile(platformtest.Path(t, "apis", "definition.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Spec struct{ ConnectionSecretKeys []string }
	}
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(slices.Values(d.Spec.ConnectionSecretKeys))
	var want []string
	for k := range platformtest.Eventually(t, platformtest.XR(t, "production", nil)).Details {
		want = append(want, k)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("The definition should list the connection details that are published: -published, +listed:\n%s", diff)
	}
}

// TestConnectionSecrets holds the Compositions to where composite resources keep their connection secrets: without it
// there is none, and the claims' stay empty. (R-API-5)
func TestConnectionSecrets(t *testing.T) {
	perLayer, err := os.ReadFile(platformtest.Path(t, "examples", "compositions", "step-per-layer.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{"platform.yaml": compositions.Platform, "step-per-layer.yaml": perLayer} {
		var c struct {
			Spec struct{ WriteConnectionSecretsToNamespace string }
		}
		if err := yaml.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		if c.Spec.WriteConnectionSecretsToNamespace == "" {
			t.Errorf("%s should say where connection secrets go", name)
		}
	}
}
