package e2e

import (
	"os"
	"path/filepath"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/morket-io/platform/test/e2e/stack"
)

// checkInstall has the API server take what examples/install and examples/accounts hold, with fields that no schema knows refused, and keep none of it.
func checkInstall(t *testing.T) {
	var files []string
	for _, dir := range []string{"install", "accounts"} {
		found, err := filepath.Glob(filepath.Join(control.Root, "examples", dir, "*.yaml"))
		if err != nil || len(found) == 0 {
			t.Fatalf("Should find examples/%s: %v", dir, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file) //nolint:gosec // our own
		if err != nil {
			t.Fatal(err)
		}
		objects, err := stack.Documents(string(raw))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, u := range objects {
			if err := create(t.Context(), u, client.DryRunAll); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Errorf("Should take %s %s of %s: %v", u.GetKind(), u.GetName(), filepath.Base(file), err)
			}
		}
	}
}
