package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
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
		for doc := range strings.SplitSeq(string(raw), "\n---\n") {
			u := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(doc), &u.Object); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if err := create(t.Context(), u, client.DryRunAll); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Errorf("Should take %s %s of %s: %v", u.GetKind(), u.GetName(), filepath.Base(file), err)
			}
		}
	}
}
