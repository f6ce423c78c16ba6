package team

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/rollout"
)

// TestCopy looks at the claims of a copy: they are the team's own.
func TestCopy(t *testing.T) {
	dir := Copy(t)
	for environment, name := range map[string]string{"staging": Staging, "production": Production} {
		raw, err := os.ReadFile(filepath.Join(dir, "claims", environment+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		target, err := rollout.Read(raw)
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if target.Name != name || target.Cluster != name || target.Tag != First || strings.Contains(string(raw), "1111") {
			t.Errorf("It should be the team's: %v\n%s", target, raw)
		}
	}
}
