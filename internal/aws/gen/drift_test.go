package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

func TestDrift(t *testing.T) {
	source, err := crds.Locate()
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(source, "../kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := generated("..")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("\nShould have the files that would be generated; run make update ONLY=models\n-want, +got:\n%s", diff)
	}
	for name := range want {
		if diff := cmp.Diff(string(want[name]), string(got[name])); diff != "" && got[name] != nil {
			t.Errorf("\nShould have the content that would be generated; run make update ONLY=models\n%s: -want, +got:\n%s", name, diff)
		}
	}
	again, err := generate(source, "../kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("\nShould generate the same every time\ngenerate(...): -first, +second:\n%s", diff)
	}
}

func TestGenerateUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kinds.yaml")
	if err := os.WriteFile(path, []byte("ec2.aws.upbound.io/v1beta1: [VCP]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := generate(&crds.Source{Dir: t.TempDir(), Version: "v2.7.0"}, path)
	if want := "kinds.yaml lists ec2.aws.upbound.io/v1beta1 VCP: provider-aws v2.7.0 has no such kind"; !strings.Contains(message(err), want) {
		t.Errorf("\nShould name the kind that is not there\ngenerate(...): want error %q, got %v", want, err)
	}
}
