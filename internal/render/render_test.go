package render_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/morket-io/platform/internal/render"
)

func TestWriteYAML(t *testing.T) {
	cases := map[string]struct {
		reason   string
		in       map[string]any
		observed bool // to be read as observed again
		want     string
	}{
		"SecretObserved": {
			reason: "Should hide the values of a Secret that is to be observed in the encoding that a Secret's data has",
			in: map[string]any{
				"apiVersion": "v1", "kind": "Secret",
				"data": map[string]any{"password": "aHVudGVyMg=="}, "stringData": map[string]any{"token": "hunter2"}, //nolint:gosec // An invented secret, to see it redacted.
			},
			observed: true,
			want:     "---\napiVersion: v1\ndata:\n  password: PHJlZGFjdGVkPg==\nkind: Secret\nstringData:\n  token: <redacted>\n",
		},
		"Secret": {
			reason: "Should hide the values of a Secret, and show their keys",
			in: map[string]any{
				"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
				"data": map[string]any{"password": "aHVudGVyMg=="}, "stringData": map[string]any{"token": "hunter2"}, //nolint:gosec // An invented secret, to see it redacted.
			},
			want: "---\napiVersion: v1\ndata:\n  password: <redacted>\nkind: Secret\nstringData:\n  token: <redacted>\ntype: Opaque\n",
		},
		"SecretWithoutData": {
			reason: "Should print a Secret that holds nothing",
			in:     map[string]any{"apiVersion": "v1", "kind": "Secret"}, want: "---\napiVersion: v1\nkind: Secret\n",
		},
		"ConfigMap": {
			reason: "Should show what is not secret",
			in:     map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"a": "b"}},
			want:   "---\napiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\n",
		},
		"SecretOfAWS": {
			reason: "Should show a Secret of Secrets Manager, which holds no value",
			in:     map[string]any{"apiVersion": "secretsmanager.aws.upbound.io/v1beta1", "kind": "Secret", "data": map[string]any{"a": "b"}},
			want:   "---\napiVersion: secretsmanager.aws.upbound.io/v1beta1\ndata:\n  a: b\nkind: Secret\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o, err := render.ToStruct(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			before := proto.Clone(o)
			var out bytes.Buffer
			write := render.WriteYAML
			if tc.observed {
				write = render.WriteObserved
			}
			if err := write(&out, o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			if !proto.Equal(before, o) {
				t.Error("Should not change what it prints: it may be rendered again")
			}
		})
	}
}

func TestReadPipeline(t *testing.T) {
	const head = "kind: Composition\nspec: {compositeTypeRef: {kind: XMorketPlatform}, pipeline: "
	type want struct {
		Steps []string
		Input []bool
		Err   string
	}
	cases := map[string]struct {
		reason, in string
		want       want
	}{
		"Steps": {
			reason: "Should read the steps in order, and give none an input that has none",
			in:     head + "[{step: a, functionRef: {name: morket-io-function-morket-platform}, input: {layers: [network]}}, {step: b, functionRef: {name: morket-io-function-morket-platform}}]}",
			want:   want{Steps: []string{"a", "b"}, Input: []bool{true, false}},
		},
		"NoPipeline": {reason: "Should refuse a Composition that does nothing", in: head + "[]}", want: want{Err: "the Composition has no pipeline"}},
		"OtherKind": {
			reason: "Should refuse a Composition of something else", in: "kind: Composition\nspec: {compositeTypeRef: {kind: XBucket}}",
			want: want{Err: "the Composition is for XBucket, not for XMorketPlatform"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			steps, err := render.ReadPipeline([]byte(tc.in))
			got := want{}
			for _, s := range steps {
				got.Steps, got.Input = append(got.Steps, s.Name), append(got.Input, s.Input != nil)
			}
			if err != nil {
				got.Err = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestObserved(t *testing.T) {
	const vpc = `{apiVersion: ec2, kind: VPC, metadata: {name: p, annotations: {crossplane.io/composition-resource-name: vpc}}}`
	cases := map[string]struct {
		reason, file, in string
		want             []string
		err              string
	}{
		"List": {
			reason: "Should read a List, as kubectl prints it, and leave out the composite resource",
			file:   "o.yaml", in: "kind: List\nitems: [" + vpc + ", {kind: XMorketPlatform}, {kind: MorketPlatform}]", want: []string{"vpc"},
		},
		"Twice": {
			reason: "Should refuse resources of two platforms",
			file:   "o.json", in: vpc + "\n---\n" + vpc, err: "VPC p and p are both called vpc in the composition: observe the resources of one platform at a time",
		},
		"NoFiles": {reason: "Should say that a directory holds nothing to read", file: "o.txt", in: vpc, err: "holds no YAML files of observed resources"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tc.file), []byte(tc.in), 0o600); err != nil {
				t.Fatal(err)
			}
			observed, err := render.Observed(dir)
			var got []string
			for name := range observed {
				got = append(got, name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.HasSuffix(err.Error(), tc.err)) {
				t.Errorf("%s\nwant error: %s\ngot: %v", tc.reason, tc.err, err)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	refused := &render.RefusedError{Problems: []string{"spec.a: must be b; spec.c follows from it", "spec.d: must be e"}}
	cases := map[string]struct {
		reason string
		err    error
		want   []string
	}{
		"Refused": {"Should list what the function refuses, whatever the texts hold", fmt.Errorf("cannot render: %w", refused), refused.Problems},
		"Other":   {"Should return another error whole", errors.New("did not settle; spec.a"), []string{"did not settle; spec.a"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, render.Problems(tc.err)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
