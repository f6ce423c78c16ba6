package docs

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/morket-io/platform/test/platformtest"
)

// A shell runs blocks of commands.
type shell struct {
	real   string // morket
	bin    string // a directory with one that does not fail when a plan finds changes
	origin string // a bare repository that those of the pages are copies of
}

// newShell builds morket, and makes a repository of what people need of this one.
func newShell(t platformtest.T) *shell {
	t.Helper()
	s := &shell{real: morket(t), bin: t.TempDir(), origin: t.TempDir()}
	// A plan that changes something ends with 2, and one that is refused with 1; an error does too, but prints no plan.
	wrapper := `#!/bin/bash
out=$("` + s.real + `" "$@"; printf '%s' "code=$?")
code=${out##*code=} out=${out%code=*}
printf '%s' "$out"
if [[ $1 == plan && ( $code == 2 || $code == 1 && -n $out ) ]]; then exit 0; fi
exit "$code"
`
	if err := os.WriteFile(filepath.Join(s.bin, "morket"), []byte(wrapper), 0o700); err != nil { //nolint:gosec // run by tests and `make update` alone
		t.Fatal(err)
	}
	work := t.TempDir()
	root := platformtest.Path(t)
	script := fmt.Sprintf(`git init -q --bare -b main %q && git init -q -b main . && cp -r %s .
printf 'bin/\n' >.gitignore && git add -A && git commit -q -m "A platform" && git push -q %[1]q main`, s.origin,
		strings.Join([]string{root + "/Makefile", root + "/docs", root + "/examples", root + "/.env.example"}, " "))
	if out, err := s.command(work, script).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return s
}

// morket builds the program, and returns its path. It stays in bin/: go build has nothing to do while nothing changes.
func morket(t platformtest.T) string {
	t.Helper()
	// go test caches by what is imported and read: the program's own files are neither.
	sources, err := filepath.Glob(platformtest.Path(t, "cmd", "morket", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range sources {
		if _, err := os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	program := platformtest.Path(t, "bin", "morket-docs")
	build := exec.Command("go", "build", "-o", program, "./cmd/morket") //nolint:noctx // it ends by itself
	build.Dir = platformtest.Path(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

func (s *shell) clone(t platformtest.T) string {
	t.Helper()
	own := t.TempDir()
	dir := filepath.Join(own, "platform")
	// An origin of its own, because some pages push.
	script := fmt.Sprintf("cp -r %q %q && git clone -q %[2]q %q && mkdir %[3]s/bin && ln -s %s/morket %[3]s/bin/morket", s.origin, filepath.Join(own, "origin"), dir, s.bin)
	if out, err := s.command(os.TempDir(), script).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func (s *shell) command(dir, script string) *exec.Cmd {
	cmd := exec.Command("bash", "-eu", "-o", "pipefail", "-c", script) //nolint:noctx // it ends by itself
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=docs", "GIT_AUTHOR_EMAIL=docs@example.com", "GIT_COMMITTER_NAME=docs", "GIT_COMMITTER_EMAIL=docs@example.com",
	}
	return cmd
}

// prelude is make for a clone without the code: what needs it is done elsewhere, which TestMakeTargets sees to.
const prelude = `make() {
  local a
  for a in "$@"; do
    case $a in render) command make -s -o bin/morket "$@"; return;; esac
  done
}
`

// rehearsal has the programs that would need more than there is look at their arguments only.
const rehearsal = `set +u
mkdir -p dir observed
kubectl() { if type -P kubectl >/dev/null; then command kubectl "$@" --help >/dev/null; fi; }
aws() { if type -P aws >/dev/null; then command aws "$@" --region us-east-1 --generate-cli-skeleton input >/dev/null; fi; }
docker() { :; }
jq() { cat >/dev/null; echo {}; }
bin/morket() { :; }
`

// run runs a block and returns what it prints.
func (s *shell) run(dir, script string) (string, error) {
	cmd := s.command(dir, prelude+script)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w\n%s\n%s", err, script, stderr.String())
	}
	return stdout.String(), nil
}

// parse says what morket does not understand of a command line. Whether its files are there is not asked.
func (s *shell) parse(dir string, args []string) string {
	if i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "#") || a == "|" || strings.HasPrefix(a, ">") }); i >= 0 {
		args = args[:i]
	}
	cmd := exec.Command(s.real, args...) //nolint:noctx // it ends by itself
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	_ = cmd.Run() // its message is what counts
	for _, sign := range []string{"unknown flag", "unexpected argument", "expected one of", "expected \"", "missing flag", "must be one of"} {
		if strings.Contains(stderr.String(), sign) {
			return stderr.String()
		}
	}
	return ""
}
