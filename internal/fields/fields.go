// Package fields reads, copies and compares the fields of Kubernetes objects as requests and responses hold them. It does
// without protobuf's reflection, which takes several times as long.
package fields

import (
	"maps"
	"slices"

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

// Below returns the fields of the object at a path of field names. It returns nil when there is no object.
func Below(o *structpb.Struct, path ...string) map[string]*structpb.Value {
	return At(o, path...).GetStructValue().GetFields()
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
