package plan

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// redacted stands where a value is that nobody may see.
const redacted = `"<redacted>"`

// Why nothing comes of a field.
const (
	ignoredInitial   = "it is for the creation only"
	ignoredReference = "a reference is resolved once, and what it was resolved to stays"
	ignoredKept      = "AWS keeps what it has"
)

// fieldsOf lists what differs between a resource as it is and as it is to be. owned is what was desired of it before: only
// of that it can be told that it is desired no more; nil if it is not known.
func fieldsOf(owned *resource, base, next resource) []Field {
	if owned == nil {
		owned = &resource{}
	}
	c := &comparison{kind: next.kind, before: base.parameters, after: next.parameters, secret: next.kind == kinds.Secret}
	c.objects(owned.rest, base.rest, next.rest, "", c.other)
	c.objects(owned.parameters, base.parameters, next.parameters, "", c.parameter)
	return c.fields
}

// A comparison of two states of a resource.
type comparison struct {
	kind          kinds.Key
	before, after map[string]any // all parameters
	secret        bool           // a Kubernetes Secret, whose data nobody may see
	document      bool           // within a string
	fields        []Field
}

// An emitter judges a difference.
type emitter func(path string, old, updated any)

func (c *comparison) objects(owned, base, next map[string]any, path string, emit emitter) {
	names := maps.Clone(owned)
	if names == nil {
		names = map[string]any{}
	}
	maps.Copy(names, next)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		below := join(path, name)
		was, had := base[name]
		will, has := next[name]
		switch {
		case has && !had:
			emit(below, nil, will)
		case has:
			c.values(owned[name], was, will, below, emit)
		case had:
			emit(below, was, nil)
		}
	}
}

func (c *comparison) values(owned, base, next any, path string, emit emitter) {
	if reflect.DeepEqual(base, next) {
		return
	}
	switch n := next.(type) {
	case map[string]any:
		if b, ok := base.(map[string]any); ok {
			o, _ := owned.(map[string]any)
			c.objects(o, b, n, path, emit)
			return
		}
	case []any:
		b, ok := base.([]any)
		if c.document && c.named(b, n, path, emit) {
			return
		}
		o, known := owned.([]any)
		if ok && len(b) == len(n) && objectsOnly(n) {
			for i := range n {
				var own any
				if known && len(o) == len(n) {
					own = o[i]
				}
				c.values(own, b[i], n[i], fmt.Sprintf("%s[%d]", path, i), emit)
			}
			return
		}
		if known { // without what the provider wrote into its entries
			base = owned
		}
	case string:
		if b, ok := base.(string); ok && c.documents(b, n, path, emit) {
			return
		}
	}
	emit(path, base, next)
}

// named compares lists of objects that have names of their own, such as a container's variables, by these: an index says nothing
// to people, and moves when something comes before it. It says whether they have.
func (c *comparison) named(base, next []any, path string, emit emitter) bool {
	was, will := byName(base), byName(next)
	if was == nil || will == nil {
		return false
	}
	all := maps.Clone(was)
	maps.Copy(all, will)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		below := path + "[" + name + "]"
		if was[name] == nil || will[name] == nil {
			emit(below, was[name], will[name])
			continue
		}
		c.values(was[name], was[name], will[name], below, emit)
	}
	return true
}

// byName are objects by their names, nil if one has none or two have the same.
func byName(l []any) map[string]any {
	out := make(map[string]any, len(l))
	for _, v := range l {
		o, _ := v.(map[string]any)
		name := fieldpath.TextIn(o, "name")
		if name == "" || out[name] != nil {
			return nil
		}
		out[name] = o
	}
	return out
}

func objectsOnly(l []any) bool {
	return !slices.ContainsFunc(l, func(v any) bool {
		_, ok := v.(map[string]any)
		return !ok
	})
}

// documents compares what strings hold: policies, container definitions and dashboards are JSON, user data is a script.
// It says whether they did.
func (c *comparison) documents(old, updated, path string, emit emitter) bool {
	if a, b := document(old), document(updated); a != nil && b != nil {
		inside := &comparison{document: true}
		inside.values(a, a, b, "", func(inner string, o, n any) {
			inside.fields = append(inside.fields, Field{Path: inner, Old: value(o), New: value(n)})
		})
		c.inside(path, old, updated, inside.fields, emit)
		return true
	}
	if a, b := script(old), script(updated); a != nil && b != nil {
		var fields []Field
		for _, l := range without(a, b) {
			fields = append(fields, Field{Old: encode(l)})
		}
		for _, l := range without(b, a) {
			fields = append(fields, Field{New: encode(l)})
		}
		c.inside(path, old, updated, fields, emit)
		return true
	}
	return false
}

