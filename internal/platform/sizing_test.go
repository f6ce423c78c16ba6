package platform

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/apis/v1alpha1"
)

var environments = []string{"staging", "production"}

func TestDecodeSizing(t *testing.T) {
	cases := map[string]struct {
		reason string
		file   string
		want   v1alpha1.Sizing
		err    string
	}{
		"Good": {
			reason: "Should read a profile into the API's own types",
			file:   "deletionProtection: true\nnetwork: {natGateways: 2, flowLogs: {retentionDays: 7}}",
			want: v1alpha1.Sizing{
				DeletionProtection: new(true),
				Network:            v1alpha1.Network{NATGateways: new(int32(2)), FlowLogs: v1alpha1.FlowLogs{RetentionDays: new(int32(7))}},
			},
		},
		"Unknown": {
			reason: "Should refuse a field that the API does not have, because a misspelt line would size nothing",
			file:   "network: {natGateway: 2}",
			err:    `cannot decode sizing profile "test": error unmarshaling JSON: while decoding JSON: json: unknown field "natGateway"`,
		},
		"Twice": {
			reason: "Should refuse a field that is there twice, because nobody could tell which one counts",
			file:   "network: {natGateways: 2, natGateways: 1}",
			err:    `cannot decode sizing profile "test": error converting YAML to JSON: yaml: unmarshal errors:` + "\n" + `  line 1: key "natGateways" already set in map`,
		},
		"Type": {
			reason: "Should refuse a value of another type",
			file:   "network: {natGateways: two}",
			err:    `cannot decode sizing profile "test": error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field Network.network.natGateways of type int32`,
		},
		"Missing": {
			reason: "Should name a profile that is not there",
			err:    `cannot read sizing profile "test": open profiles/test.yaml: file does not exist`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			if tc.file != "" {
				files["profiles/test.yaml"] = &fstest.MapFile{Data: []byte(tc.file)}
			}
			got, err := decodeSizing(files, "test")
			if diff := cmp.Diff(tc.err, text(err)); diff != "" {
				t.Errorf("%s\nerror: -want, +got:\n%s", tc.reason, diff)
			}
			if tc.err != "" {
				return
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// specSchema is the schema of a claim's spec in apis/definition.yaml.
func specSchema(t testing.TB) map[string]any {
	t.Helper()
	var d struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema struct {
						Properties map[string]map[string]any `json:"properties"`
					} `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(apis.Definition, &d); err != nil {
		t.Fatal(err)
	}
	return d.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
}

// defaults are what the API server puts where a claim says nothing.
func defaults(schema map[string]any) (any, bool) {
	properties, _ := schema["properties"].(map[string]any)
	value, ok := schema["default"]
	if !ok {
		return nil, false
	}
	if m, ok := value.(map[string]any); ok {
		for name, p := range properties {
			if d, ok := defaults(p.(map[string]any)); ok && m[name] == nil {
				m[name] = d
			}
		}
	}
	return value, true
}

// descriptions are what `kubectl explain` says of the fields of a schema, by path.
func descriptions(path string, schema map[string]any) map[string]string {
	out := map[string]string{}
	out[path], _ = schema["description"].(string)
	properties, _ := schema["properties"].(map[string]any)
	for name, p := range properties {
		maps.Copy(out, descriptions(strings.TrimPrefix(path+"."+name, "."), p.(map[string]any)))
	}
	return out
}

// notSized are the fields of a claim's spec that no sizing has.
var notSized = []string{"adopt", "environment", "accountId", "region", "namePrefix", "providerConfigName", "tags", "domain", "images"}

func TestDefaultsEqualSchema(t *testing.T) {
	schema := specSchema(t)
	schema["default"] = map[string]any{} // a claim always has a spec
	all, _ := defaults(schema)
	want := make(map[string]any)
	for name, v := range all.(map[string]any) {
		if !slices.Contains(notSized, name) {
			maps.Copy(want, flat(name, v))
		}
	}
	if diff := cmp.Diff(want, profile(t, "defaults")); diff != "" {
		t.Errorf("Should hold the schema's own defaults, for those who call without an API server\n-apis/definition.yaml, +defaults.yaml:\n%s", diff)
	}

	got := clone(t, images(v1alpha1.Images{}))
	raw, err := yaml.Marshal(all.(map[string]any)["images"])
	if err != nil {
		t.Fatal(err)
	}
	var wantImages v1alpha1.Images
	if err := yaml.UnmarshalStrict(raw, &wantImages); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantImages, got); diff != "" {
		t.Errorf("Should fill in the images that the schema fills in\n-apis/definition.yaml, +images:\n%s", diff)
	}
}

// TestProfilesHoldTheSameLines keeps the profiles comparable, line by line. (R-ENV-3)
func TestProfilesHoldTheSameLines(t *testing.T) {
	staging, production := profile(t, "staging"), profile(t, "production")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(staging)), slices.Sorted(maps.Keys(production))); diff != "" {
		t.Errorf("Should size the same things in both environments, so that the files can be read next to each other\n-staging.yaml, +production.yaml:\n%s", diff)
	}
	for path := range profile(t, "defaults") {
		if _, ok := staging[path]; ok {
			t.Errorf("Should not size what has a default in the schema, which is in every claim and wins: take %s out of one of the two", path)
		}
	}
}

// TestDescriptionsNameDefaults keeps `kubectl explain` from drifting: a description that says "Default: x." means it.
func TestDescriptionsNameDefaults(t *testing.T) {
	staging, production, both := profile(t, "staging"), profile(t, "production"), profile(t, "defaults")
	bySizing := regexp.MustCompile(`Default:\s+staging\s+(\S+),\s+production\s+(\S+?)\.?(?:\s|$)`)
	bySchema := regexp.MustCompile(`Default:\s+(\[?[^\s\]]+\]?)[.,](?:\s|$)`)
	said := 0
	for path, description := range descriptions("", specSchema(t)) {
		if v, ok := staging[path]; ok && !strings.HasPrefix(path, "compute.services.") {
			m := bySizing.FindStringSubmatch(description)
			if m == nil {
				t.Errorf("Should say both environments' defaults in the description of %s, which is:\n%s", path, description)
				continue
			}
			said++
			want := []string{fmt.Sprint(v), fmt.Sprint(production[path])}
			if !slices.Equal(want, m[1:]) {
				t.Errorf("Should say the sizing's own values in the description of %s: want %q, got %q", path, want, m[1:])
			}
		}
		if v, ok := both[path]; ok {
			m := bySchema.FindStringSubmatch(description)
			if m == nil {
				t.Errorf("Should say the default in the description of %s, which is:\n%s", path, description)
				continue
			}
			said++
			if got := strings.Trim(m[1], `"`); got != fmt.Sprint(v) {
				t.Errorf("Should say the schema's own default in the description of %s: want %q, got %q", path, fmt.Sprint(v), got)
			}
		}
	}
	if said < 50 {
		t.Errorf("Should find the defaults in the descriptions, and found only %d: the test does not see them any more", said)
	}
}

