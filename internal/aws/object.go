package aws

import "google.golang.org/protobuf/types/known/structpb"

// An Encoder writes its fields into an object. Every generated struct is one.
type Encoder interface {
	Encode(o *Object)
}

// EncodeForProvider encodes the fields of a spec.forProvider. It is never nil.
func EncodeForProvider(e Encoder) *structpb.Struct {
	o := newObject(false)
	e.Encode(o)
	return &structpb.Struct{Fields: o.fields}
}

// EncodeInitProvider encodes the fields of a spec.initProvider. It is nil when no field is set.
func EncodeInitProvider(e Encoder) *structpb.Struct {
	o := newObject(true)
	e.Encode(o)
	if len(o.fields) == 0 {
		return nil
	}
	return &structpb.Struct{Fields: o.fields}
}

// An Object collects the fields of one JSON object. Its methods leave out what is nil.
type Object struct {
	fields map[string]*structpb.Value
	init   bool
}

func newObject(init bool) *Object {
	return &Object{fields: make(map[string]*structpb.Value), init: init}
}

// Init reports whether this is (part of) a spec.initProvider, which lacks some fields of forProvider.
func (o *Object) Init() bool { return o.init }

// String sets a string.
func (o *Object) String(name string, v *string) {
	if v != nil {
		o.fields[name] = stringValue(*v)
	}
}

// Number sets a number.
func (o *Object) Number(name string, v *float64) {
	if v != nil {
		o.fields[name] = numberValue(*v)
	}
}

// Integer sets an integer. Like every JSON number in protobuf it is exact up to ±2⁵³.
func (o *Object) Integer(name string, v *int64) {
	if v != nil {
		o.fields[name] = integerValue(*v)
	}
}

// Bool sets a boolean.
func (o *Object) Bool(name string, v *bool) {
	if v != nil {
		o.fields[name] = boolValue(*v)
	}
}

// Strings sets a list of strings.
func (o *Object) Strings(name string, v []string) { setList(o, name, v, stringValue) }

// Numbers sets a list of numbers.
func (o *Object) Numbers(name string, v []float64) { setList(o, name, v, numberValue) }

// Integers sets a list of integers.
func (o *Object) Integers(name string, v []int64) { setList(o, name, v, integerValue) }

// Bools sets a list of booleans.
func (o *Object) Bools(name string, v []bool) { setList(o, name, v, boolValue) }

// StringMap sets an object whose values are strings.
func (o *Object) StringMap(name string, v map[string]string) {
	if v == nil {
		return
	}
	fields := make(map[string]*structpb.Value, len(v))
	for k, s := range v {
		fields[k] = stringValue(s)
	}
	o.fields[name] = structValue(fields)
}

// Nested sets an object. A pointer to a struct without set fields becomes an empty object.
func Nested[E interface {
	comparable
	Encoder
}](o *Object, name string, v E) {
	var unset E
	if v != unset {
		o.fields[name] = o.nested(v)
	}
}

// NestedList sets a list of objects.
func NestedList[T any, E interface {
	*T
	Encoder
}](o *Object, name string, v []T) {
	if v == nil {
		return
	}
	values := make([]*structpb.Value, len(v))
	for i := range v {
		values[i] = o.nested(E(&v[i]))
	}
	o.fields[name] = listValue(values)
}

// nested encodes into a fresh map and puts the object's own back, which saves an allocation per nested object.
func (o *Object) nested(e Encoder) *structpb.Value {
	own := o.fields
	o.fields = make(map[string]*structpb.Value)
	e.Encode(o)
	v := structValue(o.fields)
	o.fields = own
	return v
}

func setList[T any](o *Object, name string, v []T, value func(T) *structpb.Value) {
	if v == nil {
		return
	}
	values := make([]*structpb.Value, len(v))
	for i, e := range v {
		values[i] = value(e)
	}
	o.fields[name] = listValue(values)
}
