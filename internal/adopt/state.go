// Package adopt finds in Terraform's state what a claim can take over. A fence keeps out what belongs to another region,
// account, VPC or environment. What is left is matched by relations: the subnet of a NAT gateway, the bucket of a load
// balancer's access logs. A match that only a word supports, or that is only the one of its kind, is left to people.
package adopt

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A Resource is one that Terraform manages.
type Resource struct {
	// Address is Terraform's, such as module.db.aws_rds_cluster.main[0].
	Address string `json:"address"`
	Type    string `json:"type"`
	Mode    string `json:"mode"`
	// Values are its attributes. Some may be sensitive.
	Values map[string]any `json:"values"`
	// Tainted reports whether Terraform would replace it at the next apply.
	Tainted bool `json:"tainted"`
	// DeposedKey is set if Terraform has replaced it and would delete it at the next apply.
	DeposedKey string `json:"deposed_key"`

	state string   // the file of the state that it is of
	named bool     // whether that has to be said, because there are several
	also  []string // where other states hold it too
}

// text is an attribute that is a string.
func (r *Resource) text(attribute string) string {
	s, _ := r.Values[attribute].(string)
	return s
}

// all are the strings at a path of attributes, such as vpc_options.subnet_ids, through lists and objects.
func (r *Resource) all(path ...string) []string { return texts(r.Values, path) }

func texts(v any, path []string) []string {
	switch v := v.(type) {
	case string:
		if len(path) == 0 && v != "" {
			return []string{v}
		}
	case []any:
		var out []string
		for _, entry := range v {
			out = append(out, texts(entry, path)...)
		}
		return out
	case map[string]any:
		if len(path) > 0 {
			return texts(v[path[0]], path[1:])
		}
	}
	return nil
}

// tag lists the values of a tag, its key in capitals or not. Tags that the provider's default_tags add are only in tags_all.
func (r *Resource) tag(key string) []string {
	var out []string
	for _, attribute := range []string{"tags", "tags_all"} {
		tags, _ := r.Values[attribute].(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(tags)) {
			if value, _ := tags[k].(string); strings.EqualFold(k, key) && value != "" && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
	}
	return out
}

// words are what a resource is called, in its address, its name and its tag.
func (r *Resource) words() []string {
	parts := segments(r.Address)
	called := slices.Clone(parts[len(parts)-1:])
	if len(parts) >= 4 && parts[len(parts)-4] == "module" {
		called = append(called, parts[len(parts)-3])
	}
	return split(strings.Join(append(append(called, r.text("name"), r.text("bucket")), r.tag("Name")...), " "))
}

// A root is the outermost module that a resource is in, of one state. Another state may have a module of the same name.
type root struct{ state, module string }

// in is the root that a resource is in.
func (r *Resource) in() root { return root{r.state, r.root()} }

// root is the address of the outermost module that a resource is in, such as module.shop["eu"], empty if it is in none.
func (r *Resource) root() string {
	if parts := segments(r.Address); len(parts) > 2 && parts[0] == "module" {
		return "module." + parts[1]
	}
	return ""
}

// segments are the parts of an address between its dots. A dot in an index, as in this["a.b"], is part of it. There is
// always one.
func segments(address string) []string {
	var out []string
	start, depth := 0, 0
	for i, c := range address {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth <= 0:
			out = append(out, address[start:i])
			start = i + 1
		}
	}
	return append(out, address[start:])
}

// split returns the words of a name in lower case. A capital after a small letter begins a word.
func split(name string) []string {
	var b strings.Builder
	small := false
	for _, c := range name {
		if small && unicode.IsUpper(c) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(c) || unicode.IsDigit(c)
		b.WriteRune(unicode.ToLower(c))
	}
	return strings.FieldsFunc(b.String(), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
}
