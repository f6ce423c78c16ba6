package userdata

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A machine is an instance for the script to run on: directories instead of the system's, and stubs, which record how
// they are called, instead of the commands that would change the system.
type machine struct {
	t     *testing.T
	dir   string // what the script may see: the paths in its variables are below it
	bin   string // the stubs, first in PATH
	state string // what the stubs read and write
	env   []string
}

// newMachine returns a machine on which nothing has happened. Every command that would change a real one fails until a
// test gives it a stub.
func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir(), bin: t.TempDir(), state: t.TempDir()}
	for _, name := range []string{"aws", "blkid", "curl", "dnf", "findmnt", "lsblk", "mkfs.xfs", "mount", "rpm", "systemctl", "umount", "wipefs", "xfs_growfs", "xfs_repair"} {
		m.stub(name, `echo "$name: no stub" >&2; exit 97`)
	}
	m.write("etc/fstab", "# the root disk\nUUID=aaaa-root / xfs defaults,noatime 1 1\n")
	m.write("var/lib/clickhouse/.keep", "")
	m.write("dev/.keep", "")
	return m
}

// stub makes a command of a few lines of shell. It finds its own name in $name, the test's files in $state and the
// machine's in $root.
func (m *machine) stub(name, body string) {
	m.t.Helper()
	script := "#!/bin/bash\nname=" + name + " state=" + quote(m.state) + " root=" + quote(m.dir) + "\n" +
		`printf '%s\n' "$name $*" >>"$state/calls"` + "\n" + body + "\n"
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte(script), 0o700); err != nil { //nolint:gosec // it is to be run
		m.t.Fatal(err)
	}
}

// real removes a stub, so that the machine has the command of this system.
func (m *machine) real(names ...string) {
	m.t.Helper()
	for _, name := range names {
		if err := os.Remove(filepath.Join(m.bin, name)); err != nil {
			m.t.Fatal(err)
		}
	}
}

// interpreter returns the directory of python3 itself. A version manager such as pyenv puts a shell script in front of it, which
// takes longer than all that the tests do with Python.
var interpreter = sync.OnceValue(func() string {
	path, err := exec.Command("python3", "-I", "-c", "import os, sys; print(os.path.dirname(sys.executable), end='')").Output()
	if err != nil {
		return "/usr/bin" // the script says what it misses
	}
	return string(path)
})

// A result is how a command of the script has ended, and what it has said.
type result struct {
	ok     bool
	output string // standard output and standard error
}

// run runs shell commands that may use the script's functions, as the script itself would: with set -e.
func (m *machine) run(c ClickHouse, commands string) result {
	m.t.Helper()
	script := filepath.Join(m.state, "script.sh")
	if err := os.WriteFile(script, []byte(c.Script()), 0o600); err != nil {
		m.t.Fatal(err)
	}
	// The script's own settings, moved below the machine's directory; waiting takes no time.
	settings := `
		source "$1"
		pause=0.01 volume_patience=0 network_patience=0 server_patience=0 owner=$(id -gn)
		devices=$2/dev fstab=$2/etc/fstab data=$2/var/lib/clickhouse config=$2/etc/clickhouse-server
		units=$2/etc/systemd/system repos=$2/etc/yum.repos.d self=$2/usr/local/sbin/morket-clickhouse
	`
	cmd := exec.CommandContext(m.t.Context(), "bash", "-c", settings+commands, "bash", script, m.dir)
	cmd.Env = append(os.Environ(), "PATH="+m.bin+":"+interpreter()+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	cmd.Env = append(cmd.Env, m.env...)
	cmd.Dir = m.state
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		m.t.Fatalf("bash: %v", err)
	}
	return result{ok: err == nil, output: string(out)}
}

// calls returns how the named stubs were called, in order, or all of them.
func (m *machine) calls(names ...string) []string {
	m.t.Helper()
	all, err := os.ReadFile(filepath.Join(m.state, "calls"))
	if err != nil && !os.IsNotExist(err) {
		m.t.Fatal(err)
	}
	var calls []string
	for line := range strings.Lines(strings.ReplaceAll(string(all), m.dir, "")) {
		line = strings.TrimSpace(line)
		name, _, _ := strings.Cut(line, " ")
		if len(names) == 0 || slices.Contains(names, name) {
			calls = append(calls, line)
		}
	}
	return calls
}

func (m *machine) forgetCalls() {
	m.t.Helper()
	if err := os.Remove(filepath.Join(m.state, "calls")); err != nil && !os.IsNotExist(err) {
		m.t.Fatal(err)
	}
}

func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) write(name, content string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(content), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// read returns a file of the machine, with the machine's directory taken out of it; empty if there is none.
func (m *machine) read(name string) string {
	m.t.Helper()
	content, err := os.ReadFile(m.path(name))
	if err != nil && !os.IsNotExist(err) {
		m.t.Fatal(err)
	}
	return strings.ReplaceAll(string(content), m.dir, "")
}

// set sets a value that stubs read.
func (m *machine) set(name, value string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.state, name), []byte(value), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// filesWith returns the machine's files that hold the text.
func (m *machine) filesWith(text string) []string {
	m.t.Helper()
	var found []string
	for _, dir := range []string{m.dir, m.state} {
		files := os.DirFS(dir)
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := fs.ReadFile(files, path)
			if bytes.Contains(content, []byte(text)) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			m.t.Fatal(err)
		}
	}
	return found
}
