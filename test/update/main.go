// Command update writes what is generated from the platform: goldens, documentation, pictures, policies. `make update` runs it, after
// what it is compiled from: apis/definition.yaml, the models and the replacement table.
//
//	go run ./test/update            # everything
//	go run ./test/update dashboard  # what one generator writes
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/morket-io/platform/test/adoption"
	"github.com/morket-io/platform/test/claims"
	"github.com/morket-io/platform/test/dashboard"
	"github.com/morket-io/platform/test/docs"
	"github.com/morket-io/platform/test/export"
	"github.com/morket-io/platform/test/golden"
	"github.com/morket-io/platform/test/install"
	"github.com/morket-io/platform/test/plans"
	"github.com/morket-io/platform/test/platformtest"
)

// generators run in this order: the pages' commands read what the others write.
var generators = []struct {
	name  string
	files func(platformtest.T) platformtest.Files
}{
	{"golden", golden.Files},
	{"names", golden.Names},
	{"install", install.Files},
	{"adoption", adoption.Files},
	{"export", export.Files},
	{"plans", plans.Files},
	{"dashboard", dashboard.Files},
	{"docs", docs.Files},
	{"claims", claims.Files},
	{"outputs", docs.Outputs},
}

func main() {
	t := &command{}
	var names []string
	for _, g := range generators {
		names = append(names, g.name)
	}
	for _, name := range os.Args[1:] {
		if !slices.Contains(names, name) {
			t.Fatalf("%s: there is no such generator, only %s", name, strings.Join(names, ", "))
		}
	}
	for _, g := range generators {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], g.name) {
			continue
		}
		start := time.Now()
		written := t.write(g.files(t))
		fmt.Fprintf(os.Stderr, "%-10s %4.1f s%s\n", g.name, time.Since(start).Seconds(), written)
	}
	t.clean()
	if t.failed.Load() {
		os.Exit(1)
	}
}

// A command is a platformtest.T for which nothing is to be compared.
type command struct {
	failed atomic.Bool
	mu     sync.Mutex
	dirs   []string
}

func (c *command) Helper() {}

func (c *command) Errorf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "update: "+format+"\n", args...)
	c.failed.Store(true)
}

func (c *command) Fatal(args ...any) { c.Fatalf("%s", fmt.Sprint(args...)) }

func (c *command) Fatalf(format string, args ...any) {
	c.Errorf(format, args...)
	c.clean()
	os.Exit(1)
}

// write writes the files that differ, and returns a list of them for people.
func (c *command) write(files platformtest.Files) string {
	var written strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if platformtest.Read(c, name) == files[name] {
			continue
		}
		path := platformtest.Path(c, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the repository's
			c.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil { //nolint:gosec // who may read the repository may read these
			c.Fatal(err)
		}
		written.WriteString("\n  wrote " + name)
	}
	return written.String()
}

// TempDir is removed by clean.
func (c *command) TempDir() string {
	dir, err := os.MkdirTemp("", "update-")
	if err != nil {
		c.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dirs = append(c.dirs, dir)
	return dir
}

func (c *command) clean() {
	for _, dir := range c.dirs {
		_ = os.RemoveAll(dir) // a temporary directory
	}
}
