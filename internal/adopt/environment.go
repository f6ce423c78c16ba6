package adopt

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// environments are the words for an environment, in tags and names. A claim is of one of the first two.
var environments = map[string][]string{
	"staging":       {"staging", "stage", "stg"},
	"production":    {"production", "prod", "prd", "live"},
	"development":   {"development", "develop", "dev"},
	"test":          {"test", "testing", "qa", "uat"},
	"sandbox":       {"sandbox", "playground"},
	"demo":          {"demo"},
	"preproduction": {"preproduction", "preprod"},
	"nonproduction": {"nonproduction", "nonprod"},
}

// environmentTags are the keys of tags that name an environment, in capitals or not.
var environmentTags = []string{"Environment", "Env", "Stage"}

// environmentsIn lists, sorted, the environments that a text speaks of.
func environmentsIn(text string) []string {
	var out []string
	words := split(text)
	for i, word := range words {
		word = strings.TrimRight(word, "0123456789")
		if i > 0 && (words[i-1] == "pre" || words[i-1] == "non") {
			word = words[i-1] + word
		}
		for environment, called := range environments {
			if slices.Contains(called, word) {
				out = append(out, environment)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A label is what a resource itself says about its environment.
type label struct {
	// own reports whether a tag or the module root names the claim's environment.
	own bool
	// ownName reports whether at least the name does.
	ownName bool
	// other is another environment that it names, and by what names it, such as "its tag Environment".
	other, by string
	// doubt says what speaks for neither.
	doubt string
}

// labelOf reads the label of a resource: its tag first, then its module root, then its name.
func labelOf(r *Resource, environment string) label {
	var l label
	unknown := ""
	for _, key := range environmentTags {
		for _, value := range r.tag(key) {
			l.read(environmentsIn(value), environment, "its tag "+key)
			if !slices.Contains(environmentsIn(value), environment) && l.other == "" {
				unknown = cmp.Or(unknown, "its tag "+key+" is "+strconv.Quote(value)+", which may not be "+environment)
			}
		}
	}
	if !l.own { // otherwise the other tag means something else, such as a region
		l.doubt = cmp.Or(l.doubt, unknown)
	}
	l.read(environmentsIn(r.root()), environment, "its module root "+r.root())
	if others := without(environmentsIn(r.place()), environment); len(others) > 0 && !l.own && l.other == "" && l.doubt == "" {
		l.doubt = "its state " + r.place() + " speaks of " + strings.Join(others, " and ")
	}
	in := environmentsIn(r.name())
	l.ownName = l.own || slices.Equal(in, []string{environment})
	switch others := without(in, environment); {
	case len(others) == 0 || l.other != "":
	case l.own || slices.Contains(in, environment):
		l.doubt = "its name speaks of " + strings.Join(others, " and ")
	default:
		l.other, l.by = others[0], "its name"
	}
	return l
}

// read adds what a tag or a module root speaks of.
func (l *label) read(in []string, environment, by string) {
	others := without(in, environment)
	switch {
	case len(in) == 0:
	case len(others) == 0:
		l.own = true
	case slices.Contains(in, environment):
		l.doubt = by + " speaks of " + strings.Join(in, " and ")
	case l.other == "":
		l.other, l.by = others[0], by
	}
}

// name is all that a resource is called below its module root.
func (r *Resource) name() string {
	parts := segments(r.Address)
	if r.root() != "" {
		parts = parts[2:]
	}
	id := r.text("id")
	if strings.HasPrefix(id, "arn:") {
		id = id[strings.LastIndexByte(id, ':')+1:]
	}
	names := append(slices.Clone(parts), id, r.text("name"), r.text("bucket"), r.text("broker_name"))
	return strings.Join(append(names, r.tag("Name")...), " ")
}

func without(list []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == one })
}
