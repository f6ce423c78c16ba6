//go:build team

package team

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTests runs all tests in a team's copy: nothing that a team adds or changes in packages/ and claims/ may require a change
// of a test. The packages' own checks run first, as CI runs them, so that what they leave behind is there, too.
func TestTests(t *testing.T) {
	dir := Copy(t)
	run := func(in, program string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Dir = filepath.Join(dir, in)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %s %v: %v\n%s", in, program, args, err, out)
		}
	}
	if _, err := exec.LookPath("npm"); err == nil {
		for _, name := range []string{"backend", "frontend"} {
			in := "packages/" + name
			run(in, "npm", "ci", "--no-audit", "--no-fund")
			run(in, "npm", "run", "lint")
			run(in, "npm", "run", "typecheck")
			run(in, "npx", "--no-install", "vitest", "run")
			run(in, "npm", "run", "build") // what the Dockerfile runs
		}
		for _, file := range []string{"backend/dist/index.js", "backend/dist/worker.js", "backend/dist/migrate.js", "frontend/dist/index.html", "frontend/dist/assets"} {
			if _, err := os.Stat(filepath.Join(dir, "packages", file)); err != nil {
				t.Errorf("The build should write what the image needs: %v", err)
			}
		}
	} else {
		t.Log("\n\n*** npm is not installed: the packages were NOT checked")
	}
	run("", "git", "init", "-q")
	run("", "git", "add", "-A")
	run("", "git", "-c", "user.name=team", "-c", "user.email=team@example.com", "commit", "-q", "-m", "Import")
	run("", "go", "vet", "./...")
	run("", "go", "test", "./...")
	run("", "go", "-C", "test/containers", "test", "./...")
}
