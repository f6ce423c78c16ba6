package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/adopt"
)

// print writes what goes below spec in the claim, and as comments what people have to decide on or to know.
func (p *proposal) print(w io.Writer) error {
	m := p.match
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
	if len(p.keep) > 0 {
		b.WriteString("  keep: # AWS cannot change these in place\n")
		for _, name := range slices.Sorted(maps.Keys(p.keep)) {
			fmt.Fprintf(&b, "    %s: [%s]\n", name, strings.Join(p.keep[name], ", "))
		}
	}
	if p.unplanned != "" {
		b.WriteString("  # What to keep is not known, because the claim would be refused: " + inLine(p.unplanned) + "\n")
	}
	settingsOf(p.settings).write(&b, "", true)
	list := func(heading string, lines []string) {
		if len(lines) > 0 {
			b.WriteString("# " + heading + ":\n#   " + strings.Join(lines, "\n#   ") + "\n")
		}
	}
	list("AWS refuses two rules of one priority", p.collisions)
	list("Hold data or take traffic, and this claim does not take them over", addresses(m.Held))
	list("In Terraform's state, and not proposed, because they belong elsewhere", addresses(m.Elsewhere))
	list("In Terraform's state, and matched with nothing of the platform", addresses(m.Left))
	list("Of the platform, and not found: created unless you name them above", m.Open)
	_, err := fmt.Fprint(w, b.String())
	return err
}

// A settingTree holds settings by the fields of the claim, in their order.
type settingTree struct {
	names []string
	below map[string]*settingTree
	leaf  *proposedSetting
}

func settingsOf(settings []proposedSetting) *settingTree {
	root := &settingTree{}
	for i := range settings {
		t := root
		for name := range strings.SplitSeq(settings[i].Path, ".") {
			if t.below == nil {
				t.below = map[string]*settingTree{}
			}
			if t.below[name] == nil {
				t.below[name] = &settingTree{}
				t.names = append(t.names, name)
			}
			t = t.below[name]
		}
		t.leaf = &settings[i]
	}
	return root
}

// live reports whether the claim can have any of the settings without somebody's decision.
func (t *settingTree) live() bool {
	if t.leaf != nil {
		return t.leaf.Doubt == "" && t.leaf.refused == ""
	}
	return slices.ContainsFunc(t.names, func(name string) bool { return t.below[name].live() })
}

// write writes the settings as YAML, and those that people have to decide on as comments.
func (t *settingTree) write(b *strings.Builder, indent string, live bool) {
	for _, name := range t.names {
		below := t.below[name]
		mark := ""
		if live && !below.live() {
			mark = "# "
		}
		if below.leaf != nil {
			fmt.Fprintf(b, "%s%s%s: %s # %s\n", indent, mark, name, inYAML(below.leaf.Value), below.leaf.describe())
			continue
		}
		fmt.Fprintf(b, "%s%s%s:\n", indent, mark, name)
		below.write(b, indent+mark+"  ", live && mark == "")
	}
}

// describe says where a setting is from, and what there is to know of it.
func (s *proposedSetting) describe() string {
	out := s.From
	if s.now != nil && inYAML(s.now) != inYAML(s.Value) {
		out += ", instead of " + inYAML(s.now)
	}
	if s.Doubt != "" {
		out += ": " + s.Doubt
	}
	if s.refused != "" {
		out += ": a claim cannot have it: " + s.refused
	}
	return inLine(out)
}

// inYAML writes a value as JSON, which is YAML too.
func inYAML(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "?" // nothing that came out of JSON
	}
	return string(raw)
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
	return inLine(out)
}

// inLine keeps a comment in its line.
func inLine(s string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(s) }
