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

// Fields lists the fields of a spec.forProvider that hold values, not references, in no order: their JSON names, set or not. Those
// of objects follow their object's as "object.field"; "map.*" is for any key. Lists are one field.
func Fields(e Encoder) []string {
	o := &Object{list: &list{}}
	e.Encode(o)
	return o.list.names
}

// A list collects the names of fields.
type list struct {
	within string // the objects that the next field is in, each with a dot
	names  []string
}

// An Object collects the fields of one JSON object. Its methods leave out what is nil.
type Object struct {
	fields map[string]*structpb.Value
	init   bool
	list   *list // if not nil, it is names that are collected
}

func newObject(init bool) *Object {
	return &Object{fields: make(map[string]*structpb.Value), init: init}
}

// Init reports whether this is (part of) a spec.initProvider, which lacks some fields of forProvider.
func (o *Object) Init() bool { return o.init }

// takes says whether a field is to be encoded, which is set or not.
func (o *Object) takes(name string, set bool) bool {
	if o.list != nil {
		o.list.names = append(o.list.names, o.list.within+name)
		return false
	}
	return set
}

// String sets a string.
func (o *Object) String(name string, v *string) {
	if o.takes(name, v != nil) {
		o.fields[name] = stringValue(*v)
	}
}

// Number sets a number.
func (o *Object) Number(name string, v *float64) {
	if o.takes(name, v != nil) {
		o.fields[name] = numberValue(*v)
	}
}

// Integer sets an integer. Like every JSON number in protobuf it is exact up to ±2⁵³.
func (o *Object) Integer(name string, v *int64) {
	if o.takes(name, v != nil) {
		o.fields[name] = integerValue(*v)
	}
}

// Bool sets a boolean.
func (o *Object) Bool(name string, v *bool) {
	if o.takes(name, v != nil) {
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
	if o.list != nil {
		o.takes(name+".*", false)
	}
	if !o.takes(name, v != nil) {
		return
	}
	fields := make(map[string]*structpb.Value, len(v))
	for k, s := range v {
		fields[k] = stringValue(s)
	}
	o.fields[name] = structValue(fields)
}

// Nested sets an object. A pointer to a struct without set fields becomes an empty object.
func Nested[T any, E interface {
	*T
	Encoder
}](o *Object, name string, v E) {
	if o.list != nil {
		o.listNested(name, E(new(T)))
	} else if v != nil {
		o.fields[name] = o.nested(v)
	}
}

// listNested lists the fields of an object, none if it is a reference.
func (o *Object) listNested(name string, e Encoder) {
	switch e.(type) {
	case *Ref, *Selector, *SecretRef:
		return
	}
	o.takes(name, false)
	own := o.list.within
	o.list.within += name + "."
	e.Encode(o)
	o.list.within = own
}

// NestedList sets a list of objects.
func NestedList[T any, E interface {
	*T
	Encoder
}](o *Object, name string, v []T) {
	if _, references := any(v).([]Ref); references && o.list != nil || !o.takes(name, v != nil) {
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
	if !o.takes(name, v != nil) {
		return
	}
	values := make([]*structpb.Value, len(v))
	for i, e := range v {
		values[i] = value(e)
	}
	o.fields[name] = listValue(values)
}
