// Package team makes a copy of this repository as a team has it that uses it: with applications of its own, an account, a
// domain and live claims.
package team

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/morket-io/platform/test/platformtest"
)

// Names of the team's platforms and of what they run at first.
const (
	Staging    = "acme-staging"
	Production = "acme-production"
	First      = "5e1f00d"
)

// Account is the team's.
const Account = "204806131337"

// Copy makes a copy, without history, and returns its directory.
func Copy(t platformtest.T) string {
	t.Helper()
	root, dir := platformtest.Path(t), t.TempDir()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard") //nolint:noctx // it ends by itself
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for path := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		copyFile(t, filepath.Join(root, path), filepath.Join(dir, path))
	}
	packages := filepath.Join(root, "test", "team", "testdata", "packages")
	if err := filepath.WalkDir(packages, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			relative, _ := filepath.Rel(packages, path)
			copyFile(t, path, filepath.Join(dir, "packages", relative))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, environment := range map[string]string{Staging: "staging", Production: "production"} {
		claim := platformtest.Read(t, "examples/claims/"+environment+".yaml")
		claim = strings.NewReplacer(
			"morket-"+environment, name, "morket-production", Production, "111122223333", Account, "name: morket.io", "name: acme-shop.com", "staging.morket.io", "staging.acme-shop.com", "@morket.io", "@acme-shop.com", "3f2a9c1", First,
			"Z0123456789ABCDEFGHIJ", "Z09263142P7MFWVQYEXAM",
		).Replace(claim)
		if !strings.Contains(claim, "images:") {
			claim += "  images: {tag: \"" + First + "\"}\n"
		}
		if err := os.WriteFile(filepath.Join(dir, "claims", environment+".yaml"), []byte(claim), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func copyFile(t platformtest.T, from, to string) {
	t.Helper()
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return // deleted, and not committed yet
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o750)
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		var target string
		if target, err = os.Readlink(from); err == nil {
			err = os.Symlink(target, to)
		}
	} else if err == nil {
		var raw []byte
		if raw, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, raw, info.Mode().Perm()) //nolint:gosec // the copy's own directory
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
