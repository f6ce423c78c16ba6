package docs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// Profiles are the sizing profiles' values by path, by environment.
type Profiles map[string]map[string]any

// Environments are the columns of what depends on one.
var environments = []string{"staging", "production"}

// A reference is Markdown that is being written from the definition.
type reference struct {
	b        strings.Builder
	profiles Profiles
	rules    map[string][]rule // by path, those that a field's ancestors have for it among them
	defaults map[string]any    // by path, those that a field has from the object that holds it
}

// Reference documents every field of spec and status.
func Reference(raw []byte, profiles Profiles) (string, error) {
	d, err := decode(raw)
	if err != nil {
		return "", err
	}
	root := d.Spec.Versions[0].Schema.OpenAPIV3Schema
	r := &reference{profiles: profiles, rules: map[string][]rule{}, defaults: map[string]any{}}
	r.collect("", root)
	r.spec(root.Properties["spec"])
	r.status(root.Properties["status"])
	r.secret(d.Spec.ConnectionSecretKeys)
	return r.b.String(), nil
}

func (r *reference) line(format string, args ...any) { fmt.Fprintf(&r.b, format+"\n", args...) }

// collect notes each rule at the field it is about. The line that names a profile's default has a column of its own.
func (r *reference) collect(path string, s *schema) {
	if _, ok := r.profiles[environments[0]][strings.TrimPrefix(path, ".spec.")]; ok {
		s.Description, _, _ = strings.Cut(s.Description, "\nDefault: ")
	}
	for _, v := range s.Rules {
		at := path + v.FieldPath
		r.rules[at] = append(r.rules[at], v)
	}
	above, _ := s.Default.(map[string]any)
	for name, p := range s.Properties {
		if v, ok := above[name]; ok {
			r.defaults[path+"."+name] = v
		}
		r.collect(path+"."+name, p)
	}
}

func (r *reference) spec(s *schema) {
	t := reflect.TypeFor[v1alpha1.MorketPlatformSpec]()
	r.object([]string{"spec"}, "spec", s, t, 2)
}

// object writes an object's section, and those of the objects below. Objects that take the same are one section: paths
// are all of them, and title is their path with a placeholder.
func (r *reference) object(paths []string, title string, s *schema, t reflect.Type, level int) {
	r.line("\n%s `%s`\n", strings.Repeat("#", min(level, 4)), title)
	if level > 2 {
		r.line("%s\n", prose(s.Description, t.Name()))
	}
	fields := s.fields(t)
	r.table(paths, title, s, fields)
	r.refusals(paths, fields)

	for i := 0; i < len(fields); i++ {
		f := fields[i]
		if !f.schema.object() {
			continue
		}
		group := []field{f}
		for i+1 < len(fields) && fields[i+1].typ == f.typ && alike(fields[i+1].schema, f.schema) {
			i++
			group = append(group, fields[i])
		}
		r.below(paths, title, group, level+1)
	}
}

// below writes the section of one field, or of several that take the same.
func (r *reference) below(paths []string, title string, group []field, level int) {
	f := group[0]
	if len(group) == 1 {
		var at []string
		for _, p := range paths {
			at = append(at, p+"."+f.name)
		}
		r.object(at, title+"."+f.name, f.schema, f.typ, level)
		return
	}
	if len(paths) > 1 {
		panic(title + ": a group within a group has no title")
	}
	names := make([]string, len(group))
	at := make([]string, len(group))
	for i, g := range group {
		names[i], at[i] = g.name, paths[0]+"."+g.name
	}
	shared := *f.schema
	shared.Description = "The same for `" + strings.Join(names, "`, `") + "`."
	r.object(at, title+".<"+strings.ToLower(f.typ.Name())+">", &shared, f.typ, level)
}

func (r *reference) table(paths []string, title string, s *schema, fields []field) {
	r.line("| field | type | default | changes | what it is |\n|---|---|---|---|---|")
	for _, f := range fields {
		at := make([]string, len(paths))
		for i, p := range paths {
			at[i] = p + "." + f.name
		}
		def := r.fallback(at, f.schema)
		what := prose(f.schema.Description, f.goName)
		if f.schema.object() {
			r.line("| [`%s`](#%s) | object | | | %s |", f.name, anchor(section(title, f, fields)), what)
			continue
		}
		if slices.Contains(s.Required, f.name) {
			def = "**required**"
		} else if r.says(at[0], "FieldValueRequired") {
			def = "**required** at times"
		}
		r.line("| %s`%s` | %s | %s | %s | %s |", anchors(at...), f.name, kind(f.schema), def, r.changes(at[0]), told(what))
	}
}

