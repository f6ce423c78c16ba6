package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"ec2/zz_generated.vpc.go":       "same",
		"ec2/zz_generated.subnet.go":    "old",
		"ec2/zz_generated.gone.go":      "stale",
		"ec2/helpers.go":                "by hand",
		"sns/zz_generated.topic.go":     "stale",
		"policy/policy.go":              "by hand",
		"policy/zz_generated.listed.go": "stale",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(filepath.Join(dir, "ec2", "zz_generated.vpc.go"), long, long); err != nil {
		t.Fatal(err)
	}

	if err := write(dir, map[string][]byte{
		"ec2/zz_generated.vpc.go":    []byte("same"),
		"ec2/zz_generated.subnet.go": []byte("new"),
		"kms/zz_generated.key.go":    []byte("new"),
	}); err != nil {
		t.Fatal(err)
	}

	got := map[string]string{}
	if err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			got[path] = "directory"
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		got[path] = string(content)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		".": "directory", "ec2": "directory", "kms": "directory", "policy": "directory",
		"ec2/zz_generated.vpc.go":    "same",
		"ec2/zz_generated.subnet.go": "new",
		"ec2/helpers.go":             "by hand",
		"kms/zz_generated.key.go":    "new",
		"policy/policy.go":           "by hand",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("\nShould write what is generated, remove what no longer is, and leave alone what is not\nwrite(...): -want, +got:\n%s", diff)
	}
	info, err := os.Stat(filepath.Join(dir, "ec2", "zz_generated.vpc.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !info.ModTime().Equal(long) {
		t.Errorf("\nShould not touch a file that has not changed\nwrite(...): it was modified at %s", info.ModTime())
	}
}
