package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/adopt"
)

func printMatch(s streams, m *adopt.Match) error {
	var b strings.Builder
	b.WriteString("adopt:\n  policy: Observe\n  externalNames:")
	if len(m.ExternalNames) == 0 {
		b.WriteString(" {}")
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(m.Found)) {
		writeCandidate(&b, "    ", name, m.Found[name])
	}
	if len(m.Doubtful) > 0 {
		b.WriteString("  # In doubt, or several candidates: remove the # of what is the platform's.\n")
	}
	for _, name := range slices.Sorted(maps.Keys(m.Doubtful)) {
		for _, c := range m.Doubtful[name] {
			writeCandidate(&b, "    # ", name, c)
		}
	}
	list := func(heading string, lines []string) {
		if len(lines) > 0 {
			b.WriteString("# " + heading + ":\n#   " + strings.Join(lines, "\n#   ") + "\n")
		}
	}
	list("Hold data or take traffic, and this claim does not take them over", addresses(m.Held))
	list("In Terraform's state, and not proposed, because they belong elsewhere", addresses(m.Elsewhere))
	list("In Terraform's state, and matched with nothing of the platform", addresses(m.Left))
	list("Of the platform, and not found: created unless you name them above", m.Open)
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

// writeCandidate writes a line of externalNames, with where it comes from and why people have to decide.
func writeCandidate(b *strings.Builder, indent, name string, c adopt.Candidate) {
	fmt.Fprintf(b, "%s%s: %q # %s\n", indent, name, c.ExternalName, describe(c))
}

func addresses(candidates []adopt.Candidate) []string {
	var out []string
	for _, c := range candidates {
		out = append(out, describe(c))
	}
	return out
}

func describe(c adopt.Candidate) string {
	out := c.Address
	if c.Reason != "" {
		out += ": " + c.Reason
	}
	if len(c.Also) > 0 {
		out += "; also " + strings.Join(c.Also, " and ")
	}
	if c.Tainted {
		out += "; tainted: Terraform would replace it at the next apply"
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(out)
}
