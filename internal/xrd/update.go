package xrd

import "reflect"

// A correlation is the old value of a field on its way to a new one.
type correlation struct {
	old any
	// known is false where the API server does not know which old value, if any, a new one replaces: in new fields,
	// and within lists whose entries have no keys.
	known bool
	// unchanged is whether the value, or the closest value around it that is known, stays as it was.
	unchanged bool
}

func newCorrelation(old map[string]any) correlation {
	if old == nil {
		return correlation{}
	}
	return correlation{old: old, known: true}
}

// at completes a correlation when the new value is there.
func (c correlation) at(s *schema, v any) correlation {
	if c.known {
		c.unchanged = same(s, v, c.old)
	}
	return c
}

// same is whether a value stays as it was. Like the API server it takes no object for the same that has a field which
// the schema does not name; the whole of an object that has labels is never the same.
func same(s *schema, v, old any) bool {
	switch v := v.(type) {
	case map[string]any:
		o, ok := old.(map[string]any)
		if !ok || len(v) != len(o) {
			return false
		}
		for name, e := range v {
			b := s.below(name)
			if was, found := o[name]; !found || b == nil || !same(b, e, was) {
				return false
			}
		}
		return true
	case []any:
		o, ok := old.([]any)
		if !ok || len(v) != len(o) {
			return false
		}
		if s.XListType != "map" {
			return reflect.DeepEqual(v, o)
		}
		for _, e := range v {
			c := correlation{old: o, known: true}.item(s, e)
			if !c.known || !same(s.Items, e, c.old) {
				return false
			}
		}
		return true
	default:
		return reflect.DeepEqual(v, old)
	}
}

func (c correlation) field(name string) correlation {
	m, _ := c.old.(map[string]any)
	old, found := m[name]
	return correlation{old: old, known: c.known && found, unchanged: c.unchanged}
}

func (c correlation) item(s *schema, v any) correlation {
	list, _ := c.old.([]any)
	m, ok := v.(map[string]any)
	if !c.known || !ok || s.XListType != "map" {
		return correlation{unchanged: c.unchanged}
	}
	for _, e := range list {
		if o, ok := e.(map[string]any); ok && sameKeys(s.XListMapKeys, m, o) {
			return correlation{old: o, known: true}
		}
	}
	return correlation{unchanged: c.unchanged}
}

func sameKeys(keys []string, a, b map[string]any) bool {
	for _, k := range keys {
		if _, ok := a[k]; !ok || !reflect.DeepEqual(a[k], b[k]) {
			return false
		}
	}
	return true
}
