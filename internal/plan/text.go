package plan

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// signs are what the actions begin with, in text.
var signs = map[Action]string{Refuse: "!", Delete: "-", Replace: "±", Update: "~", Create: "+", Adopt: ">", Ignore: "="}

var headings = map[Action]string{
	Refuse:  "Refused: AWS cannot change these in place, and the provider replaces nothing",
	Delete:  "Deleted",
	Replace: "Replaced by a new one beside the old, which goes when nothing uses it any more",
	Update:  "Changed in place",
	Create:  "Created",
	Adopt:   "Taken over from AWS as they are: looked at first, and nothing is made under these names",
	Ignore:  "Of no effect in AWS",
}

// maxValue is how many characters of a value are shown, maxEntries how many entries of a list.
const (
	maxValue   = 100
	maxEntries = 4
)

// WriteText writes the plan for a terminal.
func (p *Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	b.WriteString(p.title(p.Environment, p.Region) + "\n")
	if len(p.Refused) > 0 {
		b.WriteString("\nThe claim is refused, so nothing happens:\n")
		for _, r := range p.Refused {
			fmt.Fprintf(&b, "  ! %s\n", strings.ReplaceAll(r, "\n", " "))
		}
		if len(p.Changes) > 0 {
			b.WriteString("\nWhat it asks for would be:\n")
		}
	}
	var last Action
	for i, c := range p.Changes {
		if c.Action != last {
			fmt.Fprintf(&b, "\n%s:\n", headings[c.Action])
			last = c.Action
		}
		fmt.Fprintf(&b, "  %s %s\n", signs[c.Action], c)
		for _, line := range c.lines() {
			fmt.Fprintf(&b, "      %s\n", line)
		}
		next := ResourceChange{}
		if i+1 < len(p.Changes) {
			next = p.Changes[i+1]
		}
		switch { // said once of all that have the same
		case c.WayOut == next.WayOut:
		case i > 0 && p.Changes[i-1].WayOut == c.WayOut:
			fmt.Fprintf(&b, "    way out of these: %s\n", c.WayOut)
		default:
			fmt.Fprintf(&b, "      way out: %s\n", c.WayOut)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", p.Summary())
	if p.Cost != nil {
		for _, line := range p.Cost.lines() {
			fmt.Fprintln(&b, line)
		}
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "Note: %s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// title is the platform's name, with what is known of it.
func (p *Plan) title(known ...string) string {
	known = slices.DeleteFunc(known, func(s string) bool { return s == "" })
	title := cmp.Or(p.Platform, "a claim without a name")
	if len(known) > 0 {
		title += " (" + strings.Join(known, ", ") + ")"
	}
	return title
}

// String is the resource's name and kind.
func (c ResourceChange) String() string {
	kind, _, _ := strings.Cut(c.Kind, ".")
	if c.Replaces != "" {
		return fmt.Sprintf("%s → %s (%s)", c.Replaces, c.Name, kind)
	}
	return fmt.Sprintf("%s (%s)", c.Name, kind)
}

// lines say what there is to say of a change.
func (c ResourceChange) lines() []string {
	var out []string
	for _, f := range c.Fields {
		out = append(out, f.String())
	}
	if c.Afterwards != "" {
		out = append(out, "afterwards: "+c.Afterwards)
	}
	for _, i := range c.Impacts {
		out = append(out, i.String())
	}
	return out
}

// String is the field with its values, and what becomes of it.
func (f Field) String() string {
	s := f.Path + ": "
	gone, come, whole := f.sides()
	if whole && len(gone) == 1 && len(come) == 1 {
		s += gone[0] + " → " + come[0]
	} else {
		var parts []string
		for _, v := range gone {
			parts = append(parts, "- "+v)
		}
		for _, v := range come {
			parts = append(parts, "+ "+v)
		}
		s += strings.Join(parts, ", ")
	}
	switch {
	case f.Refused != "":
		return s + " REFUSED: " + f.Refused
	case f.Ignored != "":
		return s + " (no effect: " + f.Ignored + ")"
	default:
		return s
	}
}

// String is the effect, marked if data is deleted, or if something does not answer meanwhile.
func (i Impact) String() string {
	kind := "effect"
	switch {
	case i.Loss:
		kind = "LOSS"
	case i.Outage:
		kind = "OUTAGE"
	}
	return fmt.Sprintf("%s: %s [%s]", kind, i.Effect, i.Source)
}

// Summary counts what is done, in a line.
func (p *Plan) Summary() string {
	if p.Empty() {
		return fmt.Sprintf("No change: %d resources stay as they are.", p.Unchanged)
	}
	counts := p.Counts()
	var parts []string
	for _, of := range []struct {
		action Action
		words  string
	}{{Refuse, "refused"}, {Delete, "to delete"}, {Replace, "to replace"}, {Update, "to change"}, {Create, "to create"}, {Adopt, "to adopt"}, {Ignore, "of no effect"}} {
		if n := counts[of.action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, of.words))
		}
	}
	parts = append(parts, fmt.Sprintf("%d unchanged", p.Unchanged))
	return "Plan: " + strings.Join(parts, ", ") + "."
}

// lines are the cost: the sums, what they differ by, and what they are worth.
func (c *Cost) lines() []string {
	first := fmt.Sprintf("Cost: about %s → %s %s a month (%s).", money(c.Before), money(c.After), c.Currency, difference(c.Before, c.After))
	switch {
	case len(c.Unknown) > 0:
		first = fmt.Sprintf("Cost: about %s → %s %s a month, and what has no price here: %s.", money(c.Before), money(c.After), c.Currency, strings.Join(c.Unknown, ", "))
	case money(c.Before) == money(c.After):
		first = fmt.Sprintf("Cost: about %s %s a month, as before.", money(c.After), c.Currency)
	}
	out := []string{first}
	for _, i := range c.Items {
		before, after := partly(i.Before, i.BeforeUnknown), partly(i.After, i.AfterUnknown)
		if before == after { // but for cents
			continue
		}
		line := fmt.Sprintf("  %s: %s → %s", i.Name, before, after)
		if !i.BeforeUnknown && !i.AfterUnknown {
			line += fmt.Sprintf(" (%s)", difference(i.Before, i.After))
		}
		out = append(out, line)
	}
	return append(out, fmt.Sprintf("  Approximate: prices on demand in %s of %s, without %s.", c.Region, c.Date, c.Excluded))
}

// partly is a sum that may lack a part.
func partly(v float64, unknown bool) string {
	switch {
	case !unknown:
		return money(v)
	case v == 0:
		return "unknown"
	default:
		return money(v) + " and unknown"
	}
}

func money(v float64) string { return fmt.Sprintf("%.0f", v) }

// difference is that of two sums as they are shown.
func difference(before, after float64) string {
	return fmt.Sprintf("%+.0f", math.RoundToEven(after)-math.RoundToEven(before))
}

// sides are what a field loses and what it gains. Of long values it is only what differs: entries of lists, and otherwise
// what is around the first difference. Whole says that neither is a part of a list.
func (f Field) sides() (gone, come []string, whole bool) {
	if f.Old == "" || f.New == "" || utf8.RuneCountInString(f.Old) <= maxValue && utf8.RuneCountInString(f.New) <= maxValue {
		return side(f.Old), side(f.New), true
	}
	gone, come = withoutCommon(entries(f.Old), entries(f.New))
	if len(gone)+len(come) > 0 {
		return some(gone), some(come), false
	}
	old, updated := []rune(f.Old), []rune(f.New)
	common := 0
	for common < min(len(old), len(updated)) && old[common] == updated[common] {
		common++
	}
	from := max(0, common-maxValue/4)
	return side(window(old, from)), side(window(updated, from)), true
}

func side(v string) []string {
	if v == "" {
		return nil
	}
	return []string{shorten(v)}
}

// some are the first entries, shortened, and how many more there are.
func some(values []string) []string {
	var out []string
	for i, v := range values {
		if i == maxEntries {
			return append(out, fmt.Sprintf("%d more", len(values)-i))
		}
		out = append(out, shorten(v))
	}
	return out
}

// entries are those of a JSON list, nil of what is none.
func entries(v string) []string {
	l, _ := document(v).([]any)
	var out []string
	for _, e := range l {
		out = append(out, encode(e))
	}
	return out
}

// withoutCommon is what each of two lists has and the other has not.
func withoutCommon(a, b []string) (onlyA, onlyB []string) {
	if a == nil || b == nil {
		return nil, nil
	}
	return without(a, b), without(b, a)
}

// window is a value from a character on.
func window(v []rune, from int) string {
	if from == 0 {
		return string(v)
	}
	return "…" + string(v[from:])
}

// shorten keeps a value's beginning.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue-1]) + "…"
}
