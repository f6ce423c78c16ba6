package docs

import (
	"regexp"
	"strings"
)

// A Page is a Markdown file, as far as its commands and links go.
type Page struct {
	Path     string // from the root of the repository
	Lines    []string
	Blocks   []Block
	Inline   []Span
	Links    []Span
	Anchors  map[string]bool
	sections []passage
}

// A Block is fenced.
type Block struct {
	Info       string
	Start, End int // lines of the fences, from 0
	Lines      []string
}

// A Span is inline code, or a link's target.
type Span struct {
	Line int // from 0
	Text string
}

// A passage is what stands below a heading, up to the next one.
type passage struct {
	start int
	prose strings.Builder
}

var (
	fence     = regexp.MustCompile("^(`{3,}|~{3,})([a-z]*)$")
	heading   = regexp.MustCompile(`^#{1,6} (.+)$`)
	code1     = regexp.MustCompile("`([^`]+)`")
	link      = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	named     = regexp.MustCompile(`<a id="([^"]+)">`)
	linkText  = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	needs     = regexp.MustCompile(`(?i)\bneeds (a cluster|an AWS account|AWS|Docker)\b`)
	wholePage = regexp.MustCompile(`(?i)\beverything here needs (a cluster|an AWS account|AWS|Docker)\b`)
)

// Parse reads a page.
func Parse(path, text string) *Page {
	p := &Page{Path: path, Lines: strings.Split(text, "\n"), Anchors: map[string]bool{}, sections: []passage{{}}}
	for i := 0; i < len(p.Lines); i++ {
		line := p.Lines[i]
		if m := fence.FindStringSubmatch(line); m != nil {
			b := Block{Info: m[2], Start: i}
			for i++; i < len(p.Lines) && p.Lines[i] != m[1]; i++ {
				b.Lines = append(b.Lines, p.Lines[i])
			}
			b.End = i
			p.Blocks = append(p.Blocks, b)
			continue
		}
		if m := heading.FindStringSubmatch(line); m != nil {
			p.Anchors[anchor(linkText.ReplaceAllString(m[1], "$1"))] = true
			p.sections = append(p.sections, passage{start: i})
		}
		for _, m := range named.FindAllStringSubmatch(line, -1) {
			p.Anchors[m[1]] = true
		}
		for _, m := range code1.FindAllStringSubmatch(line, -1) {
			p.Inline = append(p.Inline, Span{Line: i, Text: m[1]})
		}
		for _, m := range link.FindAllStringSubmatch(code1.ReplaceAllString(line, ""), -1) {
			p.Links = append(p.Links, Span{Line: i, Text: m[1]})
		}
		last := &p.sections[len(p.sections)-1]
		last.prose.WriteString(line + " ")
	}
	return p
}

// Marked says whether readers are told, in the section of a line or for the whole page, what its commands need beyond a
// clone of the repository.
func (p *Page) Marked(line int) bool {
	for i := range p.sections {
		prose := p.sections[i].prose.String()
		if i <= 1 && wholePage.MatchString(prose) {
			return true
		}
		within := p.sections[i].start <= line && (i+1 == len(p.sections) || line < p.sections[i+1].start)
		if within && needs.MatchString(prose) {
			return true
		}
	}
	return false
}

// Introduced says the same of a fenced block, and asks for it in the paragraph above, where nobody overlooks it.
func (p *Page) Introduced(b *Block) bool {
	for i := range p.sections {
		if i <= 1 && wholePage.MatchString(p.sections[i].prose.String()) {
			return true
		}
	}
	end := b.Start
	for end > 0 && strings.TrimSpace(p.Lines[end-1]) == "" {
		end--
	}
	start := end
	for start > 0 && strings.TrimSpace(p.Lines[start-1]) != "" {
		start--
	}
	return needs.MatchString(strings.Join(p.Lines[start:end], " "))
}

// Output is the block of text that follows one of commands, nil if none does before the next paragraph.
func (p *Page) Output(b *Block) *Block {
	for i := range p.Blocks {
		next := &p.Blocks[i]
		if next.Start <= b.End || next.Info != "text" {
			continue
		}
		for _, between := range p.Lines[b.End+1 : next.Start] {
			if strings.TrimSpace(between) != "" {
				return nil
			}
		}
		return next
	}
	return nil
}
