package xrd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

// A schema is a node of a structural JSON schema, with the keywords that controller-gen writes. The API server's others
// are not here, so that decoding one is an error.
type schema struct {
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Nullable             bool               `json:"nullable"`
	Default              any                `json:"default"`
	Enum                 []any              `json:"enum"`
	Pattern              string             `json:"pattern"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	ExclusiveMinimum     bool               `json:"exclusiveMinimum"`
	ExclusiveMaximum     bool               `json:"exclusiveMaximum"`
	MultipleOf           *float64           `json:"multipleOf"`
	MinLength            *int64             `json:"minLength"`
	MaxLength            *int64             `json:"maxLength"`
	MinItems             *int64             `json:"minItems"`
	MaxItems             *int64             `json:"maxItems"`
	MinProperties        *int64             `json:"minProperties"`
	MaxProperties        *int64             `json:"maxProperties"`
	Required             []string           `json:"required"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	Items                *schema            `json:"items"`

	XPreserveUnknownFields bool     `json:"x-kubernetes-preserve-unknown-fields"`
	XListType              string   `json:"x-kubernetes-list-type"`
	XListMapKeys           []string `json:"x-kubernetes-list-map-keys"`
	XMapType               string   `json:"x-kubernetes-map-type"`
	XValidations           []*rule  `json:"x-kubernetes-validations"`

	// What kubectl explain shows means nothing here.
	Description any `json:"description"`
	Title       any `json:"title"`
	Example     any `json:"example"`

	pattern  *regexp.Regexp
	enumText []string
	hasRules bool     // here or below
	names    []string // of Properties, sorted
	celNames map[string]string
}

// parse decodes a schema and refuses keywords that it would not heed.
func parse(raw []byte) (*schema, error) {
	if len(raw) == 0 {
		return nil, errors.New("the version has no schema")
	}
	s := &schema{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("cannot read the schema: %w", err)
	}
	return s, nil
}

// prepare compiles what is compiled once. A schema that is prepared twice stays the same.
func (s *schema) prepare(path string, c *compiler) error {
	if s == nil {
		return nil
	}
	if err := s.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s.Default = normalize(s.Default)
	s.Enum, _ = normalize(s.Enum).([]any)
	s.enumText = nil
	for _, v := range s.Enum {
		s.enumText = append(s.enumText, text(v))
	}
	if s.Pattern != "" {
		re, err := regexp.Compile(s.Pattern)
		if err != nil {
			return fmt.Errorf("%s: cannot compile pattern: %w", path, err)
		}
		s.pattern = re
	}
	for _, r := range s.XValidations {
		if err := r.prepare(c); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}

	s.hasRules = len(s.XValidations) > 0
	s.names = slices.Sorted(maps.Keys(s.Properties))
	s.celNames = make(map[string]string, len(s.names))
	for _, name := range s.names {
		if n, ok := celName(name); ok {
			s.celNames[name] = n
		}
		p := s.Properties[name]
		if p == nil {
			return fmt.Errorf("%s.%s: has no schema", path, name)
		}
		if err := p.prepare(strings.TrimPrefix(path+"."+name, "."), c); err != nil {
			return err
		}
		s.hasRules = s.hasRules || p.hasRules
	}
	for _, below := range []*schema{s.Items, s.AdditionalProperties} {
		if err := below.prepare(path+"[]", c); err != nil {
			return err
		}
		s.hasRules = s.hasRules || below != nil && below.hasRules
	}
	return nil
}

func (s *schema) check() error {
	switch s.Type {
	case "object", "array", "string", "integer", "number", "boolean":
	case "":
		if !s.XPreserveUnknownFields {
			return errors.New("has no type")
		}
	default:
		return fmt.Errorf("type %q is not supported", s.Type)
	}
	switch {
	case s.Format == "", s.Format == "date-time" && s.Type == "string":
	case s.Type == "integer" && (s.Format == "int32" || s.Format == "int64"): // The API server ignores them.
	case s.Type == "number" && (s.Format == "float" || s.Format == "double"): // And them.
	default:
		return fmt.Errorf("format %q of type %s is not supported", s.Format, s.Type)
	}
	switch s.XListType {
	case "", "atomic", "set":
	case "map":
		if len(s.XListMapKeys) == 0 {
			return errors.New("a list of list-type map needs its keys")
		}
	default:
		return fmt.Errorf("list-type %q is not supported", s.XListType)
	}
	return nil
}

// below returns the schema of a field of an object, nil when there is none.
func (s *schema) below(name string) *schema {
	if s == nil {
		return nil
	}
	if p, ok := s.Properties[name]; ok {
		return p
	}
	return s.AdditionalProperties
}

// pruneNulls drops the nulls that are not allowed and have no default to take their place.
func (s *schema) pruneNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			b := s.below(name)
			if e == nil && b != nil && !b.Nullable && b.Default == nil {
				delete(v, name)
				continue
			}
			b.pruneNulls(e)
		}
	case []any:
		if s == nil {
			return
		}
		for _, e := range v {
			s.Items.pruneNulls(e)
		}
	}
}

// setDefaults adds defaults to v. What is not there has no defaults within, unless it has a default itself.
func (s *schema) setDefaults(v any) {
	if s == nil {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.names {
			p := s.Properties[name]
			if e, found := v[name]; p.Default != nil && (!found || e == nil && !p.Nullable) {
				v[name] = normalize(p.Default)
			}
		}
		for name, e := range v {
			b := s.below(name)
			if _, named := s.Properties[name]; !named && e == nil && b != nil && !b.Nullable {
				v[name] = normalize(b.Default)
			}
			b.setDefaults(v[name])
		}
	case []any:
		for i, e := range v {
			if e == nil && s.Items != nil && !s.Items.Nullable {
				v[i] = normalize(s.Items.Default)
			}
			s.Items.setDefaults(v[i])
		}
	}
}

// unknown returns the paths of fields that the schema has no place for.
func (s *schema) unknown(path string, v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			at := strings.TrimPrefix(path+"."+name, ".")
			if path == "" && name == "metadata" {
				continue
			}
			b := s.below(name)
			if b == nil {
				if s == nil || !s.XPreserveUnknownFields {
					out = append(out, at)
				}
				continue
			}
			out = append(out, b.unknown(at, e)...)
		}
	case []any:
		if s == nil || s.Items == nil {
			return nil
		}
		for i, e := range v {
			out = append(out, s.Items.unknown(fmt.Sprintf("%s[%d]", path, i), e)...)
		}
	}
	return out
}

// normalize copies a JSON value and gives its whole numbers the type that the API server gives them, int64.
func normalize(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[name] = normalize(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = normalize(e)
		}
		return out
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
			return int64(v)
		}
		return v
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case float32:
		return normalize(float64(v))
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case nil, string, bool, int64:
		return v
	default:
		return plain(v)
	}
}

// plain turns what is not JSON as encoding/json decodes it, such as a map[string]string, into what is.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		return fmt.Sprint(v)
	}
	return normalize(out)
}

func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v) // It came from JSON.
	return string(b)
}
