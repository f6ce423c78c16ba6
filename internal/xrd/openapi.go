package xrd

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A visit collects what is wrong with one object.
type visit struct {
	update bool
	errs   field.ErrorList
	cost   uint64 // of the rules so far
}

// openAPI validates v against everything in the schema but its rules. Its messages are those of
// k8s.io/kube-openapi/pkg/validation.
func (t *visit) openAPI(path string, s *schema, v any, c correlation) {
	if s == nil {
		return
	}
	c = c.at(s, v)
	if c.known && c.unchanged {
		return
	}
	t.checkType(path, s, v)
	switch v := v.(type) {
	case string:
		t.checkString(path, s, v)
	case int64:
		t.checkNumber(path, s, v, float64(v))
	case float64:
		t.checkNumber(path, s, v, v)
	case []any:
		for i, e := range v {
			t.openAPI(fmt.Sprintf("%s[%d]", path, i), s.Items, e, c.item(s, e))
		}
		if s.MinItems != nil && int64(len(v)) < *s.MinItems {
			t.invalid(path, len(v), "should have at least %d items", *s.MinItems)
		}
		if s.MaxItems != nil && int64(len(v)) > *s.MaxItems {
			t.errs = append(t.errs, field.TooMany(toPath(path), len(v), int(*s.MaxItems)))
		}
	case map[string]any:
		if n := int64(len(v)); s.MinProperties != nil && n < *s.MinProperties {
			t.invalid(path, n, "should have at least %d properties", *s.MinProperties)
		}
		if n := len(v); s.MaxProperties != nil && int64(n) > *s.MaxProperties {
			t.errs = append(t.errs, field.TooMany(toPath(path), n, int(*s.MaxProperties)))
		}
		for name, e := range v {
			t.openAPI(join(path, name), s.below(name), e, c.field(name))
		}
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				t.errs = append(t.errs, field.Required(toPath(join(path, name)), ""))
			}
		}
	}
	t.checkEnum(path, s, v)
}

func (t *visit) checkType(path string, s *schema, v any) {
	if s.Type == "" || v == nil && s.Nullable {
		return
	}
	got, ok := "", false
	switch v := v.(type) {
	case nil:
		got = "null"
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case int64:
		got, ok = "integer", s.Type == "number"
	case float64:
		got, ok = "number", s.Type == "integer" && v == math.Trunc(v)
	case []any:
		got, ok = "array", s.Format == "date-time" // Upstream has it so.
	case map[string]any:
		got = "object"
	}
	if ok || got == s.Type {
		return
	}
	want := s.Type
	if s.Format == "date-time" && v != nil {
		want, got = s.Format, map[string]string{"integer": "int64", "number": "float64"}[got] // The format's name, and the value's.
	}
	t.errs = append(t.errs, field.TypeInvalid(toPath(path), got, fmt.Sprintf("%s in body must be of type %s: %q", path, want, got)))
}

func (t *visit) checkString(path string, s *schema, v string) {
	n := int64(utf8.RuneCountInString(v))
	switch { // The first that is wrong is all that is said.
	case s.MaxLength != nil && n > *s.MaxLength:
		t.errs = append(t.errs, field.TooLong(toPath(path), nil, int(*s.MaxLength)))
	case s.MinLength != nil && n < *s.MinLength:
		t.invalid(path, v, "should be at least %d chars long", *s.MinLength)
	case s.pattern != nil && !s.pattern.MatchString(v):
		t.invalid(path, v, "should match '%s'", s.Pattern)
	}
	if s.Format == "date-time" && !isDateTime(v) {
		t.errs = append(t.errs, field.TypeInvalid(toPath(path), v, fmt.Sprintf("%s in body must be of type date-time: %q", path, v)))
	}
}

func isDateTime(v string) bool {
	_, err := time.Parse(time.RFC3339, strings.ToUpper(v))
	return err == nil
}

func (t *visit) checkNumber(path string, s *schema, v any, f float64) {
	if m := s.MultipleOf; m != nil && *m > 0 && f/(*m) != math.Trunc(f/(*m)) {
		t.invalid(path, v, "should be a multiple of %v", *m)
	}
	if m := s.Minimum; m != nil {
		if s.ExclusiveMinimum && f <= *m {
			t.invalid(path, v, "should be greater than %v", bound(v, *m))
		}
		if !s.ExclusiveMinimum && f < *m {
			t.invalid(path, v, "should be greater than or equal to %v", bound(v, *m))
		}
	}
	if m := s.Maximum; m != nil {
		if s.ExclusiveMaximum && f >= *m {
			t.invalid(path, v, "should be less than %v", bound(v, *m))
		}
		if !s.ExclusiveMaximum && f > *m {
			t.invalid(path, v, "should be less than or equal to %v", bound(v, *m))
		}
	}
}

// bound is a limit as it is printed: like the number that breaks it.
func bound(v any, m float64) any {
	if _, ok := v.(int64); ok {
		return int64(m)
	}
	return m
}

func (t *visit) checkEnum(path string, s *schema, v any) {
	if len(s.Enum) == 0 {
		return
	}
	for _, e := range s.Enum {
		if reflect.DeepEqual(e, v) {
			return
		}
	}
	t.errs = append(t.errs, field.NotSupported(toPath(path), v, s.enumText))
}

func (t *visit) invalid(path string, v any, format string, args ...any) {
	if n, ok := v.(int); ok {
		v = int64(n)
	}
	t.errs = append(t.errs, field.Invalid(toPath(path), v, path+" in body "+fmt.Sprintf(format, args...)))
}

// uniqueness validates that the entries of sets, and the keys of the entries of maps, differ.
func (t *visit) uniqueness(at *field.Path, s *schema, v any) {
	if s == nil {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			t.uniqueness(child(at, s, name), s.below(name), e)
		}
	case []any:
		t.unique(at, s, v)
		for i, e := range v {
			t.uniqueness(at.Index(i), s.Items, e)
		}
	}
}

func (t *visit) unique(at *field.Path, s *schema, list []any) {
	if s.XListType == "map" {
		for i, e := range list {
			if _, ok := e.(map[string]any); e != nil && !ok {
				t.errs = append(t.errs, field.Invalid(at.Index(i), e, "must be an object for an array of list-type map"))
				return
			}
		}
	}
	if s.XListType != "map" && s.XListType != "set" {
		return
	}
	seen := map[string]int{}
	for i, e := range list {
		if m, ok := e.(map[string]any); s.XListType == "map" && (ok || e == nil) {
			keys := map[string]any{}
			for _, k := range s.XListMapKeys {
				if v, ok := m[k]; ok {
					keys[k] = v
				}
			}
			e = keys
		}
		b, err := json.Marshal(e)
		if err != nil {
			continue // What is not JSON has been complained of.
		}
		seen[string(b)]++
		if seen[string(b)] == 2 {
			t.errs = append(t.errs, field.Duplicate(at.Index(i), e))
		}
	}
}

func hasDuplicates(s *schema, v any) bool {
	t := &visit{}
	t.uniqueness(nil, s, v)
	return len(t.errs) > 0
}

// blocked is whether rules could not be evaluated safely.
func blocked(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		default:
		}
	}
	return false
}

// child is the path of a field as CEL and list validation print it: in brackets where the schema does not name it.
func child(at *field.Path, s *schema, name string) *field.Path {
	if _, ok := s.Properties[name]; !ok {
		return at.Key(name)
	}
	return at.Child(name)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func toPath(path string) *field.Path { return field.NewPath(path) }
