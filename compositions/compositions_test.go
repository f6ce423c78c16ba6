package compositions

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNext: both channels have one pipeline. A claim keeps the selector that v0.1.0 had it use, so the channel next lacks that label:
// Crossplane would choose between the two at random. (R-LIFE-3)
func TestNext(t *testing.T) {
	next, err := os.ReadFile("next.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, want, _ := strings.Cut("\n"+string(Platform), "\napiVersion: ")
	_, got, _ := strings.Cut(string(next), "\napiVersion: ")
	want = strings.NewReplacer(
		"name: morket-platform\n", "name: morket-platform-next\n",
		"    platform.morket.io/composition: platform\n", "",
		"channel: stable\n", "channel: next\n",
		"function-morket-platform\n", "function-morket-platform-next\n",
	).Replace(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should differ in the function alone: -stable, +next:\n%s", diff)
	}
}
