package xrd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/internal/xrd/crd"
)

// toy is a definition with one of everything.
const toy = "testdata/definition.yaml"

func definition(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// loadDefinition loads the CRDs of a CompositeResourceDefinition.
func loadDefinition(definition []byte) (*Schema, error) {
	crds, err := crd.Encode(definition)
	if err != nil {
		return nil, err
	}
	return Load(crds)
}

func load(t testing.TB, path string) *Schema {
	t.Helper()
	s, err := loadDefinition(definition(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// object is a claim, or what is given of another kind, with the spec in YAML.
func object(t testing.TB, spec string) map[string]any {
	t.Helper()
	o := map[string]any{}
	if err := yaml.Unmarshal([]byte(spec), &o); err != nil {
		t.Fatal(err)
	}
	if o["spec"] == nil && o["kind"] == nil {
		o = map[string]any{"spec": o}
	}
	for name, v := range map[string]any{"apiVersion": "platform.morket.io/v1alpha1", "kind": "Toy", "metadata": map[string]any{"name": "toy", "namespace": "team"}} {
		if _, ok := o[name]; !ok {
			o[name] = v
		}
	}
	return o
}

func TestValidate(t *testing.T) {
	cases := map[string]struct {
		reason string
		obj    string
		want   []string
	}{
		"Minimal": {
			reason: "Should accept a claim with what is required.",
			obj:    "{environment: staging, region: eu-west-1}",
		},
		"Full": {
			reason: "Should accept a claim that uses every field well.",
			obj: `{environment: production, region: eu-west-1, prefix: p, domain: {name: morket.io, zone: null}, network: {cidr: 10.1.0.0/16, zones: [eu-1, eu-2]},
				replicas: 3, step: 5, ratio: 1.25, enabled: false, tags: {Owner: me}, services: [{name: a, min: 1, max: 1, namespace: b, dash-ed: xx}], free: {x: [1]}}`,
		},
		"Machinery": {
			reason: "Should know the fields that Crossplane adds to claims.",
			obj: `{environment: staging, region: eu-west-1, compositionRef: {name: a}, compositionSelector: {matchLabels: {a: b}}, compositionRevisionRef: {name: a},
				compositionRevisionSelector: {matchLabels: {a: b}}, compositionUpdatePolicy: Manual, compositeDeletePolicy: Foreground,
				resourceRef: {apiVersion: a, kind: b, name: c}, writeConnectionSecretToRef: {name: a}}`,
		},
		"MachineryOfComposites": {
			reason: "Should know the fields that Crossplane adds to composite resources.",
			obj: `{kind: XToy, metadata: {name: toy}, spec: {environment: staging, region: eu-west-1, claimRef: {apiVersion: a, kind: b, name: c, namespace: d},
				resourceRefs: [{apiVersion: a, kind: b}], writeConnectionSecretToRef: {name: a, namespace: b}},
				status: {phase: x, conditions: [{type: Ready, status: "True", reason: Available, lastTransitionTime: "2026-01-02T03:04:05Z"}]}}`,
		},
		"MachineryOfTheOther": {
			reason: "Should not take a composite resource's fields in a claim.",
			obj:    "{environment: staging, region: eu-west-1, claimRef: {}}",
			want:   []string{`spec.claimRef: unknown field "spec.claimRef"`},
		},
		"Unknown": {
			reason: "Should name every unknown field with its path.",
			obj:    "{spec: {environment: staging, region: eu-west-1, regoin: x, network: {cdir: x}, services: [{name: a, nam: b}], free: {x: {y: z}}}, metadata: {name: toy, label: {}}, spce: {}}",
			want: []string{
				`metadata.label: unknown field "metadata.label"`,
				`spce: unknown field "spce"`,
				`spec.network.cdir: unknown field "spec.network.cdir"`,
				`spec.regoin: unknown field "spec.regoin"`,
				`spec.services[0].nam: unknown field "spec.services[0].nam"`,
			},
		},
		"Required": {
			reason: "Should say what is missing, and that rules have to wait for it.",
			obj:    "{environment: staging, domain: {}}",
			want: []string{
				unchecked,
				"spec.domain.name: Required value",
				"spec.region: Required value",
			},
		},
		"NoSpec": {
			reason: "Should require the spec itself.",
			obj:    "{kind: Toy, metadata: {name: toy}}",
			want: []string{
				unchecked,
				"spec: Required value",
			},
		},
		"Enum": {
			reason: "Should list the values there are.",
			obj:    "{environment: prod, region: eu-west-1}",
			want: []string{
				unchecked,
				`spec.environment: Unsupported value: "prod": supported values: "staging", "production"`,
			},
		},
		"Types": {
			reason: "Should name the types that a value has and should have.",
			obj:    `{environment: staging, region: 1, network: [], replicas: "2", ratio: true, step: 1.5, tags: x}`,
			want: []string{
				`Invalid value: "": Checked value must be of type integer (default format) in spec.step`,
				unchecked,
				`spec.network: Invalid value: "array": spec.network in body must be of type object: "array"`,
				`spec.ratio: Invalid value: "boolean": spec.ratio in body must be of type number: "boolean"`,
				`spec.region: Invalid value: "integer": spec.region in body must be of type string: "integer"`,
				`spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"`,
				`spec.step: Invalid value: "number": spec.step in body must be of type integer: "number"`,
				`spec.step: Invalid value: 1.5: spec.step in body should be a multiple of 5`,
				`spec.tags: Invalid value: "string": spec.tags in body must be of type object: "string"`,
			},
		},
		"Bounds": {
			reason: "Should name the bound that a value breaks.",
			obj:    `{environment: staging, region: a_b, replicas: 11, step: 50, ratio: 0.25, tags: {}, network: {zones: [eu-1]}}`,
			want: []string{
				`spec.network.zones: Invalid value: 1: spec.network.zones in body should have at least 2 items`,
				`spec.ratio: Invalid value: 0.25: spec.ratio in body should be greater than or equal to 0.5`,
				`spec.region: Invalid value: "a_b": spec.region in body should be at least 4 chars long`,
				`spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10`,
				`spec.step: Invalid value: 50: spec.step in body should be less than 50`,
				`spec.tags: Invalid value: 0: spec.tags in body should have at least 1 properties`,
			},
		},
		"BoundsBelow": {
			reason: "Should name lower bounds and patterns.",
			obj:    `{environment: staging, region: eu_west, replicas: 0, step: 0, ratio: 1.75}`,
			want: []string{
				`spec.ratio: Invalid value: 1.75: spec.ratio in body should be less than or equal to 1.5`,
				`spec.region: Invalid value: "eu_west": spec.region in body should match '^[a-z0-9-]+$'`,
				`spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1`,
				`spec.step: Invalid value: 0: spec.step in body should be greater than 0`,
			},
		},
		"TooMuch": {
			reason: "Should refuse what is too long or too many, and evaluate no rules over it.",
			obj:    `{environment: staging, region: eu-west-1-eu-west-1, tags: {a: a, b: b, c: c, d: d}, network: {zones: [a, b, c, d]}}`,
			want: []string{
				unchecked,
				"spec.network.zones: Too many: 4: must have at most 3 items",
				"spec.region: Too long: may not be more than 16 bytes",
				"spec.tags: Too many: 4: must have at most 3 items",
			},
		},
		"Duplicates": {
			reason: "Should refuse equal entries of a set, and equal keys of a map.",
			obj:    `{environment: staging, region: eu-west-1, network: {zones: [eu-1, eu-1]}, services: [{name: a}, {name: a, min: 2}]}`,
			want: []string{
				`spec.network.zones[1]: Duplicate value: "eu-1"`,
				`spec.services[1]: Duplicate value: {"name":"a"}`,
			},
		},
		"Null": {
			reason: "Should drop a null where none may be, unless the field is required.",
			obj:    `{environment: staging, region: null, prefix: null, replicas: null, domain: {name: a, zone: null}}`,
			want: []string{
				unchecked,
				"spec.region: Required value",
			},
		},
		"NullEntry": {
			reason: "Should refuse a null in a list, where nothing takes its place.",
			obj:    `{environment: staging, region: eu-west-1, network: {zones: [null, eu-1]}}`,
			want: []string{
				unchecked,
				`spec.network.zones[0]: Invalid value: "null": spec.network.zones[0] in body must be of type string: "null"`,
			},
		},
		"Rule": {
			reason: "Should print the message of a rule that is not met.",
			obj:    `{environment: staging, region: eu-west-1, network: {cidr: 10.0.0.1/16}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.0.1/16": write the base of a range of at least /20, such as 10.0.0.0/16`},
		},
		"RuleExpression": {
			reason: "Should print the message that an expression gives.",
			obj:    `{environment: staging, region: eu-west-1, network: {cidr: 11.0.0.0/16}}`,
			want:   []string{`spec.network.cidr: Invalid value: "11.0.0.0/16": 11.0.0.0/16 is not private`},
		},
		"RuleOfWiderRange": {
			reason: "Should not take a range for private that is more than that.",
			obj:    `{environment: staging, region: eu-west-1, network: {cidr: 10.0.0.0/7}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.0.0/7": 10.0.0.0/7 is not private`},
		},
		"RuleOfMappedAddress": {
			reason: "Should not take IPv4 dressed up as IPv6 for a range, as Kubernetes does not.",
			obj:    `{environment: staging, region: eu-west-1, network: {cidr: "::ffff:a00:0/120"}}`,
			want:   []string{`spec.network.cidr: Invalid value: "::ffff:a00:0/120": write the base of a range of at least /20, such as 10.0.0.0/16`},
		},
		"RuleWithoutOld": {
			reason: "Should evaluate a rule whose old self is optional when there is none.",
			obj:    `{environment: staging, region: eu-west-1, replicas: 9}`,
			want:   []string{"spec.replicas: Invalid value: 9: replicas cannot shrink, nor start with 9"},
		},
		"RuleOfParent": {
			reason: "Should put a rule's problem where its fieldPath says, and omit the value of objects.",
			obj:    `{environment: production, region: eu-west-1, services: [{name: a, min: 3, max: 2}], tags: {AWS: x}}`,
			want: []string{
				"spec.domain: Required value: production needs a domain",
				"spec.services[0].min: Invalid value: min may not exceed max",
				"spec.tags: Invalid value: aws is taken",
			},
		},
		"RuleOfNumbers": {
			reason: "Should give a whole number of type number to rules as a double.",
			obj:    `{environment: staging, region: eu-west-1, ratio: 1}`,
			want:   []string{"spec.ratio: Invalid value: 1: ratio may not be 1"},
		},
		"RuleWithEscapes": {
			reason: "Should find fields whose names CEL keeps to itself or cannot say.",
			obj:    `{environment: staging, region: eu-west-1, services: [{name: a, namespace: a, dash-ed: x}]}`,
			want: []string{
				"spec.services: Invalid value: a namespace is not its service",
				"spec.services: Invalid value: dash-ed is too short",
			},
		},
		"RuleOfRoot": {
			reason: "Should let a rule of the root see metadata.name.",
			obj:    `{metadata: {name: 1toy}, spec: {environment: staging, region: eu-west-1}}`,
			want:   []string{"Invalid value: metadata.name must begin with a letter"},
		},
		"Name": {
			reason: "Should hold a name to Kubernetes' rules.",
			obj:    `{metadata: {name: My_Toy}, spec: {environment: staging, region: eu-west-1, prefix: p}}`,
			want: []string{
				`metadata.name: Invalid value: "My_Toy": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
			},
		},
		"LongName": {
			reason: "Should hold a name to the 63 characters of a label, which Crossplane makes of it.",
			obj:    `{metadata: {name: ` + strings.Repeat("a", 64) + `}, spec: {environment: staging, region: eu-west-1}}`,
			want: []string{
				unchecked,
				"metadata.name: Too long: may not be more than 63 bytes",
			},
		},
		"NoName": {
			reason: "Should want a name, or a prefix to generate one from.",
			obj:    `{metadata: {}, spec: {environment: staging, region: eu-west-1, prefix: p}}`,
			want: []string{
				unchecked,
				"metadata.name: Required value: name or generateName is required",
			},
		},
		"Labels": {
			reason: "Should hold labels and annotations to Kubernetes' rules.",
			obj:    `{metadata: {name: toy, labels: {a: -, c d: e}, annotations: {a b: c}}, spec: {environment: staging, region: eu-west-1}}`,
			want: []string{
				`metadata.annotations: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
				`metadata.labels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
				`metadata.labels: Invalid value: "c d": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
			},
		},
		"LabelType": {
			reason: "Should refuse metadata of the wrong types.",
			obj:    `{metadata: {name: toy, labels: {b: 1}}, spec: {environment: staging, region: eu-west-1}}`,
			want:   []string{"metadata: Invalid value: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string"},
		},
		"Annotations": {
			reason: "Should refuse more annotations than the API server stores.",
			obj:    `{metadata: {name: toy, annotations: {a: ` + strings.Repeat("a", 256*1024) + `}}, spec: {environment: staging, region: eu-west-1}}`,
			want:   []string{unchecked, "metadata.annotations: Too long: may not be more than 262144 bytes"},
		},
		"NamespaceOfClaim": {
			reason: "Should hold a namespace to Kubernetes' rules.",
			obj:    `{metadata: {name: toy, namespace: a.b}, spec: {environment: staging, region: eu-west-1}}`,
			want:   []string{"metadata.namespace: Invalid value: \"a.b\": must not contain dots"},
		},
		"Namespace": {
			reason: "Should refuse a namespace for a composite resource, which has none.",
			obj:    `{kind: XToy, metadata: {name: toy, namespace: team}, spec: {environment: staging, region: eu-west-1}}`,
			want:   []string{"metadata.namespace: Forbidden: not allowed on this type"},
		},
		"Status": {
			reason: "Should validate the status as well, so that a test can check what a function reports.",
			obj:    `{spec: {environment: staging, region: eu-west-1}, status: {phase: 1, phsae: x, conditions: [{type: Ready, status: "True", reason: A, lastTransitionTime: now}]}}`,
			want: []string{
				unchecked,
				`status.conditions[0].lastTransitionTime: Invalid value: "now": status.conditions[0].lastTransitionTime in body must be of type date-time: "now"`,
				`status.phase: Invalid value: "integer": status.phase in body must be of type string: "integer"`,
				`status.phsae: unknown field "status.phsae"`,
			},
		},
		"Kind": {
			reason: "Should not judge an object of another kind.",
			obj:    `{apiVersion: v1, kind: Pod}`,
			want: []string{
				`apiVersion: Invalid value: "v1": must be platform.morket.io/v1alpha1`,
				`kind: Unsupported value: "Pod": supported values: "Toy", "XToy"`,
			},
		},
	}
	s := load(t, toy)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			obj := object(t, tc.obj)
			s.Default(obj)
			if diff := cmp.Diff(tc.want, lines(s.Validate(obj)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestValidateUpdate(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, obj string
		want     []string
	}{
		"Same": {
			reason: "Should accept an update that changes nothing.",
			old:    `{environment: staging, region: eu-west-1}`,
			obj:    `{environment: staging, region: eu-west-1}`,
		},
		"Immutable": {
			reason: "Should refuse to change what cannot change.",
			old:    `{environment: staging, region: eu-west-1}`,
			obj:    `{environment: production, region: eu-west-1, network: {cidr: 10.1.0.0/16}, domain: {name: a}}`,
			want: []string{
				`spec.environment: Invalid value: "production": environment cannot be changed`,
				`spec.network.cidr: Forbidden: network.cidr cannot be changed`,
			},
		},
		"Added": {
			reason: "Should refuse to add an optional field that cannot be added later.",
			old:    `{environment: staging, region: eu-west-1}`,
			obj:    `{environment: staging, region: eu-west-1, prefix: p}`,
			want:   []string{"spec.prefix: Invalid value: prefix cannot be added or removed"},
		},
		"Shrunk": {
			reason: "Should evaluate a rule whose old self is optional when there is one.",
			old:    `{environment: staging, region: eu-west-1, replicas: 3}`,
			obj:    `{environment: staging, region: eu-west-1, replicas: 2}`,
			want:   []string{"spec.replicas: Invalid value: 2: replicas cannot shrink, nor start with 9"},
		},
		"Entries": {
			reason: "Should find the old entry of a list by its key.",
			old:    `{environment: staging, region: eu-west-1, services: [{name: a, namespace: one}, {name: b, namespace: two}]}`,
			obj:    `{environment: staging, region: eu-west-1, services: [{name: b, namespace: two}, {name: c, namespace: one}, {name: a, namespace: two}]}`,
			want:   []string{`spec.services[2].namespace: Invalid value: "two": namespace cannot be changed`},
		},
		"Order": {
			reason: "Should take sets for equal whatever their order.",
			old:    `{environment: staging, region: eu-west-1, network: {zones: [eu-1, eu-2]}}`,
			obj:    `{environment: staging, region: eu-west-1, network: {zones: [eu-2, eu-1]}}`,
		},
		"Members": {
			reason: "Should see that a set has other members.",
			old:    `{environment: staging, region: eu-west-1, network: {zones: [eu-1, eu-2]}}`,
			obj:    `{environment: staging, region: eu-west-1, network: {zones: [eu-2, eu-3]}}`,
			want:   []string{`spec.network.zones: Invalid value: zones cannot be changed`},
		},
		"Ratchet": {
			reason: "Should let a value through that was let in before there was a rule against it.",
			old:    `{environment: staging, region: eu_west, ratio: 1}`,
			obj:    `{environment: staging, region: eu_west, ratio: 1, replicas: 3}`,
		},
		"Transition": {
			reason: "Should hold a value that stays to a rule about how it changes.",
			old:    `{environment: staging, region: eu-west-1, step: 45}`,
			obj:    `{environment: staging, region: eu-west-1, step: 45}`,
			want:   []string{"spec.step: Invalid value: 45: a step of 45 must change"},
		},
		"RatchetLists": {
			reason: "Should let duplicates through when there were duplicates before.",
			old:    `{environment: staging, region: eu-west-1, services: [{name: a}, {name: a}]}`,
			obj:    `{environment: staging, region: eu-west-1, services: [{name: a}, {name: a}, {name: b}]}`,
		},
		"NoName": {
			reason: "Should not ask for the name of an object that has been there without.",
			old:    `{metadata: {}, spec: {environment: staging, region: eu-west-1, prefix: p}}`,
			obj:    `{metadata: {}, spec: {environment: staging, region: eu-west-1, prefix: p}}`,
		},
		"Name": {
			reason: "Should not take another object for an update.",
			old:    `{metadata: {name: a, namespace: team}, spec: {environment: staging, region: eu-west-1}}`,
			obj:    `{environment: staging, region: eu-west-1}`,
			want:   []string{`metadata.name: Invalid value: "toy": field is immutable`},
		},
	}
	s := load(t, toy)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			old, obj := object(t, tc.old), object(t, tc.obj)
			s.Default(old)
			s.Default(obj)
			if diff := cmp.Diff(tc.want, lines(s.ValidateUpdate(obj, old)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDefault(t *testing.T) {
	cases := map[string]struct {
		reason string
		obj    string
		want   string
	}{
		"Claim": {
			reason: "Should default fields, and fields of what is a default itself, and Crossplane's own.",
			obj:    `{}`,
			want:   `{compositeDeletePolicy: Background, enabled: true, network: {cidr: 10.0.0.0/16}, replicas: 2}`,
		},
		"Composite": {
			reason: "Should give a composite resource Crossplane's defaults for composite resources.",
			obj:    `{kind: XToy, metadata: {name: toy}, spec: {}}`,
			want:   `{kind: XToy, metadata: {name: toy}, spec: {compositionUpdatePolicy: Automatic, enabled: true, network: {cidr: 10.0.0.0/16}, replicas: 2}}`,
		},
		"Given": {
			reason: "Should keep what is given, and default entries of lists.",
			obj:    `{compositeDeletePolicy: Foreground, enabled: false, network: {cidr: x}, replicas: 0, services: [{name: a}, {name: b, min: 0}]}`,
			want:   `{compositeDeletePolicy: Foreground, enabled: false, network: {cidr: x}, replicas: 0, services: [{name: a, min: 1}, {name: b, min: 0}]}`,
		},
		"Null": {
			reason: "Should default a null, drop one without default, and keep one that may be.",
			obj:    `{enabled: null, prefix: null, domain: {name: null, zone: null}}`,
			want:   `{compositeDeletePolicy: Background, enabled: true, network: {cidr: 10.0.0.0/16}, replicas: 2, domain: {zone: null}}`,
		},
		"NoSpec": {
			reason: "Should not invent a spec.",
			obj:    `{kind: Toy, metadata: {name: toy}}`,
			want:   `{kind: Toy, metadata: {name: toy}}`,
		},
		"Other": {
			reason: "Should leave other kinds alone.",
			obj:    `{kind: Other, spec: {}}`,
			want:   `{kind: Other, spec: {}}`,
		},
	}
	s := load(t, toy)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := object(t, tc.obj)
			s.Default(got)
			if diff := cmp.Diff(decode(t, object(t, tc.want)), decode(t, got)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, new string
		want     string
	}{
		"Kind":     {reason: "Should refuse what is no definition.", old: "kind: CompositeResourceDefinition", new: "kind: CustomResourceDefinition", want: "want a CompositeResourceDefinition"},
		"Claim":    {reason: "Should want a kind for claims that is theirs.", old: "{kind: Toy,", new: "{kind: XToy,", want: "conflicts with composite resource name"},
		"Versions": {reason: "Should want one version.", old: "versions:\n", new: "versions:\n  - {name: v1, served: true, referenceable: false}\n", want: "with one version, not 2"},
		"NoSchema": {reason: "Should want a schema.", old: "openAPIV3Schema:", new: "openAPIV2Schema:", want: "unknown field"},
		"NotYAML":  {reason: "Should refuse what is not YAML.", old: "spec:", new: "\tspec:", want: "cannot read the CompositeResourceDefinition"},
	}
	b := string(definition(t, toy))
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(b, tc.old) {
				t.Fatalf("the toy does not say %q any more", tc.old)
			}
			_, err := loadDefinition([]byte(strings.Replace(b, tc.old, tc.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestBudget holds rules to what the API server lets them cost.
func TestBudget(t *testing.T) {
	b := strings.NewReplacer("maxItems: 3\n", "maxItems: 3000\n", "self.all(z, z.matches('^[a-z]+-[0-9]$'))", "self.all(a, self.all(b, a <= b || b <= a))").Replace(string(definition(t, toy)))
	s, err := loadDefinition([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	zones := make([]any, 600)
	for i := range zones {
		zones[i] = fmt.Sprintf("z%d", i)
	}
	obj := object(t, "{environment: staging, region: eu-west-1}")
	obj["spec"].(map[string]any)["network"] = map[string]any{"cidr": "10.0.0.0/16", "zones": zones}

	want := []string{"spec.network.zones: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: zones look like eu-1"}
	if diff := cmp.Diff(want, lines(s.Validate(obj))); diff != "" {
		t.Errorf("Should stop a rule that costs too much.\n-want, +got:\n%s", diff)
	}
}

func TestValidateLeavesAlone(t *testing.T) {
	s := load(t, toy)
	obj := object(t, "{environment: staging, region: eu-west-1, ratio: 1, tags: {a: b}}")
	before, _ := json.Marshal(obj)
	s.Validate(obj)
	s.ValidateUpdate(obj, obj)
	after, _ := json.Marshal(obj)
	if diff := cmp.Diff(string(before), string(after)); diff != "" {
		t.Errorf("Should not change what it validates.\n-want, +got:\n%s", diff)
	}
}

// FuzzValidate holds that no input makes the package panic, and that defaulting twice changes nothing more.
func FuzzValidate(f *testing.F) {
	s := load(f, toy)
	f.Add(`{}`, `{}`)
	f.Add(`{"apiVersion":"platform.morket.io/v1alpha1","kind":"Toy","metadata":{"name":"toy"},"spec":{"environment":"staging","region":"eu-west-1"}}`, `{"spec":null}`)
	f.Add(`{"apiVersion":"platform.morket.io/v1alpha1","kind":"XToy","metadata":[],"spec":{"environment":[],"network":{"cidr":1,"zones":[null,{}]},"services":[1,{"name":{}}],"tags":{"":null}}}`,
		`{"metadata":{"name":1},"spec":{"services":{},"network":{"zones":{}},"environment":"x","replicas":"3"}}`)
	f.Add(`{"apiVersion":"platform.morket.io/v1alpha1","kind":"Toy","metadata":{"name":"toy","labels":[]},"spec":{"replicas":1e300,"ratio":1e-300,"step":9223372036854775808}}`, `{"spec":{"replicas":2.5}}`)
	f.Fuzz(func(t *testing.T, a, b string) {
		var obj, old map[string]any
		if json.Unmarshal([]byte(a), &obj) != nil || json.Unmarshal([]byte(b), &old) != nil {
			return
		}
		s.Default(obj)
		s.Default(old)
		once, _ := json.Marshal(obj)
		s.Default(obj)
		if twice, _ := json.Marshal(obj); !bytes.Equal(once, twice) {
			t.Errorf("defaults are not stable:\n%s\n%s", once, twice)
		}
		s.Validate(obj)
		s.ValidateUpdate(obj, old)
	})
}

// The platform's own definition, which is what the numbers are about.
const platform = "../../apis/definition.yaml"

// TestEncoded: what is embedded is what Crossplane makes of the definition.
func TestEncoded(t *testing.T) {
	want, err := crd.Encode(apis.Definition)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(apis.CRDs)); diff != "" {
		t.Errorf("apis/crds.json should be of apis/definition.yaml: run `make update`\n-definition.yaml, +crds.json:\n%s", diff)
	}
	if _, err := Load([]byte("{")); err == nil {
		t.Error("Should refuse what is no JSON.")
	}
}

func TestLoadPlatform(t *testing.T) {
	s := load(t, platform)
	obj := platformClaim(t)
	s.Default(obj)
	if diff := cmp.Diff([]string(nil), lines(s.Validate(obj))); diff != "" {
		t.Errorf("Should accept a claim for staging with what is required.\n-want, +got:\n%s", diff)
	}
}

func platformClaim(t testing.TB) map[string]any {
	t.Helper()
	return object(t, `{kind: MorketPlatform, spec: {environment: staging, region: eu-west-1, accountId: "111122223333"}}`)
}

func BenchmarkLoad(b *testing.B) {
	d := apis.CRDs
	b.SetBytes(int64(len(d)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefaultAndValidate(b *testing.B) {
	s, obj := load(b, platform), platformClaim(b)
	b.ReportAllocs()
	for b.Loop() {
		o := decode(b, obj)
		s.Default(o)
		if p := s.Validate(o); len(p) > 0 {
			b.Fatal(p)
		}
	}
}

func BenchmarkValidateUpdate(b *testing.B) {
	s, obj := load(b, platform), platformClaim(b)
	s.Default(obj)
	b.ReportAllocs()
	for b.Loop() {
		if p := s.ValidateUpdate(obj, obj); len(p) > 0 {
			b.Fatal(p)
		}
	}
}

func decode(t testing.TB, o map[string]any) map[string]any {
	t.Helper()
	out, err := decoded(o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func lines(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}
