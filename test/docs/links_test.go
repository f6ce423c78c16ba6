package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morket-io/platform/test/platformtest"
)

// TestLinks follows every link between pages and to files of the repository, to the heading that it names.
func TestLinks(t *testing.T) {
	all := pages(t)
	anchors := map[string]map[string]bool{}
	for _, p := range all {
		anchors[p.Path] = p.Anchors
	}
	seen := 0
	reached := map[string]bool{"README.md": true}
	for _, p := range all {
		for _, l := range p.Links {
			if strings.Contains(l.Text, "://") || strings.HasPrefix(l.Text, "mailto:") {
				continue
			}
			seen++
			file, anchor, _ := strings.Cut(l.Text, "#")
			target := p.Path
			if file != "" {
				target = filepath.Join(filepath.Dir(p.Path), file)
			}
			if _, err := os.Stat(platformtest.Path(t, target)); err != nil {
				t.Errorf("%s:%d: %s leads nowhere", p.Path, l.Line+1, l.Text)
				continue
			}
			reached[target] = true
			if anchor != "" && !anchors[target][anchor] {
				t.Errorf("%s:%d: %s leads to no heading of %s", p.Path, l.Line+1, l.Text, target)
			}
		}
	}
	for _, p := range all {
		if !reached[p.Path] {
			t.Errorf("%s: no page links to it", p.Path)
		}
	}
	if seen < 100 {
		t.Errorf("Should follow all links, followed %d", seen)
	}
}

// TestMap keeps the map of the packages in CONTRIBUTING.md complete. The models are one entry.
func TestMap(t *testing.T) {
	mapped := map[string]bool{}
	for _, p := range pages(t) {
		for _, l := range p.Links {
			if p.Path == "CONTRIBUTING.md" {
				mapped[l.Text] = true
			}
		}
	}
	packages := 0
	for path := range readable(t) {
		if dir := filepath.Dir(path); strings.HasSuffix(path, ".go") && !mapped[dir] && !strings.HasPrefix(dir, "tools/provider-aws/") {
			t.Errorf("CONTRIBUTING.md: Should have %s in its map", dir)
			mapped[dir] = true
		} else if mapped[dir] {
			packages++
		}
	}
	if packages < 200 {
		t.Errorf("Should see the files of all packages, saw %d", packages)
	}
}