// section is the title of a field's section.
func section(title string, f field, all []field) string {
	for _, o := range all {
		if o.name != f.name && o.typ == f.typ && alike(o.schema, f.schema) {
			return title + ".<" + strings.ToLower(f.typ.Name()) + ">"
		}
	}
	return title + "." + f.name
}

// anchors are where a link to a field leads: its path, or those of all that take the same.
func anchors(paths ...string) string {
	var b strings.Builder
	for _, p := range paths {
		fmt.Fprintf(&b, `<a id="%s"></a>`, p)
	}
	return b.String()
}

// anchor is the one that GitHub gives a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(heading) {
		switch {
		case c == ' ':
			b.WriteByte('-')
		case c == '-', c == '_', unicode.IsLetter(c), unicode.IsDigit(c):
			b.WriteRune(c)
		}
	}
	return b.String()
}

// kind is a field's type and what it takes, in words.
func kind(s *schema) string {
	switch {
	case len(s.Enum) > 0:
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprintf("`%v`", v))
		}
		return s.Type + ": " + strings.Join(values, ", ")
	case s.Type == "array":
		out := "list of " + elements(s.Items)
		switch {
		case s.MinItems != nil && s.MaxItems != nil:
			out += fmt.Sprintf(", %d to %d of them", *s.MinItems, *s.MaxItems)
		case s.MaxItems != nil:
			out += fmt.Sprintf(", at most %d of them", *s.MaxItems)
		}
		if s.ListType == "set" {
			out += ", none twice"
		}
		return out
	case s.AdditionalProperties != nil:
		out := "map to " + elements(s.AdditionalProperties)
		if s.MaxProperties != nil {
			out += fmt.Sprintf(", at most %d of them", *s.MaxProperties)
		}
		return out
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s, %v to %v", s.Type, int64(*s.Minimum), int64(*s.Maximum))
	case s.Minimum != nil:
		return fmt.Sprintf("%s, %v or more", s.Type, int64(*s.Minimum))
	case s.MinLength != nil && s.MaxLength != nil:
		return fmt.Sprintf("%s of %d to %d characters", s.Type, *s.MinLength, *s.MaxLength)
	case s.MaxLength != nil:
		return fmt.Sprintf("%s of up to %d characters", s.Type, *s.MaxLength)
	default:
		return s.Type
	}
}

func elements(s *schema) string {
	if s.Items != nil {
		return "lists of " + elements(s.Items)
	}
	if s.MaxLength != nil {
		return fmt.Sprintf("%ss of up to %d characters", s.Type, *s.MaxLength)
	}
	return s.Type + "s"
}

// changes says whether a field can be changed once the platform is there.
func (r *reference) changes(path string) string {
	out := "yes"
	for _, v := range r.rules["."+path] {
		if v.Rule == "self == oldSelf" {
			return "never"
		}
		if strings.Contains(v.Rule, "oldSelf") {
			out = "within limits"
		}
	}
	return out
}

// says whether a rule about the field has this reason.
func (r *reference) says(path, reason string) bool {
	return slices.ContainsFunc(r.rules["."+path], func(v rule) bool { return v.Reason == reason })
}

// refusals lists what is refused beyond what the table says: rules, in the words with which they refuse.
func (r *reference) refusals(paths []string, fields []field) {
	var said []string
	say := func(path string) {
		for _, v := range r.rules["."+path] {
			if !slices.Contains(said, v.Message) {
				said = append(said, v.Message)
			}
		}
	}
	for _, p := range paths {
		say(p)
	}
	for _, f := range fields {
		for _, p := range paths {
			if !f.schema.object() {
				say(p + "." + f.name)
			}
		}
	}
	if said == nil {
		return
	}
	r.line("\nRefused, with these words:\n")
	for _, message := range said {
		r.line("- %s", escape(message))
	}
}

// A value is what a field has where the claim says nothing, in one environment.
type value struct{ name, text string }

// values are the defaults of a field, or of the same field of several objects: by environment, by object.
func (r *reference) values(paths []string, s *schema) map[string][]value {
	out := map[string][]value{}
	for _, env := range environments {
		for _, p := range paths {
			v, ok := r.profiles[env][strings.TrimPrefix(p, "spec.")]
			if !ok {
				v, ok = r.defaults["."+p]
			}
			if !ok {
				v = s.Default
			}
			out[env] = append(out[env], value{name: owner(p, paths), text: literal(v)})
		}
	}
	return out
}

// owner is the part of a path that tells it from the others.
func owner(path string, paths []string) string {
	steps := strings.Split(path, ".")
	for i, step := range steps {
		if slices.ContainsFunc(paths, func(p string) bool { return strings.Split(p, ".")[i] != step }) {
			return step
		}
	}
	return ""
}

