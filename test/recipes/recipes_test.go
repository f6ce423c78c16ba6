// Package recipes_test tries the recipes of CONTRIBUTING.md.
package recipes_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/morket-io/platform/test/docs"
	"github.com/morket-io/platform/test/platformtest"
)

// limits are the most places that people have to edit by hand, by the heading of the recipe.
var limits = map[string]int{
	"Add a knob":     4,
	"Add a store":    10,
	"Add an alarm":   2,
	"Add a resource": 9,
}

// A place is one that a recipe edits: the paragraph above a block of code says where the block goes.
type place struct {
	line     int    // of CONTRIBUTING.md
	number   string // as the paragraph has it, such as 1
	file     string
	position string // after, before or instead of the line that contains the anchor; empty for a new file
	anchor   string
	code     string
}

// where matches a paragraph such as
//
//	**1.** The field, in [data.go](apis/v1alpha1/data.go), after `Readers *int32`:
//
// with "in the new file `path`:" for a file that is not there yet.
var where = regexp.MustCompile("^\\*\\*(\\d+)\\.\\*\\* .*\\bin (?:\\[[^\\]]+\\]\\(([^)]+)\\), (after|before|instead of) `([^`]+)`|the new file `([^`]+)`):$")

// read returns the places of each recipe by its heading.
func read(t *testing.T) map[string][]place {
	t.Helper()
	raw, err := os.ReadFile(platformtest.Path(t, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := docs.Parse("CONTRIBUTING.md", string(raw))
	recipes := map[string][]place{}
	for _, b := range page.Blocks {
		m := where.FindStringSubmatch(paragraph(page.Lines, b.Start))
		if m == nil {
			continue
		}
		title := ""
		for _, line := range page.Lines[:b.Start] {
			if h, ok := strings.CutPrefix(line, "### "); ok {
				title = h
			}
		}
		recipes[title] = append(recipes[title], place{
			line: b.Start + 1, number: m[1], file: cmp.Or(m[2], m[5]), position: m[3], anchor: m[4],
			code: strings.Join(b.Lines, "\n") + "\n",
		})
	}
	return recipes
}

// paragraph is the one that ends above a line.
func paragraph(lines []string, below int) string {
	for below > 0 && lines[below-1] == "" {
		below--
	}
	start := below
	for start > 0 && lines[start-1] != "" {
		start--
	}
	return strings.Join(lines[start:below], " ")
}

// apply edits the file below a directory.
func (p *place) apply(dir string) error {
	path := filepath.Join(dir, p.file)
	raw, err := os.ReadFile(path)
	switch {
	case p.position == "" && err == nil:
		return fmt.Errorf("CONTRIBUTING.md:%d: %s is there already", p.line, p.file)
	case p.position == "":
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(p.code), 0o600)
	case err != nil:
		return err
	}
	lines := strings.SplitAfter(string(raw), "\n")
	at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, p.anchor) })
	if at < 0 || slices.ContainsFunc(lines[at+1:], func(line string) bool { return strings.Contains(line, p.anchor) }) {
		return fmt.Errorf("CONTRIBUTING.md:%d: %s: one line should contain %q", p.line, p.file, p.anchor)
	}
	from, to := at, at
	if p.position != "before" {
		to++
	}
	if p.position == "after" {
		from++
	}
	return os.WriteFile(path, []byte(strings.Join(slices.Replace(lines, from, to, p.code), "")), 0o600) //nolint:gosec // below dir, by a page of this repository
}

// copyFiles copies what the recipes edit, so that they edit nothing here.
func copyFiles(t *testing.T, places []place) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range places {
		raw, err := os.ReadFile(platformtest.Path(t, p.file))
		if err != nil {
			continue // it is new, or apply says so
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, p.file)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, p.file), raw, 0o600); err != nil { //nolint:gosec // as above
			t.Fatal(err)
		}
	}
	return dir
}

// TestRecipes looks for the places that the recipes edit, and counts them. `make test-recipes` does what they say.
func TestRecipes(t *testing.T) {
	recipes := read(t)
	for _, title := range slices.Sorted(maps.Keys(limits)) {
		places := recipes[title]
		if len(places) == 0 || len(places) > limits[title] {
			t.Errorf("%s: Should need at most %d places and say which, needs %d", title, limits[title], len(places))
		}
		dir := copyFiles(t, places)
		for i, p := range places {
			if want := strconv.Itoa(i + 1); p.number != want {
				t.Errorf("CONTRIBUTING.md:%d: Should be place %s", p.line, want)
			}
			if err := p.apply(dir); err != nil {
				t.Error(err)
			}
		}
	}
	for title := range recipes {
		if limits[title] == 0 {
			t.Errorf("CONTRIBUTING.md: %q: Should say in this test how many places it may need, and be tried", title)
		}
	}
}
