package platform

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// A leaf is a field of a sizing that holds a value and no fields of its own: a pointer, a list or a map.
type leaf struct {
	// path is the field's in a claim's spec, such as network.cidr.
	path  string
	value reflect.Value
}

// leaves lists the leaves of a struct that v points to.
func leaves(v any) []leaf {
	return leavesOf("", reflect.ValueOf(v).Elem())
}

func leavesOf(path string, v reflect.Value) []leaf {
	if v.Kind() != reflect.Struct {
		return []leaf{{path: path, value: v}}
	}
	var out []leaf
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		out = append(out, leavesOf(strings.TrimPrefix(path+"."+name, "."), v.Field(i))...)
	}
	return out
}

// find returns the leaf of a path.
func find(t testing.TB, v any, path string) reflect.Value {
	t.Helper()
	for _, l := range leaves(v) {
		if l.path == path {
			return l.value
		}
	}
	t.Fatalf("%T has no leaf %s", v, path)
	return reflect.Value{}
}

// other returns a value of the same type as v that v does not hold.
func other(t testing.TB, v reflect.Value, n int) reflect.Value {
	t.Helper()
	switch is := v.Interface().(type) {
	case *int32:
		return reflect.ValueOf(new(int32(1_000_000 + n))) //nolint:gosec // n counts the leaves of a struct.
	case *string:
		return reflect.ValueOf(new("other"))
	case *bool:
		return reflect.ValueOf(new(is == nil || !*is))
	case []string:
		return reflect.ValueOf([]string{"other"})
	case map[string]v1alpha1.SecretSource:
		return reflect.ValueOf(map[string]v1alpha1.SecretSource{"OTHER": {ARN: "other"}})
	case map[string]v1alpha1.EnvironmentValue:
		return reflect.ValueOf(map[string]v1alpha1.EnvironmentValue{"OTHER": "other"})
	default:
		t.Fatalf("a sizing has a field of type %s: say here what another value of it is", v.Type())
		return v
	}
}

// clone copies a value, so that the copy shares nothing with it.
func clone[T any](t testing.TB, v T) T {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out T
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// flat returns the values of nested maps by path. What is empty has no value.
func flat(path string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return map[string]any{path: v}
	}
	out := make(map[string]any)
	for k, e := range m {
		maps.Copy(out, flat(strings.TrimPrefix(path+"."+k, "."), e))
	}
	return out
}

// profile returns the lines of a sizing profile by path, as they are written.
func profile(t testing.TB, name string) map[string]any {
	t.Helper()
	raw, err := profiles.ReadFile("profiles/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := yaml.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return flat("", m)
}
