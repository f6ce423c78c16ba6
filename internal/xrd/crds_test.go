package xrd

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"

	"github.com/morket-io/platform/internal/xrd/crd"
)

// serve returns why an API server would refuse the CRDs of a CompositeResourceDefinition: a schema that is not structural, a
// default that its own schema refuses, a rule that does not compile or may cost too much.
func serve(t testing.TB, definition []byte) error {
	t.Helper()
	all, err := crd.Of(definition)
	if err != nil {
		return err
	}
	for _, made := range all {
		made.OwnerReferences = nil // The definition has no UID yet.
		extv1.SetDefaults_CustomResourceDefinition(made)
		extv1.SetDefaults_CustomResourceDefinitionSpec(&made.Spec)
		in := &apiextensions.CustomResourceDefinition{}
		if err := extv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(made, in, nil); err != nil {
			return err
		}
		in.Status.StoredVersions = []string{in.Spec.Versions[0].Name}
		if err := extvalidation.ValidateCustomResourceDefinition(t.Context(), in).ToAggregate(); err != nil {
			return fmt.Errorf("the API server would refuse %s: %w", made.Name, err)
		}
	}
	return nil
}

func TestCRDs(t *testing.T) {
	cases := map[string]struct {
		reason  string
		path    string
		replace []string
		want    string // in the error; empty if there is none
	}{
		"Toy":      {reason: "Should make CRDs of the toy that the API server serves.", path: toy},
		"Platform": {reason: "Should make CRDs of the platform's definition that the API server serves.", path: platform},
		"Cost": {
			reason:  "Should refuse a rule below a list without a limit, because it may cost anything.",
			path:    toy,
			replace: []string{"maxItems: 3\n                    minItems: 2\n                    items: {type: string, maxLength: 16}", "items: {type: string}", "self.all(z, z.matches('^[a-z]+-[0-9]$'))", "self.all(a, self.all(b, a != b))"},
			want:    "estimated rule cost exceeds budget",
		},
		"Default": {
			reason:  "Should refuse a default that breaks its own schema.",
			path:    toy,
			replace: []string{"default: 2\n", "default: 20\n"},
			want:    "should be less than or equal to 10",
		},
		"Field": {
			reason:  "Should refuse a rule with a field that the schema does not have.",
			path:    toy,
			replace: []string{"has(self.domain)", "has(self.domian)"},
			want:    "undefined field 'domian'",
		},
		"Structural": {
			reason:  "Should refuse a schema that is not structural.",
			path:    toy,
			replace: []string{"phase: {type: string}", "phase: {}"},
			want:    "must not be empty for specified object fields",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := serve(t, []byte(strings.NewReplacer(tc.replace...).Replace(string(definition(t, tc.path)))))
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}
