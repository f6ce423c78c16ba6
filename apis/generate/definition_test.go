package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestDefinition holds the whole of the conversion against a file: what is kept of a spec, what is stripped from a
// status, the names, the order.
func TestDefinition(t *testing.T) {
	in, err := os.ReadFile("testdata/crd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := definition(in, []string{"endpoint", "port"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/definition.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("Should convert the CRD as the file says: change both by hand.\n-want, +got:\n%s", diff)
	}
	again, err := definition(in, []string{"endpoint", "port"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), string(again)); diff != "" {
		t.Errorf("Should write the same bytes every time.\n-first, +second:\n%s", diff)
	}
}

func TestDefinitionErrors(t *testing.T) {
	b, err := os.ReadFile("testdata/crd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	crd := string(b)
	cases := map[string]struct {
		reason   string
		old, new string
		want     string
	}{
		"Description": {
			reason: "Should name the field that has no description.",
			old:    "                description: Region is where.\n", new: "",
			want: "spec.region: has no description",
		},
		"DescriptionInList": {
			reason: "Should name a field of a list's entries that has no description.",
			old:    "description: Name is unique.", new: "maxLength: 63",
			want: "spec.services[].name: has no description",
		},
		"DescriptionInMap": {
			reason: "Should name a field of a map's values that has no description.",
			old:    "description: Value is the label's.", new: "maxLength: 63",
			want: "spec.labels{}.value: has no description",
		},
		"Reserved": {
			reason: "Should refuse a field that Crossplane would overwrite.",
			old:    "region:", new: "compositionRef:",
			want: "spec.compositionRef: Crossplane has a field of this name",
		},
		"Dropped": {
			reason: "Should refuse a keyword that Crossplane would drop.",
			old:    "            description: Spec is what.\n", new: "            description: Spec is what.\n            maxProperties: 3\n",
			want: "spec: Crossplane keeps no default",
		},
		"Column": {
			reason: "Should refuse a column that Crossplane adds as well.",
			old:    "name: REGION", new: "name: Ready",
			want: "printer column Ready: Crossplane adds one of this name",
		},
		"Kind": {
			reason: "Should refuse a kind from which no claim's name can be made.",
			old:    "kind: XToy", new: "kind: Toy",
			want: `kind "Toy" must begin with an X`,
		},
		"Versions": {
			reason: "Should refuse more than one version.",
			old:    "  versions:\n", new: "  versions:\n  - name: v1\n    served: true\n    storage: false\n",
			want: "must have one version",
		},
		"Keyword": {
			reason: "Should refuse a keyword that no JSON schema of Kubernetes has.",
			old:    "maxLength: 16", new: "maxLenght: 16",
			want: `unknown field "maxLenght"`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(crd, tc.old) {
				t.Fatalf("testdata/crd.yaml does not say %q any more", tc.old)
			}
			in := strings.Replace(crd, tc.old, tc.new, 1)
			_, err := definition([]byte(in), nil, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestReadMarkers(t *testing.T) {
	cases := map[string]struct {
		reason string
		files  map[string]string
		want   []string
		err    string
	}{
		"Keys": {
			reason: "Should gather the connection secret's keys in their order.",
			files: map[string]string{
				"a.go": "package a\n\n// A is.\n//\n// +morket:connectionSecretKeys=a;b\n// +morket:connectionSecretKeys=c\n",
				"b.go": "package a\n\n// +morket:connectionSecretKeys=d\n",
			},
			want: []string{"a", "b", "c", "d"},
		},
		"Known": {
			reason: "Should accept every form that a marker has.",
			files: map[string]string{"a.go": strings.Join([]string{
				"package a", "// +groupName=g", "\t// +optional", "//+kubebuilder:default={}", "// +kubebuilder:validation:Enum=a;b", "// +kubebuilder:validation:MaxLength:=3",
				"// +kubebuilder:validation:items:MaxLength=3", "// +kubebuilder:validation:XValidation:rule=\"a=='+b'\",message=\"c\"", "// +listMapKey=a",
				"// +kubebuilder:printcolumn:name=\"A\",type=string,JSONPath=\".b\"", "// + is no marker", "// +1 is none", "x := 1 // +kubebuilder:nonsense is code",
			}, "\n")},
		},
		"Misspelt": {
			reason: "Should name file and line of a marker that controller-gen would ignore.",
			files:  map[string]string{"a.go": "package a\n\n// +kubebuilder:validation:Maxlength=3\n// +kubebuilder:validaton:XValidation:rule=\"x\"\n"},
			err:    "a.go:3: unknown marker +kubebuilder:validation:Maxlength: controller-gen would ignore it\na.go:4: unknown marker +kubebuilder:validaton:XValidation:rule: controller-gen would ignore it",
		},
		"Empty": {
			reason: "Should not take an empty directory for one without markers.",
			err:    "no Go files in the directory of the types",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := fstest.MapFS{}
			for file, src := range tc.files {
				dir[file] = &fstest.MapFile{Data: []byte(src)}
			}
			got, err := readMarkers(dir)
			msg := ""
			if err != nil {
				msg = err.Error()
			}
			if diff := cmp.Diff(tc.err, msg); diff != "" {
				t.Errorf("%s\n-want error, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got.connectionSecretKeys); diff != "" && tc.err == "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestRun holds that a failure leaves the former definition in place.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	types, out, crds := filepath.Join(dir, "types"), filepath.Join(dir, "definition.yaml"), filepath.Join(dir, "crds.json")
	write := func(path, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(out, "former")
	write(filepath.Join(types, "a.go"), "package a\n\n// +morket:connectionSecretKeys=endpoint;port\n")
	write(filepath.Join(dir, "bad.yaml"), "kind: [")
	for _, name := range []string{"defaults", "staging", "production"} {
		write(filepath.Join(dir, "profiles", name+".yaml"), "{}")
	}
	sizings := filepath.Join(dir, "profiles")

	for _, crd := range []string{"none.yaml", "bad.yaml"} {
		if err := run(filepath.Join(dir, crd), types, sizings, out, crds); err == nil {
			t.Errorf("Should fail for %s.", crd)
		}
		if b, _ := os.ReadFile(out); string(b) != "former" {
			t.Errorf("Should leave the former definition in place when %s is no good, not write %q.", crd, b)
		}
	}
	if err := run("testdata/crd.yaml", types, sizings, out, crds); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/definition.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("Should write the definition with the keys that the types name.\n-want, +got:\n%s", diff)
	}
}
