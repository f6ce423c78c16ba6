package catalog

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/crds"
)

// definitions reads the CRD of every resource once.
var definitions = sync.OnceValues(func() (map[*aws.Kind]*crds.Definition, error) {
	source, err := crds.Locate()
	if err != nil {
		return nil, err
	}
	ds := map[*aws.Kind]*crds.Definition{}
	for _, k := range Kinds() {
		if ds[k], err = source.Load(k.APIVersion, k.Kind); err != nil {
			return nil, err
		}
	}
	return ds, nil
})

func TestKinds(t *testing.T) {
	ds, err := definitions()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		d := ds[k]
		params := d.ForProvider().Properties
		_, regional := params["region"]
		tags, taggable := params["tags"]
		if taggable && (tags.Type != "object" || tags.AdditionalProperties == nil) {
			t.Errorf("%s %s: tags are not a map", k.APIVersion, k.Kind)
		}
		want := &aws.Kind{APIVersion: d.APIVersion, Kind: d.Kind, Group: d.Group, Plural: d.Plural, Regional: regional, Taggable: taggable}
		if diff := cmp.Diff(want, k); diff != "" {
			t.Errorf("\nShould describe the kind as its CRD does\n%s %s: -want, +got:\n%s", k.APIVersion, k.Kind, diff)
		}
	}
}

// TestComplete fills every field of every model and compares the encoding with an example made from the CRD. Both
// derive a value from the path of its field, in small letters because Go and JSON names differ by case alone: so a
// field that is missing, superfluous, of another type or encoded under another field's name is a difference.
func TestComplete(t *testing.T) {
	ds, err := definitions()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Resources() {
		k := r.Kind()
		t.Run(k.Group+"/"+k.Kind, func(t *testing.T) {
			v := reflect.ValueOf(r).Elem()
			fill(v.FieldByName("ForProvider"), "")
			fill(v.FieldByName("InitProvider"), "")

			if diff := cmp.Diff(example(ds[k].ForProvider(), ""), any(r.ForProviderStruct().AsMap())); diff != "" {
				t.Errorf("\nShould encode every field of the CRD's forProvider and no other\nForProviderStruct(): -want, +got:\n%s", diff)
			}
			if diff := cmp.Diff(example(ds[k].InitProvider(), ""), any(r.InitProviderStruct().AsMap())); diff != "" {
				t.Errorf("\nShould encode every field of the CRD's initProvider and no other\nInitProviderStruct(): -want, +got:\n%s", diff)
			}
		})
	}
}

func TestFields(t *testing.T) {
	ds, err := definitions()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Resources() {
		k := r.Kind()
		want, got := values(ds[k].ForProvider(), ""), r.Fields()
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("\nShould list the fields that hold values, as the CRD does\n%s %s: -want, +got:\n%s", k.APIVersion, k.Kind, diff)
		}
	}
}

// values lists the fields of an object that are no references, and those of the objects in it. "map.*" is any key of a map.
func values(s crds.Schema, within string) []string {
	var out []string
	for name, p := range s.Properties {
		if strings.HasSuffix(name, "Ref") || strings.HasSuffix(name, "Refs") || strings.HasSuffix(name, "Selector") {
			continue
		}
		out = append(out, within+name)
		switch {
		case p.AdditionalProperties != nil:
			out = append(out, within+name+".*")
		case p.Type == "object":
			out = append(out, values(p, within+name+".")...)
		}
	}
	return out
}

func TestEmpty(t *testing.T) {
	for _, r := range Resources() {
		k := r.Kind()
		if got := r.ForProviderStruct(); got == nil || len(got.GetFields()) != 0 {
			t.Errorf("\nShould encode an empty forProvider when nothing is set\n%s %s: %v", k.APIVersion, k.Kind, got)
		}
		if got := r.InitProviderStruct(); got != nil {
			t.Errorf("\nShould encode no initProvider when there is none\n%s %s: %v", k.APIVersion, k.Kind, got)
		}
		init := reflect.ValueOf(r).Elem().FieldByName("InitProvider")
		init.Set(reflect.New(init.Type().Elem()))
		if got := r.InitProviderStruct(); got != nil {
			t.Errorf("\nShould encode no initProvider when nothing in it is set\n%s %s: %v", k.APIVersion, k.Kind, got)
		}
	}
}

// fill sets everything below v. Lists get one element.
func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), path+"."+strings.ToLower(v.Type().Field(i).Name))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"key": path}))
	case reflect.String:
		v.SetString(path)
	case reflect.Float64:
		v.SetFloat(number(path))
	case reflect.Int64:
		v.SetInt(int64(number(path)))
	case reflect.Bool:
		v.SetBool(boolean(path))
	default:
		panic(fmt.Sprintf("%s: models should not have fields of type %s", path, v.Type()))
	}
}

// example returns the value of a schema in which fill would have set everything.
func example(s crds.Schema, path string) any {
	switch s.Type {
	case "object":
		if s.AdditionalProperties != nil {
			return map[string]any{"key": example(*s.AdditionalProperties, path)}
		}
		m := map[string]any{}
		for name, p := range s.Properties {
			m[name] = example(p, path+"."+strings.ToLower(name))
		}
		return m
	case "array":
		return []any{example(*s.Items, path)}
	case "string":
		return path
	case "number", "integer":
		return number(path)
	case "boolean":
		return boolean(path)
	}
	panic(fmt.Sprintf("%s: the test does not know schemas of type %q", path, s.Type))
}

func number(path string) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(path))
	return float64(h.Sum32())
}

func boolean(path string) bool { return int64(number(path))&1 == 1 }

// conforms returns the first path in a value that a schema does not have, or has with another type.
func conforms(s crds.Schema, v *structpb.Value, path string) error {
	switch k := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		for name, f := range k.StructValue.GetFields() {
			p, ok := s.Properties[name]
			if s.AdditionalProperties != nil {
				p, ok = *s.AdditionalProperties, true
			}
			if !ok {
				return fmt.Errorf("%s.%s does not exist", path, name)
			}
			if err := conforms(p, f, path+"."+name); err != nil {
				return err
			}
		}
		return isType(s, path, "object")
	case *structpb.Value_ListValue:
		if err := isType(s, path, "array"); err != nil {
			return err
		}
		for _, e := range k.ListValue.GetValues() {
			if err := conforms(*s.Items, e, path+"[]"); err != nil {
				return err
			}
		}
		return nil
	case *structpb.Value_StringValue:
		return isType(s, path, "string")
	case *structpb.Value_NumberValue:
		return isType(s, path, "number", "integer")
	case *structpb.Value_BoolValue:
		return isType(s, path, "boolean")
	}
	return fmt.Errorf("%s has no value", path)
}

func isType(s crds.Schema, path string, types ...string) error {
	if slices.Contains(types, s.Type) {
		return nil
	}
	return fmt.Errorf("%s is of type %s, not %s", path, s.Type, types[0])
}
