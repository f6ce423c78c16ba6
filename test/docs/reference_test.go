package docs

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

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