// inside emits the difference of two documents, and shows what differs in them.
func (c *comparison) inside(path, old, updated string, fields []Field, emit emitter) {
	if len(fields) == 0 { // the same, written in another way
		return
	}
	at := len(c.fields)
	emit(path, old, updated)
	if len(c.fields) == at {
		return
	}
	judged := c.fields[at]
	c.fields = c.fields[:at]
	for _, f := range fields {
		f.Path = join(path, f.Path)
		f.Refused, f.Ignored, f.parameter = judged.Refused, judged.Ignored, judged.parameter
		c.fields = append(c.fields, f)
	}
}

// document is the object or list that a string holds, nil if it holds none.
func document(s string) any {
	if !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil
	}
	return v
}

// script is the lines of a text that is base64-encoded, nil if it is none.
func script(s string) []string {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(raw) || !strings.Contains(string(raw), "\n") {
		return nil
	}
	return strings.Split(string(raw), "\n")
}

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return slices.Contains(others, l) })
}

// other judges what is not a parameter of AWS's.
func (c *comparison) other(path string, old, updated any) {
	f := Field{Path: path, Old: value(old), New: value(updated)}
	switch {
	case c.secret && strings.HasPrefix(path, "data"):
		f.Old, f.New = hide(f.Old), hide(f.New)
	case path == "externalName" && old != nil:
		f.Refused = "a resource cannot be renamed in AWS"
		if updated == nil { // AWS gave the name
			return
		}
	case path == "externalName":
		return // it is what the claim says, not written yet
	case strings.HasPrefix(path, "initProvider"):
		f.Ignored = ignoredInitial
	}
	c.fields = append(c.fields, f)
}

func hide(v string) string {
	if v == "" {
		return ""
	}
	return redacted
}

// parameter judges a parameter of AWS's.
func (c *comparison) parameter(path string, old, updated any) {
	plain := withoutIndices(path)
	f := Field{Path: path, Old: value(old), New: value(updated), parameter: true}
	switch {
	case c.kept(plain, old):
		f.Ignored = ignoredReference
	case updated == nil && kinds.Lookup(c.kind, plain).Flags&kinds.Kept != 0:
		f.Ignored = ignoredKept
	default:
		f.Refused, _ = kinds.Refused(c.kind, plain, kinds.Change{Old: old, New: updated, Before: c.before, After: c.after})
	}
	c.fields = append(c.fields, f)
}

// kept says whether a path is a reference that was resolved before, and is not resolved again.
func (c *comparison) kept(path string, old any) bool {
	words := strings.Split(path, ".")
	i := slices.IndexFunc(words, func(w string) bool {
		return (strings.HasSuffix(w, "Ref") || strings.HasSuffix(w, "Refs")) && !strings.HasSuffix(w, "SecretRef")
	})
	if i < 0 || old == nil {
		return false
	}
	ref := kinds.Parameters(c.after).At(words[:i+1]...)
	return !follows(ref)
}

// follows says whether a reference, or one of a list, is resolved again and again.
func follows(ref any) bool {
	switch r := ref.(type) {
	case map[string]any:
		policy, _ := r["policy"].(map[string]any)
		return policy["resolve"] == "Always"
	case []any:
		return slices.ContainsFunc(r, follows)
	default:
		return false
	}
}

// value is a value as a plan shows it: empty for none.
func value(v any) string {
	if v == nil {
		return ""
	}
	return encode(v)
}

func join(path, name string) string {
	if path == "" || name == "" || strings.HasPrefix(name, "[") {
		return path + name
	}
	return path + "." + name
}

// withoutIndices is a path through lists as the table of replacements names it.
func withoutIndices(path string) string {
	for {
		i := strings.IndexByte(path, '[')
		end := strings.IndexByte(path[max(i, 0):], ']')
		if i < 0 || end < 0 {
			return path
		}
		path = path[:i] + path[i+end+1:]
	}
}
