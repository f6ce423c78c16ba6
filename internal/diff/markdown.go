package diff

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of what a comment shows. GitHub takes 65,536 characters for both environments.
const (
	maxLines = 150 // of a report
	maxValue = 120 // characters of a value
)

// Markdown is the report under a title, as a comment on a pull request shows it: a line that says it all, what is refused,
// and the rest folded away. The same report is always the same text.
func (r *Report) Markdown(title string) string {
	if r.Empty() {
		return "### " + title + ": no change\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s: %d added, %d changed, %d removed", title, len(r.Added), len(r.Changed), len(r.Removed))
	if len(r.Refused) > 0 {
		fmt.Fprintf(&b, ", **%d refused**", len(r.Refused))
	}
	b.WriteString("\n")
	for _, reason := range r.Refused {
		fmt.Fprintf(&b, "\n> **Refused:** %s\n", strings.ReplaceAll(reason, "\n", " "))
	}

	lines := r.lines()
	if len(lines) == 0 {
		return b.String()
	}
	rest := 0
	if len(lines) > maxLines {
		lines, rest = lines[:maxLines], len(lines)-maxLines
	}
	text := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(&b, "\n<details><summary>Resources</summary>\n\n%sdiff\n%s\n%s\n", fence, text, fence)
	if rest > 0 {
		fmt.Fprintf(&b, "\n… and %d more lines: `make -s render` before and after shows them.\n", rest)
	}
	b.WriteString("</details>\n")
	return b.String()
}

// lines are the resources as a diff shows them: removals first, for they are what cannot be undone.
func (r *Report) lines() []string {
	var out []string
	for _, o := range r.Removed {
		out = append(out, "- "+o.String())
	}
	for _, o := range r.Added {
		out = append(out, "+ "+o.String())
	}
	for _, o := range r.Changed {
		out = append(out, "! "+o.String())
		for _, f := range o.Fields {
			if f.Old != "" {
				out = append(out, "-   "+f.Path+": "+shorten(f.Old))
			}
			if f.New != "" {
				out = append(out, "+   "+f.Path+": "+shorten(f.New))
			}
		}
	}
	return out
}

// String is the resource's name and kind.
func (r Resource) String() string { return r.Name + " (" + r.Kind + ")" }

// shorten keeps a value's beginning.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue-1]) + "…"
}
