package docs

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/morket-io/platform/test/platformtest"
)

// shells are the info strings of blocks that people paste into a terminal. Any other block is something to read.
var shells = []string{"sh", "bash", "shell", "console"}

// remote commands need what no test has: a cluster, an account, Docker.
var remote = []string{"kubectl", "aws", "docker", "gh", "helm", "argocd", "pg_dump", "pg_restore", "psql", "curl", "terraform"}

// pages are the README and the other pages beside it, all of docs, and READMEs of examples. (R-GIT-2)
func pages(t platformtest.T) []*Page {
	t.Helper()
	root := platformtest.Path(t)
	files := []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}
	for _, dir := range []string{"docs", "examples"} {
		if err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".md") {
				relative, _ := filepath.Rel(root, path)
				files = append(files, relative)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	var out []*Page
	for _, file := range files {
		out = append(out, Parse(file, platformtest.Read(t, file)))
	}
	return out
}

// Outputs are the pages, with what their commands print.
func Outputs(t platformtest.T) platformtest.Files {
	t.Helper()
	s := newShell(t)
	out := platformtest.Files{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	running := make(chan struct{}, runtime.NumCPU())
	for _, p := range pages(t) {
		if !slices.ContainsFunc(p.Blocks, func(b Block) bool { return slices.Contains(shells, b.Info) && p.Output(&b) != nil }) {
			continue
		}
		running <- struct{}{}
		wait.Go(func() {
			defer func() { <-running }()
			text := s.print(t, p)
			mu.Lock()
			defer mu.Unlock()
			out[p.Path] = text
		})
	}
	wait.Wait()
	s.checkAWS(t)
	return out
}

// print runs every block of commands of a page that is not marked, in a repository of the page's own that is thrown away
// afterwards, and returns the page with what they print below them. A line … in an output stands for any lines. Of blocks that
// are marked, kubectl checks the flags, and checkAWS does, where they are installed.
func (s *shell) print(t platformtest.T, p *Page) string {
	t.Helper()
	if !slices.ContainsFunc(p.Blocks, func(b Block) bool { return slices.Contains(shells, b.Info) }) {
		return strings.Join(p.Lines, "\n")
	}
	dir := s.clone(t)
	lines := slices.Clone(p.Lines)
	shift := 0
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if !slices.Contains(shells, b.Info) {
			continue
		}
		printed, ran := s.try(t, p, b, dir)
		output := p.Output(b)
		if !ran || output == nil {
			continue
		}
		got := strings.Split(strings.TrimRight(printed, "\n"), "\n")
		if slices.Contains(output.Lines, "…") {
			var missing string
			if got, missing = elided(output.Lines, printed); missing != "" {
				t.Errorf("%s:%d: Should print, in this order, what is shown; this is missing or elsewhere:\n%s\nprinted was:\n%s", p.Path, output.Start+1, missing, printed)
				continue
			}
		}
		lines = slices.Replace(lines, output.Start+1+shift, output.End+shift, got...)
		shift += len(got) - len(output.Lines)
	}
	return strings.Join(lines, "\n")
}

// try runs a block, or rehearses it where it is marked, and reports whether it ran.
func (s *shell) try(t platformtest.T, p *Page, b *Block, dir string) (printed string, ran bool) {
	t.Helper()
	script := strings.Join(b.Lines, "\n")
	if p.Introduced(b) {
		where := fmt.Sprintf("block=%s:%d calls=%q\n", p.Path, b.Start+1, s.calls)
		if _, err := s.run(dir, where+rehearsal+script); err != nil {
			t.Errorf("%s:%d: Should be understood: %v", p.Path, b.Start+1, err)
		}
		return "", false
	}
	if tool := first(b.Lines, remote); tool != "" {
		t.Errorf("%s:%d: Should say in the paragraph above what %s needs: (needs a cluster), (needs AWS), (needs Docker)", p.Path, b.Start+1, tool)
		return "", false
	}
	printed, err := s.run(dir, script)
	if err != nil {
		t.Errorf("%s:%d: Should run: %v", p.Path, b.Start+1, err)
	}
	return printed, err == nil
}

// number matches what differs in a passage when a resource is added: counts, sums and hashes.
var number = regexp.MustCompile(`\b[0-9a-f]{8,}\b|\d+`)

// elided returns what is shown with the numbers that were printed, or the first passage that was not printed after the one before.
func elided(shown []string, printed string) (updated []string, missing string) {
	passages := strings.Split(strings.Join(shown, "\n"), "…")
	rest := strings.TrimRight(printed, "\n") + "\n"
	for i, passage := range passages {
		passage = strings.Trim(passage, "\n")
		if passage == "" {
			continue
		}
		at := regexp.MustCompile(regexp.QuoteMeta(passage) + "\n").FindStringIndex(rest)
		if at == nil {
			at = regexp.MustCompile(number.ReplaceAllString(regexp.QuoteMeta(passage), "[0-9a-f]+") + "\n").FindStringIndex(rest)
		}
		if at == nil {
			return nil, passage
		}
		passages[i] = strings.Replace(passages[i], passage, rest[at[0]:at[1]-1], 1)
		rest = rest[at[1]:]
	}
	return strings.Split(strings.Join(passages, "…"), "\n"), ""
}

// first is the first of some programs that a block starts.
func first(lines, programs []string) string {
	for _, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, word := range regexp.MustCompile(`[\s|;&()$]+`).Split(line, -1) {
			if slices.Contains(programs, word) {
				return word
			}
		}
	}
	return ""
}
