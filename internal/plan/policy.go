package plan

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	fieldpath "github.com/morket-io/platform/internal/fields"
)

// Policies are compared by what they mean: the order of statements, one text instead of a list of one, capitals of actions,
// the spelling of accounts and of conditions make no difference.

// A grant is the least part of a statement: one action on one resource by one principal.
type grant struct{ effect, principal, action, resource, condition string }

// policySource is where AWS says how policies are judged.
const policySource = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"

// statementsOf are those of a policy, nil of what is none.
func statementsOf(doc any) []map[string]any {
	o, _ := doc.(map[string]any)
	if o == nil || o["Statement"] == nil {
		return nil
	}
	var out []map[string]any
	for _, v := range list(o["Statement"]) {
		if s, ok := v.(map[string]any); ok {
			out = append(out, s)
		}
	}
	return out
}

// policyChange compares two policies: the statements that one has and the other has not, and what comes of it.
func policyChange(path string, was, will []map[string]any) (fields []Field, impacts []Impact) {
	before, after := grants(was...), grants(will...)
	for i, s := range was {
		if granted(grants(s), after) {
			continue
		}
		fields = append(fields, Field{Path: path + label(s, i), Old: encode(s)})
		effect := "requests that this statement denied may now be allowed"
		if s["Effect"] == "Allow" {
			effect = "clients that only this statement allows lose access"
		}
		impacts = append(impacts, Impact{Field: path + label(s, i), Effect: effect, Outage: s["Effect"] == "Allow", Source: policySource})
	}
	for i, s := range will {
		if granted(grants(s), before) {
			continue
		}
		fields = append(fields, Field{Path: path + label(s, i), New: encode(s)})
		if s["Effect"] == "Deny" {
			impacts = append(impacts, Impact{Field: path + label(s, i), Effect: "requests that other statements allow may now be denied", Outage: true, Source: policySource})
		}
	}
	return fields, impacts
}

// label is how people know a statement.
func label(s map[string]any, i int) string {
	if sid := fieldpath.TextIn(s, "Sid"); sid != "" {
		return ".Statement[" + sid + "]"
	}
	return fmt.Sprintf(".Statement[%d]", i)
}

// granted reports whether other grants cover each of some.
func granted(some, others []grant) bool {
	return !slices.ContainsFunc(some, func(g grant) bool {
		return !slices.ContainsFunc(others, func(o grant) bool { return o.covers(g) })
	})
}

// covers reports whether a grant is about everything that another is about.
func (g grant) covers(o grant) bool {
	return g.effect == o.effect && (g.condition == "" || g.condition == o.condition) &&
		(g.principal == o.principal || g.principal == "*") && matches(g.action, o.action) && matches(g.resource, o.resource)
}

// matches reports whether a pattern with * and ? matches a text. What is excluded instead (!) has to be the same.
func matches(pattern, text string) bool {
	if strings.HasPrefix(pattern, "!") || strings.HasPrefix(text, "!") {
		return pattern == text
	}
	star, again := -1, 0 // the last *, and where what follows it is tried next
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, again = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == text[j]):
			i++
			j++
		case star >= 0:
			again++
			i, j = star+1, again
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// grants are the least parts of statements.
func grants(all ...map[string]any) []grant {
	var out []grant
	for _, s := range all {
		condition := conditionOf(s["Condition"])
		for _, principal := range principals(s) {
			for _, action := range parts(s, "Action", strings.ToLower) {
				for _, resource := range parts(s, "Resource", func(s string) string { return s }) {
					out = append(out, grant{fieldpath.TextIn(s, "Effect"), principal, action, resource, condition})
				}
			}
		}
	}
	return out
}

// parts are the texts of an element of a statement. What it excludes instead (NotAction, NotResource) is one part.
func parts(s map[string]any, element string, spelling func(string) string) []string {
	if not := s["Not"+element]; not != nil {
		return []string{"!" + strings.Join(spelled(not, spelling), " ")}
	}
	if s[element] == nil {
		return []string{""}
	}
	return spelled(s[element], spelling)
}

// spelled are texts, in one order.
func spelled(v any, spelling func(string) string) []string {
	var out []string
	for _, v := range list(v) {
		out = append(out, spelling(fmt.Sprint(v)))
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// principals are whom a statement is about. An account may be written by its number, and everyone by * alone.
func principals(s map[string]any) []string {
	not := ""
	of := s["Principal"]
	if s["NotPrincipal"] != nil {
		not, of = "!", s["NotPrincipal"]
	}
	kinds, ok := of.(map[string]any)
	if !ok {
		kinds = map[string]any{"AWS": of}
	}
	var out []string
	for kind, who := range kinds {
		for _, name := range spelled(who, func(s string) string { return s }) {
			const root = ":root"
			account, isRoot := strings.CutSuffix(name, root)
			switch {
			case who == nil:
				name = ""
			case kind == "AWS" && name == "*":
			case kind == "AWS" && isRoot && strings.HasPrefix(name, "arn:"):
				name = "AWS " + account[strings.LastIndexByte(account, ':')+1:]
			default:
				name = kind + " " + name
			}
			out = append(out, name)
		}
	}
	sort.Strings(out)
	if not != "" {
		return []string{not + strings.Join(out, ", ")}
	}
	return out
}

// conditionOf spells a condition in one way, empty if there is none. Operators and keys are in capitals or not.
func conditionOf(v any) string {
	operators, _ := v.(map[string]any)
	var out []string
	for operator, keys := range operators {
		of, _ := keys.(map[string]any)
		for key, values := range of {
			key, part, _ := strings.Cut(key, "/") // the name of a tag keeps its capitals
			out = append(out, strings.ToLower(operator+" "+key)+"/"+part+" "+strings.Join(spelled(values, truth), ","))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "; ")
}

// truth spells true and false in one way.
func truth(s string) string {
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
		return strings.ToLower(s)
	}
	return s
}

// list is a list, or the one value that stands for it.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