func literal(v any) string {
	if v == nil {
		return ""
	}
	if list, ok := v.([]any); ok {
		raw, err := yaml.Marshal(list)
		if err != nil {
			return fmt.Sprint(v)
		}
		return "[" + strings.Join(strings.Fields(strings.ReplaceAll(string(raw), "- ", "")), ", ") + "]"
	}
	return fmt.Sprint(v)
}

// fallback says a field's defaults, as shortly as it can.
func (r *reference) fallback(paths []string, s *schema) string {
	if s.object() {
		return ""
	}
	values := r.values(paths, s)
	staging, production := shorten(values["staging"]), shorten(values["production"])
	if staging == production {
		return staging
	}
	return fmt.Sprintf("staging %s<br>production %s", staging, production)
}

// shorten says the value that most have, and then the others.
func shorten(values []value) string {
	count := map[string]int{}
	most := values[0].text
	for _, v := range values {
		count[v.text]++
		if count[v.text] > count[most] {
			most = v.text
		}
	}
	out := code(most)
	if count[most] == 1 && len(values) > 1 {
		out = ""
	}
	var others []string
	for _, v := range values {
		if v.text != most || out == "" && most != "" {
			others = append(others, v.name+" "+code(v.text))
		}
	}
	switch {
	case others == nil:
		return out
	case out == "":
		return strings.Join(others, ", ")
	default:
		return out + " (" + strings.Join(others, ", ") + ")"
	}
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// told leaves out of a description what the table's other columns say.
func told(what string) string {
	return strings.TrimSpace(strings.Replace(strings.TrimSuffix(what, "Immutable."), "Immutable. ", "", 1))
}

// prose turns a Go comment into a sentence that does not begin with a Go name.
func prose(description, goName string) string {
	s := strings.Join(strings.Fields(description), " ")
	for _, article := range []string{"", "A ", "An "} {
		rest, ok := strings.CutPrefix(s, article+goName+" ")
		if !ok {
			continue
		}
		for _, verb := range []string{"is ", "are "} {
			if after, ok := strings.CutPrefix(rest, verb); ok {
				rest = after
				break
			}
		}
		s = rest
	}
	first, size := utf8.DecodeRuneInString(s)
	return linked(escape(string(unicode.ToUpper(first)) + s[size:]))
}

// linked makes links of the documents that a description names.
func linked(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if file, ok := strings.CutPrefix(w, "docs/"); ok && strings.HasSuffix(file, ".md") {
			words[i] = fmt.Sprintf("[%s](%[1]s)", file)
		}
	}
	return strings.Join(words, " ")
}

// escape keeps Markdown from reading a table's separator, or <name> as HTML, outside of code.
func escape(s string) string {
	s = strings.ReplaceAll(s, "|", `\|`)
	parts := strings.Split(s, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer("<", `\<`, ">", `\>`, "*", `\*`, "_", `\_`).Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

// status documents what a platform says of itself.
func (r *reference) status(s *schema) {
	r.line("\n## `status`\n")
	r.report("status", s, reflect.TypeFor[v1alpha1.MorketPlatformStatus](), 3)
}

func (r *reference) report(path string, s *schema, t reflect.Type, level int) {
	r.line("| field | type | what it is |\n|---|---|---|")
	fields := s.fields(t)
	for _, f := range fields {
		name := anchors(path+"."+f.name) + "`" + f.name + "`"
		typ := kind(f.schema)
		switch {
		case f.typ == reflect.TypeFor[v1alpha1.Sizing]():
			typ = "object, with the fields of [`spec`](#spec) that have a default"
		case f.schema.object():
			name = fmt.Sprintf("[`%s`](#%s)", f.name, anchor(path+"."+f.name))
			typ = "object"
		}
		r.line("| %s | %s | %s |", name, typ, prose(f.schema.Description, f.goName))
	}
	for _, f := range fields {
		if f.schema.object() && f.typ != reflect.TypeFor[v1alpha1.Sizing]() {
			r.line("\n%s `%s`\n", strings.Repeat("#", level), path+"."+f.name)
			r.report(path+"."+f.name, f.schema, f.typ, level+1)
		}
	}
}

// secret lists the connection secret's keys.
func (r *reference) secret(keys []string) {
	r.line("\n## The connection secret\n")
	r.line("With `spec.writeConnectionSecretToRef.name`, a Secret of that name beside the claim has these keys, as soon as each is known:")
	r.line("`%s`.", strings.Join(keys, "`, `"))
	r.line("\nNo password is among them: the keys that end in `SecretArn` say where in Secrets Manager one is.")
}