// TestResolveSizing sets each field that a claim may set, one at a time. It fails for a field that mergeSizing forgets,
// and for one that it puts in another's place.
func TestResolveSizing(t *testing.T) {
	for _, environment := range environments {
		var all v1alpha1.Sizing
		for i, l := range leaves(&all) {
			t.Run(environment+"/"+l.path, func(t *testing.T) {
				bare := resolveSizing(&v1alpha1.MorketPlatformSpec{Environment: environment})
				value := other(t, find(t, &bare, l.path), i)
				spec := v1alpha1.MorketPlatformSpec{Environment: environment}
				find(t, &spec, l.path).Set(value)

				want := clone(t, bare)
				find(t, &want, l.path).Set(value)
				if diff := cmp.Diff(want, resolveSizing(&spec)); diff != "" {
					t.Errorf("Should take %s from the claim and leave all else to the sizing\n-want, +got:\n%s", l.path, diff)
				}
			})
		}
	}
}

// TestSizingIsTheSpec fails for a new group of fields in a claim that no sizing has.
func TestSizingIsTheSpec(t *testing.T) {
	fields := func(v any) map[string]string {
		out := make(map[string]string)
		for f := range reflect.TypeOf(v).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out[name] = f.Type.String()
		}
		return out
	}
	want := fields(v1alpha1.MorketPlatformSpec{})
	for _, name := range notSized {
		if _, ok := want[name]; !ok {
			t.Errorf("spec.%s is gone: take it out of notSized", name)
		}
		delete(want, name)
	}
	if diff := cmp.Diff(want, fields(v1alpha1.Sizing{})); diff != "" {
		t.Errorf("Should size every knob of a claim\n-MorketPlatformSpec, +Sizing:\n%s", diff)
	}
}

