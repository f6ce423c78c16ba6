package crds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const widgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.test.aws.upbound.io
spec:
  group: test.aws.upbound.io
  names:
    kind: Widget
    plural: widgets
  versions:
  - name: v1alpha1
    served: false
  - name: v1beta1
    served: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              forProvider:
                properties:
                  size:
                    type: number
                type: object
              initProvider:
                type: object
  - name: v1beta2
    served: true
`

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "test.aws.upbound.io_widgets.yaml"), []byte(widgets), 0o600); err != nil {
		t.Fatal(err)
	}

	cases := map[string]struct {
		reason     string
		apiVersion string
		kind       string
		want       *Definition
		wantErr    []string
	}{
		"Known": {
			reason:     "Should read the version that is asked for",
			apiVersion: "test.aws.upbound.io/v1beta1",
			kind:       "Widget",
			want: &Definition{APIVersion: "test.aws.upbound.io/v1beta1", Kind: "Widget", Group: "test.aws.upbound.io", Plural: "widgets", Spec: Schema{Properties: map[string]Schema{
				"forProvider":  {Type: "object", Properties: map[string]Schema{"size": {Type: "number"}}},
				"initProvider": {Type: "object"},
			}}},
		},
		"UnknownGroup": {
			reason:     "Should name the kind whose group does not exist",
			apiVersion: "tset.aws.upbound.io/v1beta1",
			kind:       "Widget",
			wantErr:    []string{"tset.aws.upbound.io/v1beta1 Widget", "v9.9.9", "no such kind"},
		},
		"UnknownKind": {
			reason:     "Should name the kind that does not exist",
			apiVersion: "test.aws.upbound.io/v1beta1",
			kind:       "Gadget",
			wantErr:    []string{"test.aws.upbound.io/v1beta1 Gadget", "no such kind"},
		},
		"UnknownVersion": {
			reason:     "Should name the kind and the versions it has",
			apiVersion: "test.aws.upbound.io/v1beta3",
			kind:       "Widget",
			wantErr:    []string{"test.aws.upbound.io/v1beta3 Widget", "v1beta1, v1beta2"},
		},
		"NotServed": {
			reason:     "Should refuse a version that the API server does not serve",
			apiVersion: "test.aws.upbound.io/v1alpha1",
			kind:       "Widget",
			wantErr:    []string{"test.aws.upbound.io/v1alpha1 Widget", "v1beta1, v1beta2"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := &Source{Dir: dir, Version: "v9.9.9"}
			got, err := s.Load(tc.apiVersion, tc.kind)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nLoad(%s, %s): -want, +got:\n%s", tc.reason, tc.apiVersion, tc.kind, diff)
			}
			if (err != nil) != (tc.wantErr != nil) {
				t.Fatalf("\n%s\nLoad(%s, %s): error %v", tc.reason, tc.apiVersion, tc.kind, err)
			}
			for _, part := range tc.wantErr {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("\n%s\nLoad(%s, %s): error %q should contain %q", tc.reason, tc.apiVersion, tc.kind, err, part)
				}
			}
		})
	}
}

func TestLocate(t *testing.T) {
	s, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.Dir, "ec2.aws.upbound.io_vpcs.yaml"))
	if err != nil || len(files) != 1 {
		t.Errorf("\nShould find the directory of the CRDs\nLocate(): %s has no ec2.aws.upbound.io_vpcs.yaml", s.Dir)
	}
}

func TestLocateFails(t *testing.T) {
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOPROXY", "off")
	_, err := Locate()
	if err == nil {
		t.Fatal("\nShould fail when the CRDs are neither there nor to be had\nLocate(): no error")
	}
	if want := "cd test/provider && go mod download -json github.com/upbound/provider-aws/v2"; !strings.Contains(err.Error(), want) {
		t.Errorf("\nShould say which command brings the CRDs\nLocate(): error %q should contain %q", err, want)
	}
}
