package main

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

func TestFill(t *testing.T) {
	const (
		common     = "cidr: 10.0.0.0/16\nranges: [a, \"b:c\"]\nversion: \"15\"\nimages: {temporalServer: {repository: a/b, tag: \"1\"}}\n"
		staging    = "network: {nats: 1, logs: {days: 7}}\nsame: true\n"
		production = "network: {nats: 2, logs: {days: 7}}\nsame: true\n"
	)
	cases := map[string]struct {
		reason, schema, want, err string
	}{
		"Shared": {
			reason: "A value of all environments should be the API server's default, and quoted as a claim has to quote it",
			schema: "properties: {cidr: {description: C.}, ranges: {description: R.}, version: {description: V.}}",
			want: `properties:
  cidr: {default: 10.0.0.0/16, description: "C.\nDefault: 10.0.0.0/16."}
  ranges: {default: [a, "b:c"], description: "R.\nDefault: [a, \"b:c\"]."}
  version: {default: "15", description: "V.\nDefault: \"15\"."}
`,
		},
		"Environment": {
			reason: "A value of an environment should be in the description only, and the objects above it should have an empty default",
			schema: "properties: {network: {description: N., properties: {nats: {description: A.}, logs: {description: L., properties: {days: {description: D.}}}}}, same: {description: S.}}",
			want: `properties:
  network:
    default: {}
    description: N.
    properties:
      nats: {description: "A.\nDefault: staging 1, production 2."}
      logs: {default: {}, description: L., properties: {days: {description: "D.\nDefault: 7."}}}
  same: {description: "S.\nDefault: true."}
`,
		},
		"Whole": {
			reason: "The Temporal server's image should be the default of the object: one field of a claim's own must not be mixed with the other's default",
			schema: "properties: {images: {properties: {temporalServer: {properties: {repository: {}, tag: {}}}}}}",
			want:   `properties: {images: {default: {}, properties: {temporalServer: {default: {repository: a/b, tag: "1"}, properties: {repository: {}, tag: {}}}}}}`,
		},
		"None": {
			reason: "A field that no profile sets should stay as it is",
			schema: `properties: {tags: {description: "T. Default: none.", default: []}}`,
			want:   `properties: {tags: {description: "T. Default: none.", default: []}}`,
		},
		"Marker": {
			reason: "A default in the types beside the profile's should be an error, or the two drift apart",
			schema: "properties: {cidr: {description: C., default: 10.1.0.0/16}}",
			err:    "spec.cidr: has a default beside the sizing profiles': remove the marker",
		},
		"Description": {
			reason: "A description that names the default itself should be an error, in a field and in an object above one",
			schema: `properties: {same: {description: "S. Default: false."}, network: {description: "Default: one NAT gateway.", properties: {nats: {description: N.}}}}`,
			err: `spec.network: its description names a default: leave that to the generator
spec.same: its description names a default: leave that to the generator`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, err := readProfiles(fstest.MapFS{
				"defaults.yaml": {Data: []byte(common)}, "staging.yaml": {Data: []byte(staging)}, "production.yaml": {Data: []byte(production)},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got, want extv1.JSONSchemaProps
			if err := errors.Join(yaml.UnmarshalStrict([]byte(tc.schema), &got), yaml.UnmarshalStrict([]byte(tc.want), &want)); err != nil {
				t.Fatal(err)
			}
			_, err = p.fill("", &got)
			if err != nil || tc.err != "" {
				if err == nil || err.Error() != tc.err {
					t.Errorf("%s: want error %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	p := profiles{"staging": {"data.nodes": 1.0}}
	if got, err := p.expand("rule: self >= $(staging.data.nodes)"); err != nil || got != "rule: self >= 1" {
		t.Errorf("A rule should read a profile's value: got %q, %v", got, err)
	}
	if _, err := p.expand("$(staging.data.node)"); err == nil || !strings.Contains(err.Error(), "$(staging.data.node): no sizing profile has this value") {
		t.Errorf("A value that no profile has should be named: %v", err)
	}
}

func TestReadProfilesFails(t *testing.T) {
	if _, err := readProfiles(fstest.MapFS{"defaults.yaml": {Data: []byte("{}")}}); err == nil || !strings.Contains(err.Error(), "staging.yaml") {
		t.Errorf("A missing profile should be named: %v", err)
	}
}