func TestResolveSizingLeavesNothingOpen(t *testing.T) {
	// These may be empty: they say something only if the claim does.
	want := []string{
		"network.availabilityZones",
		"compute.registry.sharedWith",
		"compute.services.backend.environment",
		"compute.services.scraper.environment",
		"compute.services.frontend.environment",
		"compute.services.temporalWorker.environment",
		"compute.services.temporalServer.environment",
		"monitoring.emails",
	}
	for _, environment := range environments {
		s := resolveSizing(&v1alpha1.MorketPlatformSpec{Environment: environment})
		var open []string
		for _, l := range leaves(&s) {
			if l.value.IsNil() {
				open = append(open, l.path)
			}
		}
		if diff := cmp.Diff(want, open); diff != "" {
			t.Errorf("Should resolve every knob in %s, so that no layer meets a nil pointer\n-want, +got:\n%s", environment, diff)
		}
	}
}

func TestResolveSizingKeepsSharedSizings(t *testing.T) {
	before := clone(t, sizings)
	for _, environment := range environments {
		spec := v1alpha1.MorketPlatformSpec{Environment: environment}
		for i, l := range leaves(&v1alpha1.Sizing{}) {
			bare := resolveSizing(&v1alpha1.MorketPlatformSpec{Environment: environment})
			find(t, &spec, l.path).Set(other(t, find(t, &bare, l.path), i))
		}
		resolveSizing(&spec)
		got := resolveSizing(&v1alpha1.MorketPlatformSpec{Environment: environment})
		if diff := cmp.Diff(before[environment], got); diff != "" {
			t.Errorf("Should resolve a bare claim as if no other had been resolved before it\n-want, +got:\n%s", diff)
		}
	}
	if diff := cmp.Diff(before, sizings); diff != "" {
		t.Errorf("Should not write into the sizings that all claims share\n-before, +after:\n%s", diff)
	}
}

func TestImages(t *testing.T) {
	cases := map[string]struct {
		reason string
		own    v1alpha1.Images
		want   v1alpha1.Images
	}{
		"Tag": {
			reason: "Should keep the tag of the application images off the Temporal server",
			own:    v1alpha1.Images{Tag: new("3f2a9c1")},
			want:   v1alpha1.Images{Tag: new("3f2a9c1"), TemporalServer: &v1alpha1.Image{Repository: new("temporalio/auto-setup"), Tag: new("1.29.3")}},
		},
		"TemporalTag": {
			reason: "Should take another release of the Temporal server from the default repository",
			own:    v1alpha1.Images{TemporalServer: &v1alpha1.Image{Tag: new("1.30.0")}},
			want:   v1alpha1.Images{Tag: new("latest"), TemporalServer: &v1alpha1.Image{Repository: new("temporalio/auto-setup"), Tag: new("1.30.0")}},
		},
		"TemporalRepository": {
			reason: "Should not look for the default release in another repository",
			own:    v1alpha1.Images{Tag: new("3f2a9c1"), TemporalServer: &v1alpha1.Image{Repository: new("temporalio/server")}},
			want:   v1alpha1.Images{Tag: new("3f2a9c1"), TemporalServer: &v1alpha1.Image{Repository: new("temporalio/server"), Tag: new("3f2a9c1")}},
		},
		"Own": {
			reason: "Should hand on the images that services have of their own",
			own:    v1alpha1.Images{Backend: &v1alpha1.Image{Tag: new("1")}, TemporalServer: &v1alpha1.Image{Repository: new("a/b"), Tag: new("2")}},
			want:   v1alpha1.Images{Tag: new("latest"), Backend: &v1alpha1.Image{Tag: new("1")}, TemporalServer: &v1alpha1.Image{Repository: new("a/b"), Tag: new("2")}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			own := clone(t, tc.own)
			if diff := cmp.Diff(tc.want, images(own)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.own, own); diff != "" {
				t.Errorf("Should not write into the claim\n-before, +after:\n%s", diff)
			}
		})
	}
}
