package functions_test

import (
	"regexp"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// reference matches the fields that the provider resolves and writes down. A reference to a Kubernetes Secret is only read.
var reference = regexp.MustCompile(`(Refs?|Selector)$`)

// TestNoReferencesInLists looks for references below lists, other than lists of references: Crossplane owns such a list as
// a whole and removes what the provider resolved, which resolves it again. (design rule 6)
func TestNoReferencesInLists(t *testing.T) {
	lists := 0
	for _, env := range platformtest.Environments {
		for name, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			var walk func(path string, v *structpb.Value, within bool)
			walk = func(path string, v *structpb.Value, within bool) {
				for field, below := range v.GetStructValue().GetFields() {
					switch at := path + "." + field; {
					case !reference.MatchString(field):
						walk(at, below, within)
					case within && below.GetStructValue().GetFields()["key"] == nil:
						t.Errorf("%s %s: Should give the literal value", env, at)
					}
				}
				for _, entry := range v.GetListValue().GetValues() {
					lists++
					walk(path+"[]", entry, true)
				}
			}
			walk(name, fields.At(o, "spec", "forProvider"), false)
		}
	}
	if lists == 0 {
		t.Error("Should see lists")
	}
}
