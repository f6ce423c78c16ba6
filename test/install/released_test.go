package install

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/morket-io/platform/test/platformtest"
)

// TestNewKinds: a kind that the last release did not compose is in the changelog. An upgrade needs its provider family, its activation and
// the rights in AWS first.
func TestNewKinds(t *testing.T) {
	read := func(path ...string) string {
		raw, err := os.ReadFile(platformtest.Path(t, path...))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	released := strings.Split(read("internal", "aws", "released-kinds.txt"), "\n")
	_, unreleased, found := strings.Cut(read("CHANGELOG.md"), "\n## Unreleased\n")
	unreleased, _, _ = strings.Cut(unreleased, "\n## ")
	if !found || len(released) < 2 {
		t.Fatalf("Should find what is not released yet, and the %d kinds of the last release", len(released))
	}
	for _, definition := range composed(t) {
		if !slices.Contains(released, definition) && !strings.Contains(unreleased, definition) {
			t.Errorf("Should say in CHANGELOG.md, under Unreleased, that %s is new, and which family, policy and activation an upgrade needs before it", definition)
		}
	}
}
