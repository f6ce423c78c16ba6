package docs

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// taskClaim is a claim that a task's page plans with.
var taskClaim = regexp.MustCompile(`docs/tasks/[a-z]+\.yaml`)

// TestFragments: what the pages tell people to write into a claim is admitted, and a task's page plans with that.
func TestFragments(t *testing.T) {
	seen := 0
	for _, p := range pages(t) {
		for _, b := range p.Blocks {
			if b.Info != "yaml" {
				continue
			}
			var fragment map[string]any
			if err := yaml.UnmarshalStrict([]byte(strings.Join(b.Lines, "\n")), &fragment); err != nil {
				t.Errorf("%s:%d: Should be YAML: %v", p.Path, b.Start+1, err)
				continue
			}
			if _, ok := fragment["spec"]; !ok || fragment["kind"] != nil && fragment["kind"] != "MorketPlatform" {
				continue // of something else
			}
			seen++
			checkPlanned(t, p, &b, fragment)
			claim := platformtest.Claim(t, "staging")
			merge(claim, fragment)
			if _, problems, err := render.Admit(claim); err != nil || len(problems) > 0 {
				t.Errorf("%s:%d: Should be admitted: %v %v", p.Path, b.Start+1, problems, err)
			}
		}
	}
	if seen < 6 {
		t.Errorf("Should see what people are told to write, saw %d", seen)
	}
}

// checkPlanned holds the claim that a task's page plans with to what the page says.
func checkPlanned(t *testing.T, p *Page, b *Block, fragment map[string]any) {
	t.Helper()
	if filepath.Dir(p.Path) != "docs/tasks" {
		return
	}
	file := taskClaim.FindString(strings.Join(p.Lines, "\n"))
	raw, err := os.ReadFile(platformtest.Path(t, file))
	if err != nil {
		t.Errorf("%s: Should plan with a claim of docs/tasks: %v", p.Path, err)
		return
	}
	var whole, with map[string]any
	for _, v := range []*map[string]any{&whole, &with} {
		if err := yaml.Unmarshal(raw, v); err != nil {
			t.Fatal(err)
		}
	}
	merge(with, fragment)
	if !reflect.DeepEqual(whole, with) {
		t.Errorf("%s:%d: Should be in %s", p.Path, b.Start+1, file)
	}
}

// merge lays one object over another.
func merge(dst, src map[string]any) {
	for k, v := range src {
		from, ok := v.(map[string]any)
		to, there := dst[k].(map[string]any)
		if ok && there {
			merge(to, from)
			continue
		}
		dst[k] = v
	}
}
