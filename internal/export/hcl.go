package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// A block of Terraform's language.
type block struct {
	head       string // such as resource "aws_vpc" "vpc"
	comment    string
	attributes map[string]string // expressions
	blocks     []*block
}

// set writes an attribute.
func (b *block) set(name, expression string) {
	if b.attributes == nil {
		b.attributes = map[string]string{}
	}
	b.attributes[name] = expression
}

// write writes a block: its attributes by their names, then the blocks in it.
func (b *block) write(w *bytes.Buffer) {
	if b.comment != "" {
		w.WriteString("# " + b.comment + "\n")
	}
	w.WriteString(b.head + " {\n")
	for _, name := range slices.Sorted(maps.Keys(b.attributes)) {
		w.WriteString(name + " = " + b.attributes[name] + "\n")
	}
	for i, inner := range b.blocks {
		if i > 0 || len(b.attributes) > 0 {
			w.WriteByte('\n')
		}
		inner.write(w)
	}
	w.WriteString("}\n")
}

// formatted formats a file as terraform fmt does. An error is one of ours: Terraform could not read the file.
func formatted(raw []byte) ([]byte, error) {
	if _, diagnostics := hclsyntax.ParseConfig(raw, "", hcl.InitialPos); diagnostics.HasErrors() {
		return nil, fmt.Errorf("cannot write configuration that Terraform reads: %w", diagnostics)
	}
	return hclwrite.Format(raw), nil
}

// A template writes the text of a string between its quotes: escaped, with references in the place of what they refer to.
type template func(text string) string

// escaped is the template without references.
func escaped(text string) string {
	raw := hclwrite.TokensForValue(cty.StringVal(text)).Bytes()
	return string(bytes.TrimSuffix(bytes.TrimPrefix(raw, []byte(`"`)), []byte(`"`)))
}

var (
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	reference  = regexp.MustCompile(`^\$\{([^{}]+)\}$`)
)

// expression writes a value as JSON decodes it. JSON in a string becomes a call of jsonencode, which people can read.
func expression(v any, t template) string {
	switch v := v.(type) {
	case string:
		if doc := document(v); doc != nil {
			return "jsonencode(" + expression(doc, t) + ")"
		}
		if script := decoded(v); script != "" {
			return "base64encode(" + expression(script, t) + ")"
		}
		text := t(v)
		if m := reference.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		if strings.HasSuffix(v, "\n") && strings.Count(v, "\n") > 2 {
			return heredoc(v, t)
		}
		return `"` + text + `"`
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return list(v, t)
	case map[string]any:
		if len(v) == 0 {
			return "{}"
		}
		var b strings.Builder
		b.WriteString("{\n")
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := name
			if !identifier.MatchString(name) {
				key = `"` + escaped(name) + `"`
			}
			b.WriteString(key + " = " + expression(v[name], t) + "\n")
		}
		b.WriteString("}")
		return b.String()
	default:
		return "null"
	}
}

// heredoc writes a text of lines as lines. In it only references are special.
func heredoc(text string, t template) string {
	end := "EOT"
	for strings.Contains(text, end) {
		end += "T"
	}
	var b strings.Builder
	b.WriteString("<<" + end + "\n")
	for line := range strings.Lines(text) {
		b.WriteString(unquoted.Replace(t(strings.TrimSuffix(line, "\n"))) + "\n")
	}
	b.WriteString(end + "\n")
	return b.String()
}

// unquoted takes off the escapes of quotes, which a heredoc does not have.
var unquoted = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\t`, "\t", `\r`, "\r")

// decoded is the text that a string is in base64, empty if it is none. Shorter strings may be words.
func decoded(s string) string {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(s) < 40 || !utf8.Valid(raw) || !bytes.Contains(raw, []byte("\n")) {
		return ""
	}
	return string(raw)
}

func list(v []any, t template) string {
	entries := make([]string, len(v))
	long := false
	size := 0
	for i := range v {
		entries[i] = expression(v[i], t)
		size += len(entries[i]) + 2
		long = long || strings.Contains(entries[i], "\n")
	}
	if len(v) == 0 || !long && size <= 80 {
		return "[" + strings.Join(entries, ", ") + "]"
	}
	return "[\n" + strings.Join(entries, ",\n") + ",\n]"
}

// document decodes a string that is a JSON object or list, nil if it is none.
func document(text string) any {
	if s := strings.TrimSpace(text); len(s) < 3 || s[0] != '{' && s[0] != '[' {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil || decoder.More() {
		return nil
	}
	return v
}
