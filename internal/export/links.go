package export

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// links know which resource a value in another one comes from, so that Terraform's configuration refers to it. A reference
// that would lead in a circle stays the value.
type links struct {
	resources map[string]*Resource // by the names of the managed resources
	values    map[string][]link    // by the values that AWS makes up
	uses      map[string]map[string]bool
}

// A link is where a value comes from.
type link struct {
	of         *Resource
	expression string
}

// made are what AWS makes up of a resource and others hold, as the provider calls it.
var made = []string{
	"arn", "arnSuffix", "endpoint", "readerEndpoint", "primaryEndpointAddress", "privateIp", "dnsName", "domainName", "bucketRegionalDomainName",
	"zoneId", "hostedZoneId", "masterUserSecret[0].secretArn", "instances[0].endpoints[0]",
}

// anID is what AWS calls resources that have no names: vpc-…, a UUID, CloudFront's.
var anID = regexp.MustCompile(`^([a-z]+-[0-9a-f]{8,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|E[0-9A-Z]{12,14}|srv-[a-z0-9]+|ns-[a-z0-9]+)$`)

func newLinks(p *Platform) *links {
	l := &links{resources: map[string]*Resource{}, values: map[string][]link{}, uses: map[string]map[string]bool{}}
	for i := range p.Resources {
		r := &p.Resources[i]
		l.resources[fields.Text(r.Object, "metadata", "name")] = r
		at := fields.Object(r.Object, "status", "atProvider")
		for _, path := range made {
			name, _, _ := strings.Cut(path, "[")
			if fields.At(r.Object, "spec", "forProvider", name) != nil {
				continue // It was given.
			}
			if v := fields.Lookup(at, path).GetStringValue(); v != "" {
				l.values[v] = append(l.values[v], link{r, r.Address() + "." + snake(path)})
			}
		}
		for _, option := range fields.At(at, "domainValidationOptions").GetListValue().GetValues() { // a set to Terraform
			for _, name := range []string{"resourceRecordName", "resourceRecordValue"} {
				if v := fields.Text(option.GetStructValue(), name); v != "" {
					l.values[v] = append(l.values[v], link{r, fmt.Sprintf("one([for o in %s.domain_validation_options : o.%s if o.domain_name == %q])",
						r.Address(), snake(name), fields.Text(option.GetStructValue(), "domainName"))})
				}
			}
		}
		if id := fields.Text(at, "id"); anID.MatchString(id) {
			l.values[id] = append(l.values[id], link{r, r.Address() + ".id"})
		}
	}
	// What is explicit comes first, so that a circle is broken where there is only a value.
	for i := range p.Resources {
		r := &p.Resources[i]
		l.explicit(r, fields.Object(r.Object, "spec", "forProvider").AsMap())
	}
	return l
}

// explicit notes the references of parameters.
func (l *links) explicit(r *Resource, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, entry := range v {
			switch {
			case strings.HasSuffix(name, "Ref"), strings.HasSuffix(name, "Refs"):
				refs, ok := entry.([]any)
				if !ok {
					refs = []any{entry}
				}
				for _, ref := range refs {
					if target := l.resources[fields.TextIn(ref, "name")]; target != nil {
						l.use(r, target)
					}
				}
			default:
				l.explicit(r, entry)
			}
		}
	case []any:
		for _, entry := range v {
			l.explicit(r, entry)
		}
	}
}

// use notes that a resource refers to another one, and reports whether it may.
func (l *links) use(r, other *Resource) bool {
	if r == other || l.reaches(other.Name, r.Name, map[string]bool{}) {
		return false
	}
	if l.uses[r.Name] == nil {
		l.uses[r.Name] = map[string]bool{}
	}
	l.uses[r.Name][other.Name] = true
	return true
}

func (l *links) reaches(from, to string, seen map[string]bool) bool {
	if l.uses[from][to] {
		return true
	}
	for next := range l.uses[from] {
		if !seen[next] {
			seen[next] = true
			if l.reaches(next, to, seen) {
				return true
			}
		}
	}
	return false
}

// template writes the strings of a parameter with references in the place of values.
func (l *links) template(r *Resource, parameters map[string]any, name string) template {
	refs, _ := reader(parameters, name)
	return func(text string) string {
		for _, ref := range refs {
			if target := l.resources[fields.TextIn(ref, "name")]; target != nil {
				if attribute := attributeOf(r, target, name, text); attribute != "" && l.use(r, target) {
					return "${" + target.Address() + "." + attribute + "}"
				}
			}
		}
		return l.replace(r, text)
	}
}

// named returns the reference to a resource that a block names, such as launch_template { name = … }, empty if there is none.
func (l *links) named(r *Resource, block, name string) string {
	for _, other := range l.resources {
		if kinds.Terraform(other.Kind) != "aws_"+block {
			continue
		}
		if name != "" && slices.Contains([]string{other.parameter("name"), other.ExternalName}, name) && l.use(r, other) {
			return other.Address() + ".name"
		}
	}
	return ""
}

// attributeOf is the attribute of a resource that a value is, empty if it is none.
func attributeOf(r, target *Resource, name, value string) string {
	external := fields.Text(target.Object, "metadata", "annotations", "crossplane.io/external-name")
	at := fields.Object(target.Object, "status", "atProvider")
	argument := kinds.TerraformName(target.Kind)
	switch {
	case kinds.Of(r.Kind).Refers[name] != "" && slices.Contains([]string{external, target.arn(), fields.Text(at, "id"), fields.Text(at, "domainName")}, value):
		return kinds.Of(r.Kind).Refers[name]
	case value == target.arn():
		return "arn"
	case argument != "" && value == external:
		return argument
	case value == external, value == fields.Text(at, "id"):
		return "id"
	case value == fields.Text(at, "name"):
		return "name"
	default:
		return ""
	}
}

// replace writes a string with references in the place of the values that AWS made up.
func (l *links) replace(r *Resource, text string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(text); {
		end, found := 0, link{}
		if boundary(text, i) {
			end, found = l.longest(r, text, i)
		}
		// A dollar before a reference would escape it.
		if found.of == nil || i > 0 && text[i-1] == '$' || !l.use(r, found.of) {
			i++
			continue
		}
		b.WriteString(escaped(text[from:i]) + "${" + found.expression + "}")
		i, from = end, end
	}
	return b.String() + escaped(text[from:])
}

// longest finds the longest value that begins at i. One that two resources have is neither's.
func (l *links) longest(r *Resource, text string, i int) (end int, found link) {
	for j := i + 1; j <= len(text); j++ {
		if !boundary(text, j) {
			continue
		}
		if of := l.values[text[i:j]]; len(of) == 1 && of[0].of != r {
			end, found = j, of[0]
		}
	}
	return end, found
}

// boundary reports whether a value may begin or end at i: not inside of a word.
func boundary(text string, i int) bool {
	return i == 0 || i == len(text) || !inWord(text[i-1]) || !inWord(text[i])
}

func inWord(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// snake writes a path as Terraform does.
func snake(path string) string {
	var b strings.Builder
	for _, c := range path {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
