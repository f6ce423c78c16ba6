package docs

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/morket-io/platform/internal/claimfile" // as morket does, so that a change of either is no cached test
	_ "github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// reads are those that are not.
var reads = []string{"", "go", "yaml", "json", "text", "diff", "hcl", "lua", "mermaid"}

// uncovered are make's targets that CI does not run, and what stands in for them.
var uncovered = map[string]string{
	"render":         "TestCommands runs it",
	"bin/morket":     "TestCommands builds it",
	"help":           "TestMakeHelp runs it",
	"update":         "make generate does the first part, and tests compare what the rest writes",
	"bench":          "measures, on a machine that does nothing else",
	"fuzz":           "make test runs the fuzzers' seeds; this takes half a minute each",
	"e2e-tools":      "e2e does it first",
	"e2e-up":         "e2e starts the same control plane",
	"e2e-down":       "ends what e2e-up began",
	"e2e-aws-tools":  "e2e-aws does it first",
	"e2e-breaker":    "nightly.yml runs it",
	"test-team":      "it runs make test a second time, in a copy; TestTeam of make test takes the copy through a deploy",
	"test-terraform": "it needs terraform and moto, and builds Terraform's provider",
	"e2e-aws":        "nightly.yml runs it",
}

// TestCommands holds the outputs in every page to what its commands print.
func TestCommands(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	t.Cleanup(func() { s.checkAWS(t) })
	for _, p := range pages(t) {
		t.Run(p.Path, func(t *testing.T) {
			t.Parallel()
			platformtest.UpToDate(t, platformtest.Files{p.Path: s.print(t, p)})
		})
	}
}

// TestBlocks: people see by a block's language whether they should run it, and the files that commands name are there.
func TestBlocks(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.Blocks {
			switch {
			case slices.Contains(shells, b.Info):
				checkFiles(t, p, &b)
			case !slices.Contains(reads, b.Info):
				t.Errorf("%s:%d: ```%s: say in this test whether people run it", p.Path, b.Start+1, b.Info)
			}
		}
	}
}

// TestFences looks for blocks that a page is not read by: those that are indented, as in a list, or have more than a language behind
// the fence. TestCommands would not run them.
func TestFences(t *testing.T) {
	for _, p := range pages(t) {
		for i, line := range p.Lines {
			within := slices.ContainsFunc(p.Blocks, func(b Block) bool { return b.Start <= i && i <= b.End })
			if !within && regexp.MustCompile("^\\s*(`{3,}|~{3,})").MatchString(line) {
				t.Errorf("%s:%d: Should begin at the margin and have a language alone behind it, or nobody runs it: %s", p.Path, i+1, line)
			}
		}
	}
}

// ours are paths that begin as ours do.
var ours = regexp.MustCompile(`(?:^|[\s=@"'])((?:apis|cmd|compositions|docker|docs|examples|functions|internal|package|test|tools|\.github)/[A-Za-z0-9_./-]+)`)

// checkFiles looks for the files that commands name.
func checkFiles(t *testing.T, p *Page, b *Block) {
	t.Helper()
	for i, line := range b.Lines {
		missing(t, p, b.Start+1+i, line)
	}
}

func missing(t *testing.T, p *Page, line int, command string) {
	t.Helper()
	for _, m := range ours.FindAllStringSubmatch(command, -1) {
		if _, err := os.Stat(platformtest.Path(t, m[1])); errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s:%d: %s is not there", p.Path, line+1, m[1])
		}
	}
}

// TestInlineCommands checks the commands that stand within sentences and tables: that what they name is there, that morket
// understands them, that somebody runs them, or that the page says what they need.
func TestInlineCommands(t *testing.T) {
	s := newShell(t)
	dir := s.clone(t)
	seen := 0
	for _, p := range pages(t) {
		if p.Path == "docs/bad-claims.md" {
			continue // it quotes messages
		}
		for _, span := range spans(p) {
			if words := strings.Fields(span.Text); len(words) > 1 && s.check(t, p, span, words, dir) {
				missing(t, p, span.Line, span.Text)
				seen++
			}
		}
	}
	if seen < 40 {
		t.Errorf("Should look at all commands, saw %d", seen)
	}
}

// spans are inline code, and the lines of blocks that TestCommands does not run as they are.
func spans(p *Page) []Span {
	out := slices.Clone(p.Inline)
	for _, b := range p.Blocks {
		if !slices.Contains(shells, b.Info) {
			continue
		}
		for i, line := range b.Lines {
			if p.Introduced(&b) || !strings.HasPrefix(line, "bin/morket ") {
				out = append(out, Span{Line: b.Start + 1 + i, Text: line})
			}
		}
	}
	return out
}

