package layer

import (
	"reflect"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// encode turns a value of the API's types into protobuf under its JSON names, leaving out what is empty, as JSON with
// omitempty would. It knows what those types are made of and nothing more. By way of JSON the same takes ten times as
// long, which was a third of a whole call. It returns nil for what is empty.
func encode(v reflect.Value) *structpb.Value {
	switch v.Kind() { // The API's types have no others: a test encodes every field
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return scalar(v.Elem())
	case reflect.Struct:
		fields := make(map[string]*structpb.Value, v.NumField())
		for i := range v.NumField() {
			if e := encode(v.Field(i)); e != nil {
				name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
				fields[name] = e
			}
		}
		return structpb.NewStructValue(&structpb.Struct{Fields: fields})
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		values := make([]*structpb.Value, v.Len())
		for i := range values {
			values[i] = scalar(v.Index(i))
		}
		return structpb.NewListValue(&structpb.ListValue{Values: values})
	case reflect.Map:
		if v.Len() == 0 {
			return nil
		}
		fields := make(map[string]*structpb.Value, v.Len())
		for _, k := range v.MapKeys() {
			fields[k.String()] = encode(v.MapIndex(k))
		}
		return structpb.NewStructValue(&structpb.Struct{Fields: fields})
	default:
		return scalar(v)
	}
}

// scalar encodes a string, number or boolean, whatever its value, or what a pointer points to.
func scalar(v reflect.Value) *structpb.Value {
	switch v.Kind() {
	case reflect.Bool:
		return structpb.NewBoolValue(v.Bool())
	case reflect.String:
		return structpb.NewStringValue(valid(v.String()))
	case reflect.Int32, reflect.Int64, reflect.Int:
		return structpb.NewNumberValue(float64(v.Int()))
	default:
		return encode(v)
	}
}
