package docs_test

import (
	"flag"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/test/docs"
	"github.com/morket-io/platform/test/platformtest"
)

var update = flag.Bool("update", false, "write what is generated anew")

const referenceIntro = `<!-- Written by ` + "`go test ./test/docs -run TestReference -update`" + ` from apis/v1alpha1 and the sizing profiles. DO NOT EDIT. -->

# The claim, field by field

Two claims to begin with are in [examples/claims](../examples/claims). Three fields have to be given, and in production a
domain; everything else has a default.

- **default** is what holds where the claim says nothing. Where it depends on ` + "`spec.environment`" + `, it says so.
- **changes** is whether the field can be changed once the platform is there. *Never* is refused by the API server; *within
  limits* is explained below the table. What a change does, ` + "`morket plan`" + ` says: [plan.md](plan.md).
- Lists and maps that a claim gives take the place of the default ones; they are not joined.
- [bad-claims.md](bad-claims.md) has every refusal as an example.

Crossplane adds fields of its own to ` + "`spec`" + ` (` + "`writeConnectionSecretToRef`, `compositionRef`, `compositionUpdatePolicy`" + ` and others):
` + "`kubectl explain morketplatform.spec`" + ` (needs a cluster) lists them too.
`

// TestReference holds docs/reference.md to the API.
func TestReference(t *testing.T) {
	profiles := docs.Profiles{}
	for _, env := range platformtest.Environments {
		profiles[env] = map[string]any{}
		for _, file := range []string{"defaults", env} {
			raw, err := os.ReadFile(platformtest.Path(t, "internal", "platform", "profiles", file+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			if err := yaml.Unmarshal(raw, &m); err != nil {
				t.Fatal(err)
			}
			maps.Copy(profiles[env], flat("", m))
		}
	}
	body, err := docs.Reference(apis.Definition, profiles)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "docs/reference.md", referenceIntro+body+conditions(), "TestReference")
}

// TestReferenceIsComplete looks for every field of the definition in the reference, by a way of its own.
func TestReferenceIsComplete(t *testing.T) {
	raw, err := os.ReadFile(platformtest.Path(t, "docs", "reference.md"))
	if err != nil {
		t.Fatal(err)
	}
	var definition map[string]any
	if err := yaml.Unmarshal(apis.Definition, &definition); err != nil {
		t.Fatal(err)
	}
	seen := 0
	var walk func(path string, node map[string]any)
	walk = func(path string, node map[string]any) {
		if path == "status.sizing" {
			return // the fields of the spec once more
		}
		properties, _ := node["properties"].(map[string]any)
		if properties == nil {
			seen++
			if !strings.Contains(string(raw), `<a id="`+path+`"></a>`) {
				t.Errorf("Should tell of %s", path)
			}
		}
		for name, p := range properties {
			below, _ := p.(map[string]any)
			walk(strings.TrimPrefix(path+"."+name, "."), below)
		}
	}
	spec, _ := definition["spec"].(map[string]any)
	versions, _ := spec["versions"].([]any)
	version, _ := versions[0].(map[string]any)
	schema, _ := version["schema"].(map[string]any)
	root, _ := schema["openAPIV3Schema"].(map[string]any)
	walk("", root)
	if seen < 100 {
		t.Errorf("Should look at all fields, saw %d", seen)
	}
}

// conditions documents a platform's conditions.
func conditions() string {
	var b strings.Builder
	b.WriteString(`
## Conditions

| condition | is True when |
|---|---|
| ` + "`Synced`" + ` | Crossplane has done what the claim says |
| ` + "`Ready`" + ` | every layer is |
`)
	for _, l := range functions.Layers(nil) {
		b.WriteString("| `" + l.Condition + "` | every resource of the " + l.Name + " layer is ready, and none waits for a value of another |\n")
	}
	b.WriteString(`
While a layer's condition is False its reason begins with ` + "`WaitingFor`" + ` and its message names what is waited for; the reason begins with
` + "`CannotSync`" + ` where AWS or the provider refused something, and the message has their words. ` + "`InvalidSpec`" + ` is a claim that only the function
could refuse, ` + "`NamePrefixTaken`" + ` one whose names another claim has; [unready.md](tasks/unready.md) lists the others, and ` + "`SecretLost`" + ` is in
[secrets.md](secrets.md#bringing-a-value-back).
`)
	return b.String()
}

func flat(path string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return map[string]any{path: v}
	}
	out := map[string]any{}
	for k, e := range m {
		maps.Copy(out, flat(strings.TrimPrefix(path+"."+k, "."), e))
	}
	return out
}

// compare holds a file to what it should be, or writes it.
func compare(t *testing.T, file, want, test string) {
	t.Helper()
	path := platformtest.Path(t, file)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil { //nolint:gosec // documentation, read by everyone
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Should be what the platform is: run `go test ./test/docs -run %s -update`\n-generated, +%s:\n%s", test, file, diff)
	}
}