// check checks a command by the program that it starts, and says whether that is one of ours.
func (s *shell) check(t *testing.T, p *Page, span Span, words []string, dir string) (ours bool) {
	t.Helper()
	switch words[0] {
	case "make":
		checkMake(t, p, span)
	case "go":
		missing(t, p, span.Line, strings.ReplaceAll(span.Text, "./", " "))
		checkGoTest(t, p, span)
	case "bin/morket":
		if wrong := s.parse(dir, words[1:]); wrong != "" && len(words) > 2 {
			t.Errorf("%s:%d: %s: %s", p.Path, span.Line+1, span.Text, wrong)
		}
	default:
		mention := len(words) <= 3 // such as kubectl apply
		if slices.Contains(remote, words[0]) && !mention && !p.Marked(span.Line) {
			t.Errorf("%s:%d: %s: Should say in the section what it needs: (needs a cluster), (needs AWS), (needs Docker)", p.Path, span.Line+1, span.Text)
		}
		return false
	}
	return true
}

// makeTargets are the Makefile's, and those that CI runs.
func makeTargets(t *testing.T) (there, run map[string]bool) {
	t.Helper()
	there, run = map[string]bool{}, map[string]bool{}
	for file, found := range map[string]map[string]bool{
		"Makefile": there, ".ci/run": run,
		".github/workflows/ci.yml": run, ".github/workflows/deploy.yml": run, ".github/workflows/release.yml": run,
	} {
		raw, err := os.ReadFile(platformtest.Path(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if file == "Makefile" {
				if m := regexp.MustCompile(`^([a-z0-9/-]+):`).FindStringSubmatch(line); m != nil {
					found[m[1]] = true
				}
				continue
			}
			if m := regexp.MustCompile(`^\s*(?:- run: )?make (.+)$`).FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
				for _, target := range targets(m[1]) {
					found[target] = true
				}
			}
		}
	}
	return there, run
}

// targets are what make is told to make.
func targets(args string) []string {
	var out []string
	for word := range strings.FieldsSeq(args) {
		switch {
		case strings.HasPrefix(word, "#"), strings.HasPrefix(word, ">"):
			return out
		case !strings.HasPrefix(word, "-") && !strings.Contains(word, "="):
			out = append(out, word)
		}
	}
	return out
}

// checkMake says which target is not there, or run by nobody.
func checkMake(t *testing.T, p *Page, span Span) {
	t.Helper()
	there, run := makeTargets(t)
	for _, target := range targets(strings.TrimPrefix(span.Text, "make ")) {
		switch {
		case !there[target]:
			t.Errorf("%s:%d: make %s: the Makefile has no such target", p.Path, span.Line+1, target)
		case !run[target] && uncovered[target] == "":
			t.Errorf("%s:%d: make %s: CI does not run it: let it, or say here what stands in for it", p.Path, span.Line+1, target)
		}
	}
}

// TestMakeTargets keeps the list of what CI does not run short.
func TestMakeTargets(t *testing.T) {
	there, run := makeTargets(t)
	for target := range uncovered {
		if !there[target] || run[target] && target != "render" && target != "bin/morket" {
			t.Errorf("%s is no target that CI leaves out: take it off the list", target)
		}
	}
	if len(run) < 7 {
		t.Errorf("Should see what CI runs, saw %v", run)
	}
}

// TestMakeHelp: the README's commands are those that make lists.
func TestMakeHelp(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "make", "-s", "help")
	cmd.Dir = platformtest.Path(t)
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "render") {
		t.Errorf("Should list the commands: %v\n%s", err, out)
	}
}

// goTests are the tests, fuzzers and benchmarks that a command selects.
var goTests = regexp.MustCompile(`-(?:run|fuzz|bench) '?\^?([A-Z]\w+)`)

// checkGoTest looks for the tests that a command runs.
func checkGoTest(t *testing.T, p *Page, span Span) {
	t.Helper()
	dir := regexp.MustCompile(`^go test (\./\S+)`).FindStringSubmatch(span.Text)
	if dir == nil {
		return
	}
	files, _ := filepath.Glob(platformtest.Path(t, dir[1], "*_test.go"))
	for _, m := range goTests.FindAllStringSubmatch(span.Text, -1) {
		if !slices.ContainsFunc(files, func(file string) bool {
			raw, err := os.ReadFile(file)
			return err == nil && regexp.MustCompile(`(?m)^func \w*`+m[1]).Match(raw)
		}) {
			t.Errorf("%s:%d: %s: there is no such test", p.Path, span.Line+1, span.Text)
		}
	}
}
