package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

// TestControllers holds the controllers of the provider that the end-to-end run builds against the kinds that we have.
func TestControllers(t *testing.T) {
	root, err := crds.Root()
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := readKinds("../kinds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"providerconfig"}
	for _, k := range kinds {
		want = append(want, strings.TrimSuffix(k.group(), ".aws.upbound.io")+"/"+strings.ToLower(k.kind))
	}
	slices.Sort(want)

	source, err := os.ReadFile(filepath.Join(root, "tools", "provider-aws", "mend", "internal", "controller", "cluster", "platform.go"))
	if err != nil {
		t.Fatal(err)
	}
	imported := regexp.MustCompile(`(?m)^\t(?:(\w+) )?"github\.com/upbound/provider-aws/v2/internal/controller/cluster/(.+)"$`)
	var got []string
	for _, m := range imported.FindAllStringSubmatch(string(source), -1) {
		got = append(got, m[2])
		name := m[1]
		if name == "" {
			name = m[2]
		}
		if pair := "{" + name + ".Setup, " + name + ".SetupGated},"; !strings.Contains(string(source), pair) {
			t.Errorf("Should set up what is imported: %s", pair)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("\nShould build the controllers of the kinds in kinds.yaml, and no others: -want, +got:\n%s", diff)
	}
}
