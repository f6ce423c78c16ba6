package containers

import (
	"bytes"
	gofs "io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
)

// sent are the files of a directory that a Docker client would send to BuildKit: the same code reads the file of
// patterns and walks the directory.
func sent(t *testing.T, dir string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, dockerui.DefaultDockerignoreName))
	if err != nil {
		t.Fatal(err)
	}
	patterns, err := ignorefile.ReadAll(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	tree, err = fsutil.NewFilterFS(tree, &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	err = tree.Walk(t.Context(), "", func(path string, entry gofs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestDockerignore(t *testing.T) {
	wanted := []string{
		"docker/backend.Dockerfile",
		"docker/nginx/nginx.conf",
		"packages/backend/package-lock.json",
		"packages/backend/package.json",
		"packages/backend/src/dist.ts",
		"packages/backend/src/environment.ts",
		"packages/backend/src/index.ts",
		"packages/scraper/requirements.txt",
		"packages/scraper/src/main.py",
	}
	ignored := []string{
		".env",
		".env.production",
		".git/config",
		"node_modules/a/index.js",
		"packages/backend/.env",
		"packages/backend/.env.local",
		"packages/backend/coverage/lcov.info",
		"packages/backend/dist/index.js",
		"packages/backend/node_modules/pg/lib/index.js",
		"packages/backend/src/deep/inside/index.test.ts",
		"packages/backend/src/index.test.ts",
		"packages/backend/tests/api.ts",
		"packages/scraper/.hypothesis/unicode/data",
		"packages/scraper/.pytest_cache/v/cache",
		"packages/scraper/src/__pycache__/main.cpython-311.pyc",
		"packages/scraper/tests/test_main.py",
	}
	dir := t.TempDir()
	for _, path := range append(slices.Clone(wanted), ignored...) {
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// As Git checks it out: the one at the root of the context, which is what BuildKit reads.
	if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), read(t, ".dockerignore"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(sent(t, dir), func(p string) bool { return p == ".dockerignore" })
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("Should send what builds need, and nothing of what they must not have\n-want +got:\n%s", diff)
	}
}

// There is one list, and it is the one that is read: BuildKit prefers a file beside the Dockerfile, and falls back to
// the one at the root of the context.
func TestOneDockerignore(t *testing.T) {
	target, err := os.Readlink(filepath.Join(root, "docker", ".dockerignore"))
	if err != nil || target != "../.dockerignore" {
		t.Errorf("docker/.dockerignore should be a link to the one at the root, got %q, %v", target, err)
	}
	entries, err := os.ReadDir(filepath.Join(root, "docker"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".Dockerfile.dockerignore") {
			t.Errorf("docker/%s would be read instead of .dockerignore", e.Name())
		}
	}
	list := string(read(t, "docker", ".dockerignore"))
	for _, required := range []string{"node_modules", ".git", "*.test.ts", "tests/", ".env", ".env.*", "coverage/", "dist/", "__pycache__", ".hypothesis/", ".pytest_cache/"} {
		if !slices.Contains(strings.Fields(list), "**/"+required) {
			t.Errorf("R-DOC-4: Should list %s at every depth", required)
		}
	}
}
