package functions_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws/crds"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// TestListKeys holds what is composed against a trap of server-side apply: an entry of a list whose key is left to the
// definition's default is lost when it is applied again, where a definition has two versions.
func TestListKeys(t *testing.T) {
	source, err := crds.Locate()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, env := range platformtest.Environments {
		for name, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			parameters := fields.At(o, "spec", "forProvider")
			if parameters == nil {
				continue
			}
			definition, err := source.Load(fields.Text(o, "apiVersion"), fields.Text(o, "kind"))
			if err != nil {
				t.Fatal(err)
			}
			schema := definition.ForProvider()
			checked += checkListKeys(t, env+" "+name, &schema, parameters)
		}
	}
	if checked == 0 {
		t.Error("Should see lists that have keys")
	}
}

// checkListKeys returns how many entries have keys.
func checkListKeys(t *testing.T, path string, schema *crds.Schema, v *structpb.Value) int {
	t.Helper()
	checked := 0
	for field, below := range v.GetStructValue().GetFields() {
		if s, ok := schema.Properties[field]; ok {
			checked += checkListKeys(t, path+"."+field, &s, below)
		}
	}
	for _, entry := range v.GetListValue().GetValues() {
		for _, key := range schema.ListMapKeys {
			checked++
			if entry.GetStructValue().GetFields()[key] == nil {
				t.Errorf("%s: should give %s itself", path, key)
			}
		}
		if schema.Items != nil {
			checked += checkListKeys(t, path, schema.Items, entry)
		}
	}
	return checked
}
