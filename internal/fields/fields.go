// Package fields reads, copies and compares the fields of Kubernetes objects as requests and responses hold them. It does
// without protobuf's reflection, which takes several times as long.
package fields

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// At returns the value at a path of field names. It returns nil, whose getters all work, when there is nothing.
func At(o *structpb.Struct, path ...string) *structpb.Value {
	var v *structpb.Value
	for _, name := range path {
		v = o.GetFields()[name]
		o = v.GetStructValue()
	}
	return v
}

// Text returns the string at a path of field names, empty when there is none.
func Text(o *structpb.Struct, path ...string) string { return At(o, path...).GetStringValue() }

// Object returns the object at a path of field names, nil when there is none.
func Object(o *structpb.Struct, path ...string) *structpb.Struct {
	return At(o, path...).GetStructValue()
}

// Below returns the fields of the object at a path of field names, nil when there is none.
func Below(o *structpb.Struct, path ...string) map[string]*structpb.Value {
	return Object(o, path...).GetFields()
}

// Lookup follows a path in one string, with indices, such as a.b[0].c. It returns nil when there is nothing.
func Lookup(o *structpb.Struct, path string) *structpb.Value {
	var v *structpb.Value
	for path != "" {
		var step, indices string
		step, path, _ = strings.Cut(path, ".")
		step, indices, _ = strings.Cut(step, "[")
		v = o.GetFields()[step]
		for indices != "" {
			var index string
			index, indices, _ = strings.Cut(indices, "]")
			i, err := strconv.Atoi(index)
			list := v.GetListValue().GetValues()
			if err != nil || i < 0 || i >= len(list) {
				return nil
			}
			v, indices = list[i], strings.TrimPrefix(indices, "[")
		}
		o = v.GetStructValue()
	}
	return v
}

// In returns what is at a path of field names in decoded JSON or YAML, nil when there is nothing. A number is the index of an
// entry of a list.
func In(v any, path ...string) any {
	for _, step := range path {
		switch below := v.(type) {
		case map[string]any:
			v = below[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(below) {
				return nil
			}
			v = below[i]
		default:
			return nil
		}
	}
	return v
}

// TextIn returns the string at such a path, empty when there is none.
func TextIn(v any, path ...string) string {
	s, _ := In(v, path...).(string)
	return s
}

// Child returns the object at a path of field names, to be written to. It creates what is missing.
func Child(o *structpb.Struct, path ...string) *structpb.Struct {
	for _, name := range path {
		below := o.GetFields()[name].GetStructValue()
		if below == nil {
			below = &structpb.Struct{}
			if o.Fields == nil {
				o.Fields = map[string]*structpb.Value{}
			}
			o.Fields[name] = structpb.NewStructValue(below)
		}
		o = below
	}
	if o.Fields == nil {
		o.Fields = map[string]*structpb.Value{}
	}
	return o
}

// Clone returns a copy whose objects and lists may be changed. It shares the strings, numbers and booleans, which are only ever
// replaced as a whole.
func Clone(o *structpb.Struct) *structpb.Struct {
	if o == nil {
		return nil
	}
	out := &structpb.Struct{Fields: maps.Clone(o.GetFields())}
	for name, v := range out.GetFields() {
		if copied := cloneValue(v); copied != v {
			out.Fields[name] = copied
		}
	}
	return out
}

func cloneValue(v *structpb.Value) *structpb.Value {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		return structpb.NewStructValue(Clone(kind.StructValue))
	case *structpb.Value_ListValue:
		values := slices.Clone(kind.ListValue.GetValues())
		for i, e := range values {
			values[i] = cloneValue(e)
		}
		return structpb.NewListValue(&structpb.ListValue{Values: values})
	default:
		return v
	}
}

// Equal reports whether two objects hold the same values.
func Equal(a, b *structpb.Struct) bool {
	return a == b || maps.EqualFunc(a.GetFields(), b.GetFields(), equalValues)
}

func equalValues(a, b *structpb.Value) bool {
	if a == b {
		return true
	}
	switch x := a.GetKind().(type) {
	case *structpb.Value_StructValue:
		y, ok := b.GetKind().(*structpb.Value_StructValue)
		return ok && Equal(x.StructValue, y.StructValue)
	case *structpb.Value_ListValue:
		y, ok := b.GetKind().(*structpb.Value_ListValue)
		return ok && slices.EqualFunc(x.ListValue.GetValues(), y.ListValue.GetValues(), equalValues)
	case *structpb.Value_StringValue:
		y, ok := b.GetKind().(*structpb.Value_StringValue)
		return ok && x.StringValue == y.StringValue
	case *structpb.Value_NumberValue:
		y, ok := b.GetKind().(*structpb.Value_NumberValue)
		return ok && x.NumberValue == y.NumberValue
	case *structpb.Value_BoolValue:
		y, ok := b.GetKind().(*structpb.Value_BoolValue)
		return ok && x.BoolValue == y.BoolValue
	case *structpb.Value_NullValue:
		_, ok := b.GetKind().(*structpb.Value_NullValue)
		return ok
	default:
		return b.GetKind() == nil
	}
}
