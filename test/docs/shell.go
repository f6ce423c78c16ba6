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
	calls  string // a file with the calls of aws in blocks that were rehearsed
}

// newShell builds morket, and makes a repository of what people need of this one.
func newShell(t platformtest.T) *shell {
	t.Helper()
	s := &shell{real: morket(t), bin: t.TempDir(), origin: t.TempDir()}
	s.calls = filepath.Join(s.bin, "calls")
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

// rehearsal has the programs that would need more than there is look at their arguments only. Then there
// is nothing for grep to find.
const rehearsal = `set +u
mkdir -p dir observed claims
kubectl() { if type -P kubectl >/dev/null; then command kubectl "$@" --help >/dev/null; fi; }
aws() { printf '%s\0' "$block" $# "$@" >>"$calls"; }
docker() { :; }
cosign() { :; }
terraform() { :; }
jq() { cat >/dev/null; echo {}; }
grep() { command grep "$@" || [[ $? == 1 ]]; }
bin/morket() { :; }
`

// checkCalls has the AWS CLI check the arguments of calls, and prints what it does not understand. Each call has a process of its
// own, all with one start of the CLI, which takes longer than the check.
const checkCalls = `
import os, subprocess, sys
try:
    from awscli.clidriver import create_clidriver
    main = create_clidriver().main
except ImportError:  # Amazon's own build is no library
    main = lambda args: subprocess.call(["aws", *args])
words = sys.stdin.read().split("\0")
while len(words) > 1:
    block, end = words[0], 2 + int(words[1])
    call, words = words[2:end], words[end:]
    read, write = os.pipe()
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(write, 2)
        code = 1
        try:
            code = main(call + ["--region", "us-east-1", "--generate-cli-skeleton", "input"])
        except SystemExit as e:
            code = e.code
        finally:
            sys.stderr.flush()
            os._exit(code or 0)
    os.close(write)
    said = os.fdopen(read).read()
    if os.wait()[1]:
        print(block, "Should be understood: aws", *call, said)
`

// checkAWS checks the calls of aws that were rehearsed, where it is installed.
func (s *shell) checkAWS(t platformtest.T) {
	t.Helper()
	calls, err := os.ReadFile(s.calls)
	if _, missing := exec.LookPath("aws"); missing != nil || os.IsNotExist(err) {
		return
	}
	check := s.command(platformtest.Path(t), `exec python3 -I -c "$0"`)
	check.Args = append(check.Args, checkCalls)
	check.Stdin = bytes.NewReader(calls)
	if said, err := check.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v\n%s", err, said)
	}
}

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
