package docs

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/morket-io/platform/test/platformtest"
)

// designPage defines what the code may cite.
const designPage = "docs/design.md"

var (
	requirement = regexp.MustCompile(`\bR-[A-Z][A-Z0-9]*(-\d+)?\b`)
	houseRule   = regexp.MustCompile(`\b([Dd]esign[\s/#]+)?[Rr]ules?[\s/#]+(\d+)\b`) // over the line's end in a comment, too
	elsewhere   = regexp.MustCompile(`\b[Rr]esource[\s/#]+map\b|\bspec\.md\b`)
	definedRow  = regexp.MustCompile(`(?m)^\| (R-[A-Z0-9]+-\d+) \| (\*Planned:\* )?`)
	definedRule = regexp.MustCompile(`(?m)^(\d+)\. \*\*`)
	testName    = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	testFunc    = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
)

// readable returns the repository's text files by their paths, without what is built, generated or belongs to Git, and without
// the applications and live claims of those who use it.
func readable(t *testing.T) map[string]string {
	t.Helper()
	root := platformtest.Path(t)
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(root, path)
		if d.IsDir() && (slices.Contains([]string{".git", "bin", "dist", "packages", "claims"}, relative) || d.Name() == "testdata" || relative == "examples/observed") {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || d.Name() == "go.sum" || strings.HasPrefix(d.Name(), "zz_generated.") {
			return nil
		}
		raw, err := os.ReadFile(path) //nolint:gosec // a file of this repository
		if err == nil && utf8.Valid(raw) && !bytes.ContainsRune(raw, 0) {
			out[relative] = string(raw)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCitations holds every requirement and every rule that a file cites to docs/design.md, and what that page defines to what
// is cited.
func TestCitations(t *testing.T) {
	files := readable(t)
	planned := map[string]bool{} // by id: whether nothing may cite it
	for _, m := range definedRow.FindAllStringSubmatch(files[designPage], -1) {
		if _, twice := planned[m[1]]; twice {
			t.Errorf("%s: Should define %s once", designPage, m[1])
		}
		planned[m[1]] = m[2] != ""
	}
	for _, m := range definedRule.FindAllStringSubmatch(files[designPage], -1) {
		planned["design rule "+m[1]] = false
	}
	delete(files, designPage)

	cited := map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		for _, id := range citations(files[path]) {
			isPlanned, defined := planned[id]
			switch {
			case !defined:
				t.Errorf("%s: Should cite what %s defines: %s", path, designPage, id)
			case isPlanned:
				t.Errorf("%s cites %s: remove *Planned* from its row in %s", path, id, designPage)
			}
			cited[id] = true
		}
		if m := elsewhere.FindString(files[path]); m != "" && path != "test/docs/citations_test.go" {
			t.Errorf("%s: Should state the fact itself: %q is not in the repository", path, m)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(planned)) {
		if !planned[id] && !cited[id] {
			t.Errorf("%s: Should be cited where it is tested, or say *Planned*: %s", designPage, id)
		}
	}
	if len(planned) < 60 || len(cited) < 60 {
		t.Errorf("Should see all definitions and citations, saw %d and %d", len(planned), len(cited))
	}
}

// citations lists the requirements and rules that a text cites, a rule as "design rule 1".
func citations(text string) []string {
	out := requirement.FindAllString(text, -1)
	for _, m := range houseRule.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			m[1] = "design "
		}
		out = append(out, m[1]+"rule "+m[2])
	}
	return out
}

// TestNamedTests looks for the tests that pages name.
func TestNamedTests(t *testing.T) {
	files := readable(t)
	functions := map[string]bool{}
	for path, text := range files {
		if strings.HasSuffix(path, "_test.go") {
			for _, m := range testFunc.FindAllStringSubmatch(text, -1) {
				functions[m[1]] = true
			}
		}
	}
	seen := 0
	for _, p := range pages(t) {
		for _, m := range testName.FindAllStringSubmatch(files[p.Path], -1) {
			seen++
			if !functions[m[1]] {
				t.Errorf("%s: Should name a test that is there: %s", p.Path, m[1])
			}
		}
	}
	if seen < 20 {
		t.Errorf("Should see the tests that %s names, saw %d", designPage, seen)
	}
}
