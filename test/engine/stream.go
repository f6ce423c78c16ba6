package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

// A document is one Kubernetes object of a YAML stream.
type document struct {
	Text   string         // as it was written, without the separator
	Object map[string]any // what it says
}

// parseStream reads the documents of a YAML stream. Empty ones are left out.
func parseStream(stream []byte) ([]document, error) {
	var docs []document
	for i, text := range splitStream(string(stream)) {
		d := document{Text: text}
		if err := yaml.Unmarshal([]byte(text), &d.Object); err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		if d.Object == nil {
			continue
		}
		if d.APIVersion() == "" || d.Kind() == "" {
			return nil, fmt.Errorf("document %d has no apiVersion or kind", i+1)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// splitStream splits at the lines that are a separator. A `---` inside a block of text is indented.
func splitStream(stream string) []string {
	var texts []string
	var text strings.Builder
	for line := range strings.Lines(stream) {
		if strings.TrimRight(line, " \r\n") == "---" {
			texts = append(texts, text.String())
			text.Reset()
			continue
		}
		text.WriteString(line)
	}
	return append(texts, text.String())
}

func readStream(path string) ([]document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	docs, err := parseStream(data)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return docs, nil
}

func writeStream(docs []document) []byte {
	var b bytes.Buffer
	for _, d := range docs {
		b.WriteString("---\n" + d.Text)
		if !strings.HasSuffix(d.Text, "\n") {
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

func (d document) APIVersion() string { return d.str("apiVersion") }
func (d document) Kind() string       { return d.str("kind") }

// Group returns the API group, which is empty for the core group.
func (d document) Group() string {
	group, _, ok := strings.Cut(d.APIVersion(), "/")
	if !ok {
		return ""
	}
	return group
}

// Key identifies the object: apiVersion, kind, namespace if it has one, and name.
func (d document) Key() string {
	key := d.APIVersion() + " " + d.Kind() + " "
	if ns := d.str("metadata", "namespace"); ns != "" {
		key += ns + "/"
	}
	return key + d.str("metadata", "name")
}

// str returns the string at a path of fields, or nothing.
func (d document) str(path ...string) string {
	var v any = d.Object
	for _, field := range path {
		m, _ := v.(map[string]any)
		v = m[field]
	}
	s, _ := v.(string)
	return s
}
