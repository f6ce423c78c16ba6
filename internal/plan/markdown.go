package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// maxLines is how many lines of changes a comment shows. GitHub takes 65,536 characters for all environments together.
const maxLines = 150

// WriteJSON writes the plan as JSON, for programs.
func (p *Plan) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

// WriteMarkdown writes the plan for a comment on a pull request: a line that says it all, then what somebody must look at, and
// the rest folded away. The same plan is always the same text, so that a comment can be updated in place.
func (p *Plan) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s: %s\n", p.title(p.Environment), p.headline())
	for _, r := range p.Refused {
		fmt.Fprintf(&b, "\n> **Refused, so nothing happens:** %s\n", inline(r))
	}
	for _, line := range p.refusals() {
		fmt.Fprintf(&b, "\n> %s\n", line)
	}
	for _, line := range p.warnings() {
		fmt.Fprintf(&b, "\n- %s", line)
	}
	if len(p.warnings()) > 0 {
		b.WriteString("\n")
	}
	if p.Cost != nil {
		lines := p.Cost.lines()
		fmt.Fprintf(&b, "\n%s\n", lines[0])
		if len(p.Cost.Items) > 0 {
			fmt.Fprintf(&b, "\n<details><summary>Cost</summary>\n\n")
			for _, l := range lines[1:] {
				fmt.Fprintf(&b, "- %s\n", inline(strings.TrimSpace(l)))
			}
			b.WriteString("</details>\n")
		}
	}
	p.details(&b)
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "\nNote: %s.\n", inline(n))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// verbs are what happens to what is neither created nor deleted.
var verbs = map[Action]string{Refuse: "refused", Replace: "replaced", Update: "changed", Adopt: "adopted", Ignore: "of no effect in AWS"}

// headline counts what is done.
func (p *Plan) headline() string {
	if p.Empty() {
		return "no change"
	}
	counts := p.Counts()
	var parts []string
	for _, of := range []struct {
		action Action
		words  string
	}{{Create, "created"}, {Adopt, "adopted"}, {Update, "changed"}, {Replace, "replaced"}, {Delete, "deleted"}} {
		if n := counts[of.action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, of.words))
		}
	}
	if n := len(p.Refused) + counts[Refuse]; n > 0 {
		parts = append(parts, fmt.Sprintf("**%d refused**", n))
	}
	if len(parts) == 0 {
		return "nothing changes in AWS"
	}
	return strings.Join(parts, ", ")
}

// refusals are the fields that AWS cannot change.
func (p *Plan) refusals() []string {
	var said statements
	for _, c := range p.Changes {
		for _, f := range c.Fields {
			if f.Refused != "" {
				said.add("**Refused:** ", c, fmt.Sprintf(": `%s`: %s. Way out: %s.", f.Path, inline(f.Refused), inline(c.WayOut)))
			}
		}
	}
	return said.lines(maxNames)
}

// warnings are what somebody should know before it is done: data that goes, and what does not answer for a while.
func (p *Plan) warnings() []string {
	var said statements
	for _, c := range p.Changes {
		if c.Afterwards != "" {
			said.add("**Deleted:** ", c, fmt.Sprintf(": %s.", inline(c.Afterwards)))
		}
		for _, i := range c.Impacts {
			switch {
			case i.Loss:
				said.add("**Loss:** ", c, fmt.Sprintf(": %s ([source](%s)).", inline(i.Effect), i.Source))
			case i.Outage:
				said.add("**Outage:** ", c, fmt.Sprintf(": %s ([source](%s)).", inline(i.Effect), i.Source))
			}
		}
	}
	return said.lines(len(p.Changes)) // whose data goes, nobody may miss
}

// maxNames is how many resources are named that are refused for the same reason.
const maxNames = 12

// statements are about resources. What is said of several is said once, where it was said first.
type statements []struct {
	before, after string
	of            []string
}

func (s *statements) add(before string, of ResourceChange, after string) {
	for i := range *s {
		if said := &(*s)[i]; said.before == before && said.after == after {
			said.of = append(said.of, inline(of.String()))
			return
		}
	}
	*s = append(*s, struct {
		before, after string
		of            []string
	}{before, after, []string{inline(of.String())}})
}

func (s statements) lines(most int) []string {
	var out []string
	for _, said := range s {
		names := strings.Join(said.of[:min(len(said.of), most)], ", ")
		if rest := len(said.of) - most; rest > 0 {
			names += fmt.Sprintf(" and %d more", rest)
		}
		out = append(out, said.before+names+said.after)
	}
	return out
}

// details folds away every change, as a diff.
func (p *Plan) details(b *strings.Builder) {
	var lines []string
	for _, c := range p.Changes {
		switch c.Action {
		case Create:
			lines = append(lines, "+ "+c.String())
		case Delete:
			lines = append(lines, "- "+c.String())
		default:
			lines = append(lines, fmt.Sprintf("! %s: %s", c, verbs[c.Action]))
			for _, f := range c.Fields {
				gone, come, _ := f.sides()
				for _, v := range gone {
					lines = append(lines, "-   "+f.Path+": "+v)
				}
				for _, v := range come {
					lines = append(lines, "+   "+f.Path+": "+v)
				}
			}
		}
	}
	if len(lines) == 0 {
		return
	}
	rest := 0
	if len(lines) > maxLines {
		lines, rest = lines[:maxLines], len(lines)-maxLines
	}
	content := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains(content, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "\n<details><summary>Resources</summary>\n\n%sdiff\n%s\n%s\n", fence, content, fence)
	if rest > 0 {
		fmt.Fprintf(b, "\n… and %d more lines: `morket plan` shows them.\n", rest)
	}
	b.WriteString("</details>\n")
}

// inline is a text within a line of Markdown.
func inline(s string) string {
	return strings.NewReplacer("\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}
