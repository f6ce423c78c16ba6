package export

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// providerVersion are the versions of Terraform's provider for AWS whose arguments these are: the kinds' tables are generated
// from 6.34 (kinds.TerraformVersion).
const providerVersion = ">= 6.34, < 7.0"

// Importable leaves out what Terraform does not import. The notes say what, and why, a line each, and what Read has left out
// although AWS has it.
func (p *Platform) Importable() (notes []string) {
	notes = p.others
	p.Resources = slices.DeleteFunc(p.Resources, func(r Resource) bool {
		why := kinds.Of(r.Kind).NotImported
		if why == "" {
			_, err := r.ImportID()
			if err == nil {
				return false
			}
			why = err.Error() + "; export again when the claim is Ready"
		}
		notes = append(notes, fmt.Sprintf("%s (%s) is left out: %s", r.Name, r.Kind.Kind, why))
		return true
	})
	return notes
}

// Terraform writes Terraform configuration. Of a platform that was observed it has import blocks, too.
func Terraform(w io.Writer, p *Platform) error {
	c := newConfiguration(p)
	var blocks []*block
	for i := range p.Resources {
		r := &p.Resources[i]
		b := c.resource(r)
		if !p.Planned {
			id, err := r.ImportID()
			if err != nil {
				return fmt.Errorf("%s (%s) cannot be imported: %w", r.Name, r.Kind.Kind, err)
			}
			if region := r.region(); region != "" && region != c.region && hasRegion(r.Kind) {
				id += "@" + region
			}
			blocks = append(blocks, &block{head: "import", attributes: map[string]string{"to": r.Address(), "id": `"` + escaped(id) + `"`}})
		}
		blocks = append(blocks, b)
	}
	var out bytes.Buffer
	for _, line := range headOf(p) {
		out.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	for _, b := range slices.Concat(c.preamble(), c.variables, blocks) {
		out.WriteByte('\n')
		b.write(&out)
	}
	raw, err := formatted(out.Bytes())
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// headOf is the comment above the configuration.
func headOf(p *Platform) []string {
	name := fields.TextIn(p.Claim, "metadata", "namespace") + "/" + fields.TextIn(p.Claim, "metadata", "name")
	if p.Planned {
		return []string{
			"What the claim " + name + " asks for, as Terraform configuration: to read, and for scanners. `morket export --format terraform`",
			"wrote it from the claim alone. Values that only AWS knows, such as ids inside of JSON, are made up.",
		}
	}
	return []string{
		"The platform " + name + " as Terraform configuration, with the resources that AWS has to be imported.",
		"`morket export --format terraform` wrote it. docs/tasks/leaving.md says how to go on. It holds no secret values.",
		"",
		"What holds data has prevent_destroy: Terraform refuses to destroy it until you delete that line.",
	}
}

// IDs writes a list of the resources that AWS has: name in the composition, kind, Terraform's type and the id by which
// Terraform imports it, between tabs.
func IDs(w io.Writer, p *Platform) error {
	out := bytes.NewBufferString("# name\tkind\tterraform\tid\n")
	for i := range p.Resources {
		r := &p.Resources[i]
		id, err := r.ImportID()
		if err != nil {
			return fmt.Errorf("%s (%s): %w", r.Name, r.Kind.Kind, err)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", r.Name, r.Kind, kinds.Terraform(r.Kind), id)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// Address is the resource's in Terraform.
func (r *Resource) Address() string {
	label := strings.ReplaceAll(r.Name, "-", "_")
	if label != "" && label[0] >= '0' && label[0] <= '9' {
		label = "_" + label
	}
	return kinds.Terraform(r.Kind) + "." + label
}

// ImportID is the id by which Terraform imports the resource.
func (r *Resource) ImportID() (string, error) {
	return kinds.Of(r.Kind).ImportID(func(name string) string {
		switch name {
		case "external-name":
			return fields.Text(r.Object, "metadata", "annotations", "crossplane.io/external-name")
		case "id":
			if id := fields.Text(r.Object, "status", "atProvider", "id"); id != "" {
				return id
			}
			return r.ExternalName
		case "arn":
			return r.arn()
		default:
			return r.parameter(name)
		}
	})
}

// arn is the resource's, empty if it has none or it is not known.
func (r *Resource) arn() string {
	for _, arn := range []string{fields.Text(r.Object, "status", "atProvider", "arn"), r.ExternalName, fields.Text(r.Object, "status", "atProvider", "id")} {
		if strings.HasPrefix(arn, "arn:") {
			return arn
		}
	}
	return ""
}

// parameter is a parameter as AWS has it, or else as it is asked for.
func (r *Resource) parameter(name string) string {
	if v := fields.Text(r.Object, "status", "atProvider", name); v != "" {
		return v
	}
	return fields.Text(r.Object, "spec", "forProvider", name)
}

func (r *Resource) region() string { return fields.Text(r.Object, "spec", "forProvider", "region") }

// hasRegion reports whether Terraform's resource has a region. IAM, CloudFront and Route 53 have none.
func hasRegion(k kinds.Key) bool { return kinds.Lookup(k, "region").Terraform != "" }

// A configuration is Terraform's, of a platform.
type configuration struct {
	platform  *Platform
	region    string
	links     *links
	variables []*block
}

func newConfiguration(p *Platform) *configuration {
	return &configuration{platform: p, region: fields.TextIn(p.Claim, "spec", "region"), links: newLinks(p)}
}

// preamble says which Terraform, provider, region and account.
func (c *configuration) preamble() []*block {
	provider := &block{head: `provider "aws"`, attributes: map[string]string{"region": expression(c.region, escaped)}}
	if account := fields.TextIn(c.platform.Claim, "spec", "accountId"); account != "" {
		provider.set("allowed_account_ids", expression([]any{account}, escaped))
	}
	return []*block{
		{
			head: "terraform", attributes: map[string]string{"required_version": `">= 1.5"`},
			blocks: []*block{{head: "required_providers", attributes: map[string]string{"aws": expression(map[string]any{"source": "hashicorp/aws", "version": providerVersion}, escaped)}}},
		},
		provider,
	}
}

// resource writes a resource.
func (c *configuration) resource(r *Resource) *block {
	kind, name, _ := strings.Cut(r.Address(), ".")
	b := &block{head: fmt.Sprintf("resource %q %q", kind, name)}
	w := &writer{c: c, r: r}
	if argument := kinds.TerraformName(r.Kind); argument != "" {
		b.set(argument, expression(kinds.Of(r.Kind).NamePrefix+r.ExternalName, escaped))
	}
	w.fill(b, parameters(r), "", "")
	if region := r.region(); region == c.region || !hasRegion(r.Kind) {
		delete(b.attributes, "region")
	}
	lifecycle := &block{head: "lifecycle"}
	if text, ok := strings.CutSuffix(b.attributes["task_definition"], ".arn"); ok && !c.platform.Planned { // as Terraform imports it
		b.set("task_definition", fmt.Sprintf(`"${%[1]s.family}:${%[1]s.revision}"`, text))
	}
	if len(kinds.Of(r.Kind).DataAfterDelete) > 0 {
		lifecycle.set("prevent_destroy", "true")
	}
	if initial := fields.Object(r.Object, "spec", "initProvider"); initial != nil {
		w.initial(b, initial)
	}
	if len(w.ignored) > 0 {
		slices.Sort(w.ignored)
		lifecycle.set("ignore_changes", "["+strings.Join(slices.Compact(w.ignored), ", ")+"]")
	}
	if len(lifecycle.attributes) > 0 {
		b.blocks = append(b.blocks, lifecycle)
	}
	return b
}

// A writer writes one resource.
type writer struct {
	c       *configuration
	r       *Resource
	ignored []string // paths of arguments whose changes Terraform ignores
}

// fill writes parameters into a block. path is theirs without indices, and at that in Terraform, empty below a list: Terraform
// does not number the entries of a set.
func (w *writer) fill(b *block, parameters map[string]any, path, at string) {
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		full := join(path, name)
		field, known := kinds.Fields(w.r.Kind)[full]
		switch v := parameters[name]; {
		case !known, isReference(name):
		case strings.HasSuffix(name, "SecretRef"):
			w.secret(b, field, join(at, field.Terraform))
		case name == "name" && w.named(b, v), w.ofSecret(parameters, name):
		case !w.c.platform.Planned && slices.Contains(onlyProviders, name):
		case !w.nested(full):
			b.set(field.Terraform, expression(v, w.c.links.template(w.r, parameters, name)))
		default:
			w.blocks(b, v, field.Terraform, full, at)
		}
	}
}

// ofSecret reports whether a parameter says what to do with a secret that is not written, such as authTokenUpdateStrategy.
func (w *writer) ofSecret(parameters map[string]any, name string) bool {
	for other := range parameters {
		if secret, ok := strings.CutSuffix(other, "SecretRef"); ok && !w.c.platform.Planned && strings.HasPrefix(name, secret) && name != other {
			return true
		}
	}
	return false
}

// named writes the name of another resource as a reference, and reports whether a block names one.
func (w *writer) named(b *block, name any) bool {
	text, _ := name.(string)
	if strings.HasPrefix(b.head, "resource ") {
		return false
	}
	to := w.c.links.named(w.r, b.head, text)
	if to != "" {
		b.set("name", to)
	}
	return to != ""
}

// nested reports whether a parameter has fields of its own.
func (w *writer) nested(path string) bool {
	for other := range kinds.Fields(w.r.Kind) {
		if strings.HasPrefix(other, path+".") {
			return true
		}
	}
	return false
}

// blocks writes an object, or the objects in a list.
func (w *writer) blocks(b *block, v any, name, path, at string) {
	switch v := v.(type) {
	case map[string]any:
		if w.incomplete(v, path) {
			return
		}
		inner := &block{head: name}
		w.fill(inner, v, path, join(at, name)+"[0]")
		b.blocks = append(b.blocks, inner)
	case []any:
		for _, entry := range v {
			if o, ok := entry.(map[string]any); ok {
				inner := &block{head: name}
				w.fill(inner, o, path, "!"+strings.TrimPrefix(join(at, name), "!"))
				b.blocks = append(b.blocks, inner)
			}
		}
	}
}

// incomplete reports whether an object says nothing, and lacks what Terraform demands of the block: provider-aws does not demand it.
func (w *writer) incomplete(o map[string]any, path string) bool {
	for _, v := range o {
		if !empty(v) {
			return false
		}
	}
	for full, field := range kinds.Fields(w.r.Kind) {
		parent, name := cutLast(full)
		if parent == path && field.Flags&kinds.Required != 0 && !isReference(name) && o[name] == nil {
			return true
		}
	}
	return false
}

// cutLast cuts a path at its last dot.
func cutLast(path string) (before, last string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}

// secret writes a variable in the place of a value, and has Terraform ignore it: AWS does not tell it. What is imported has no value
// where Terraform demands none. Of what is in a set Terraform can only ignore all, and of a block what AWS does not tell with it.
func (w *writer) secret(b *block, field kinds.Field, at string) {
	_, label, _ := strings.Cut(w.r.Address(), ".")
	path, whole := strings.CutPrefix(at, "!")
	name := label + "_" + strings.NewReplacer("[0]", "", ".", "_").Replace(path)
	needed := w.c.platform.Planned || field.Flags&kinds.Required != 0
	switch parent, _ := cutLast(path); {
	case whole:
		path, _, _ = strings.Cut(path, ".")
		path, _, _ = strings.Cut(path, "[")
	case parent != "":
		path = strings.TrimSuffix(parent, "[0]")
	case !needed:
		return
	}
	w.ignored = append(w.ignored, path)
	if !needed {
		return
	}
	description := field.Terraform + " of " + w.r.Address() + "."
	if !w.c.platform.Planned {
		description += " Terraform ignores it until you take it out of ignore_changes: give any text of 16 characters."
	}
	w.c.variables = append(w.c.variables, &block{head: fmt.Sprintf("variable %q", name), attributes: map[string]string{
		"type": "string", "sensitive": "true", "description": `"` + escaped(description) + `"`,
	}})
	b.set(field.Terraform, "var."+name)
}

// initial has Terraform ignore what is only for the beginning, and sets what belongs to the resource itself.
func (w *writer) initial(b *block, initial *structpb.Struct) {
	for _, name := range slices.Sorted(maps.Keys(initial.GetFields())) {
		field, known := kinds.Fields(w.r.Kind)[name]
		if !known || isReference(name) {
			continue
		}
		v := initial.GetFields()[name].AsInterface()
		has := slices.ContainsFunc(b.blocks, func(inner *block) bool { return inner.head == field.Terraform })
		switch {
		case !w.nested(name):
			w.ignored = append(w.ignored, field.Terraform)
			if b.attributes[field.Terraform] == "" && !empty(v) {
				b.set(field.Terraform, expression(v, escaped))
			}
		case has:
			w.ignoreBelow(v, name, field.Terraform)
		default:
			w.ignored = append(w.ignored, field.Terraform)
		}
	}
}

// ignoreBelow ignores the arguments that are set in a block.
func (w *writer) ignoreBelow(v any, path, at string) {
	switch v := v.(type) {
	case []any:
		for i, entry := range v {
			w.ignoreBelow(entry, path, fmt.Sprintf("%s[%d]", at, i))
		}
	case map[string]any:
		if !strings.HasSuffix(at, "]") {
			at += "[0]"
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if field, known := kinds.Fields(w.r.Kind)[join(path, name)]; known && !isReference(name) {
				w.ignoreBelow(v[name], join(path, name), at+"."+field.Terraform)
			}
		}
	default:
		w.ignored = append(w.ignored, at)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// isReference reports whether a parameter says which resource another one is of. SecretRef is of a value that only a Secret has.
func isReference(name string) bool {
	return !strings.HasSuffix(name, "SecretRef") && (strings.HasSuffix(name, "Ref") || strings.HasSuffix(name, "Refs") || strings.HasSuffix(name, "Selector"))
}
