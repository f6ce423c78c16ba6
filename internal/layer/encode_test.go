package layer

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// fill sets every field of a value of the API's types.
func fill(v reflect.Value) {
	switch v.Kind() { // The API's types have no others
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for _, f := range v.Fields() {
			fill(f)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		e := reflect.New(v.Type().Elem()).Elem()
		fill(e)
		v.SetMapIndex(reflect.ValueOf("k").Convert(v.Type().Key()), e)
	case reflect.String:
		v.SetString("x<&>")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
}

func TestEncode(t *testing.T) {
	full := v1alpha1.Sizing{}
	fill(reflect.ValueOf(&full).Elem())
	zeros := v1alpha1.Sizing{DeletionProtection: new(false), Data: v1alpha1.Data{Aurora: v1alpha1.Aurora{Readers: new(int32), BackupWindow: new("")}}}
	cases := map[string]struct {
		reason string
		in     v1alpha1.Sizing
	}{
		"Full":  {"Should encode every field of a sizing as JSON does.", full},
		"Empty": {"Should leave out what is not set.", v1alpha1.Sizing{}},
		"Zeros": {"Should keep false, 0 and the empty string where a claim says so.", zeros},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			want := &structpb.Value{}
			if err := want.UnmarshalJSON(raw); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, encode(reflect.ValueOf(tc.in)), protocmp.Transform()); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
