package platform

import (
	"fmt"
	"maps"
	"reflect"
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

func TestDecodeProfile(t *testing.T) {
	cases := map[string]struct {
		reason string
		file   string
		want   v1alpha1.MorketPlatformSpec
		err    string
	}{
		"Good": {
			reason: "Should read a profile into the API's own types",
			file:   "deletionProtection: true\nnetwork: {natGateways: 2, flowLogs: {retentionDays: 7}}",
			want: v1alpha1.MorketPlatformSpec{
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
			got, err := decodeProfile(files, "test")
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

// schemaDefaults are what the API server puts where a claim says nothing.
func schemaDefaults(schema map[string]any) (any, bool) {
	properties, _ := schema["properties"].(map[string]any)
	value, ok := schema["default"]
	if !ok {
		return nil, false
	}
	if m, ok := value.(map[string]any); ok {
		for name, p := range properties {
			if d, ok := schemaDefaults(p.(map[string]any)); ok && m[name] == nil {
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

// TestSchemaHasTheDefaults fails when a profile was changed and apis/definition.yaml was not generated again.
func TestSchemaHasTheDefaults(t *testing.T) {
	schema := specSchema(t)
	schema["default"] = map[string]any{} // a claim always has a spec
	all, _ := schemaDefaults(schema)
	if diff := cmp.Diff(profile(t, "defaults"), flat("", all)); diff != "" {
		t.Errorf("The API server should fill in what profiles/defaults.yaml says: run `make update`\n-defaults.yaml, +apis/definition.yaml:\n%s", diff)
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

// TestDescriptionsNameDefaults fails when `kubectl explain` names a default that is no longer the profiles'.
func TestDescriptionsNameDefaults(t *testing.T) {
	says := descriptions("", specSchema(t))
	want := map[string]string{}
	for path, v := range profile(t, "staging") {
		want[path] = fmt.Sprintf("staging %v, production %v", v, profile(t, "production")[path])
		if v == profile(t, "production")[path] {
			want[path] = fmt.Sprint(v)
		}
	}
	for path, v := range profile(t, "defaults") {
		if !strings.HasPrefix(path, "images.temporalServer.") {
			want[path] = fmt.Sprint(v)
		}
	}
	for path, value := range want {
		_, got, _ := strings.Cut(says[path], "\nDefault: ")
		if got = strings.ReplaceAll(got, `"`, ""); got != value+"." {
			t.Errorf("The description of %s should name its default, %s, and says %q: run `make update`", path, value, got)
		}
	}
}

// resolve returns the sizing of a claim.
func resolve(spec *v1alpha1.MorketPlatformSpec) v1alpha1.Sizing {
	full := fillDefaults(spec)
	return sizing(&full)
}

// TestFillDefaults sets each field that a claim may set, one at a time: that field changes in the full spec, and no other.
func TestFillDefaults(t *testing.T) {
	for _, environment := range environments {
		var all v1alpha1.Sizing
		for i, l := range leaves(&all) {
			t.Run(environment+"/"+l.path, func(t *testing.T) {
				bare := resolve(&v1alpha1.MorketPlatformSpec{Environment: environment})
				value := other(t, find(t, &bare, l.path), i)
				spec := v1alpha1.MorketPlatformSpec{Environment: environment}
				find(t, &spec, l.path).Set(value)

				want := clone(t, bare)
				find(t, &want, l.path).Set(value)
				if diff := cmp.Diff(want, resolve(&spec)); diff != "" {
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

func TestFillDefaultsLeavesNothingOpen(t *testing.T) {
	// These may be empty: they say something only if the claim does.
	want := []string{
		"network.availabilityZones",
		"compute.registry.pullThroughPrefixes",
		"compute.registry.sharedWith",
		"compute.services.backend.environment",
		"compute.services.backend.secrets",
		"compute.services.scraper.environment",
		"compute.services.scraper.secrets",
		"compute.services.frontend.environment",
		"compute.services.frontend.secrets",
		"compute.services.temporalWorker.environment",
		"compute.services.temporalWorker.secrets",
		"compute.services.temporalServer.environment",
		"compute.services.temporalServer.secrets",
		"monitoring.emails",
	}
	for _, environment := range environments {
		s := resolve(&v1alpha1.MorketPlatformSpec{Environment: environment})
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

func TestFillDefaultsKeepsSharedDefaults(t *testing.T) {
	before := clone(t, defaults)
	for _, environment := range environments {
		spec := v1alpha1.MorketPlatformSpec{Environment: environment}
		for i, l := range leaves(&v1alpha1.Sizing{}) {
			bare := resolve(&v1alpha1.MorketPlatformSpec{Environment: environment})
			find(t, &spec, l.path).Set(other(t, find(t, &bare, l.path), i))
		}
		resolve(&spec)
		want, got := before[environment], fillDefaults(&v1alpha1.MorketPlatformSpec{Environment: environment})
		want.Environment = environment
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Should resolve a bare claim as if no other had been resolved before it\n-want, +got:\n%s", diff)
		}
	}
	if diff := cmp.Diff(before, defaults); diff != "" {
		t.Errorf("Should not write into the defaults that all claims share\n-before, +after:\n%s", diff)
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
			if diff := cmp.Diff(tc.want, fillDefaults(&v1alpha1.MorketPlatformSpec{Environment: "staging", Images: own}).Images); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.own, own); diff != "" {
				t.Errorf("Should not write into the claim\n-before, +after:\n%s", diff)
			}
		})
	}
}

func TestMergeEmpty(t *testing.T) {
	full := func() v1alpha1.Network { return v1alpha1.Network{CIDR: new("a"), AllowedCIDRs: []string{"b"}} }
	got := full()
	merge(&got, &v1alpha1.Network{AllowedCIDRs: []string{}})
	if diff := cmp.Diff(full(), got); diff != "" {
		t.Errorf("An empty list should set nothing, so that it cannot take a default away\n-want, +got:\n%s", diff)
	}
}

// BenchmarkFillDefaults measures what reflection costs each call of the function, which takes milliseconds.
func BenchmarkFillDefaults(b *testing.B) {
	spec := v1alpha1.MorketPlatformSpec{Environment: "production", Network: v1alpha1.Network{NATGateways: new(int32(1))}}
	b.ReportAllocs()
	for b.Loop() {
		fillDefaults(&spec)
	}
}
