package fields

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
)

func object(t *testing.T, raw string) *structpb.Struct {
	t.Helper()
	o := &structpb.Struct{}
	if err := o.UnmarshalJSON([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	return o
}

const sample = `{"s":"x","n":1,"b":true,"null":null,"o":{"p":{"q":"deep"}},"l":[1,{"a":"b"},["c"]],"empty":{},"none":[]}`

func TestAt(t *testing.T) {
	cases := map[string]struct {
		reason string
		path   []string
		want   string
	}{
		"Top":      {"Should read a field of the object itself.", []string{"s"}, "x"},
		"Deep":     {"Should read a field of an object within.", []string{"o", "p", "q"}, "deep"},
		"Missing":  {"Should find nothing where there is no field.", []string{"o", "z", "q"}, ""},
		"NoObject": {"Should find nothing below a value that is no object.", []string{"s", "q"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Text(object(t, sample), tc.path...); got != tc.want {
				t.Errorf("%s\nwant %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
	if got := Text(nil, "s"); got != "" {
		t.Errorf("Should find nothing in no object, got %q", got)
	}
}

func TestLookup(t *testing.T) {
	o := object(t, `{"a":{"b":[{"c":"x"},["y"]]}}`)
	cases := map[string]struct {
		reason, path string
		want         *structpb.Value
	}{
		"Nested":       {"Should follow fields and indices.", "a.b[0].c", structpb.NewStringValue("x")},
		"TwoIndices":   {"Should follow an index after an index.", "a.b[1][0]", structpb.NewStringValue("y")},
		"Missing":      {"Should find nothing below what does not exist.", "a.x.y", nil},
		"OutOfRange":   {"Should find nothing beyond a list's end.", "a.b[2].c", nil},
		"Negative":     {"Should find nothing before a list's beginning.", "a.b[-1]", nil},
		"NotANumber":   {"Should find nothing at an index that is none.", "a.b[x]", nil},
		"IndexOfField": {"Should find nothing by an index in what is no list.", "a[0]", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Lookup(o, tc.path), protocmp.Transform()); diff != "" {
				t.Errorf("\n%s\nLookup(%q): -want, +got:\n%s", tc.reason, tc.path, diff)
			}
		})
	}
	if Lookup(nil, "a") != nil {
		t.Error("Should find nothing in nothing.")
	}
}

func TestIn(t *testing.T) {
	v := object(t, sample).AsMap()
	cases := map[string]struct {
		reason string
		path   []string
		want   any
	}{
		"Nothing":    {"Should return the value itself without a path.", nil, v},
		"Deep":       {"Should follow fields.", []string{"o", "p", "q"}, "deep"},
		"Index":      {"Should follow the index of a list.", []string{"l", "1", "a"}, "b"},
		"OutOfRange": {"Should find nothing beyond a list's end.", []string{"l", "3"}, nil},
		"Negative":   {"Should find nothing before a list's beginning.", []string{"l", "-1"}, nil},
		"NotANumber": {"Should find nothing in a list by a name.", []string{"l", "a"}, nil},
		"Missing":    {"Should find nothing where there is no field.", []string{"o", "z", "q"}, nil},
		"NoObject":   {"Should find nothing below a string.", []string{"s", "q"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, In(v, tc.path...)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if s, _ := tc.want.(string); TextIn(v, tc.path...) != s {
				t.Errorf("%s\nwant the text %q, got %q", tc.reason, s, TextIn(v, tc.path...))
			}
		})
	}
}

func TestChild(t *testing.T) {
	cases := map[string]struct {
		reason, in string
		path       []string
		want       string
	}{
		"Existing": {"Should return the object that is there.", `{"a":{"b":{"c":1}}}`, []string{"a", "b"}, `{"a":{"b":{"c":1,"x":"y"}}}`},
		"Missing":  {"Should create every object of the path.", `{}`, []string{"a", "b"}, `{"a":{"b":{"x":"y"}}}`},
		"Other":    {"Should replace what is no object.", `{"a":7}`, []string{"a"}, `{"a":{"x":"y"}}`},
		"Self":     {"Should return the object itself without a path.", `{}`, nil, `{"x":"y"}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := object(t, tc.in)
			Child(o, tc.path...).Fields["x"] = structpb.NewStringValue("y")
			if diff := cmp.Diff(object(t, tc.want), o, protocmp.Transform()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestClone(t *testing.T) {
	o := object(t, sample)
	copied := Clone(o)
	if diff := cmp.Diff(o, copied, protocmp.Transform()); diff != "" {
		t.Fatalf("Should copy every value: -original, +copy:\n%s", diff)
	}
	Child(copied, "o", "p").Fields["q"] = structpb.NewStringValue("changed")
	list := At(copied, "l").GetListValue()
	Child(list.GetValues()[1].GetStructValue()).Fields["a"] = structpb.NewStringValue("changed")
	list.Values[0] = structpb.NewStringValue("changed")
	delete(copied.Fields, "s")
	if diff := cmp.Diff(object(t, sample), o, protocmp.Transform()); diff != "" {
		t.Errorf("Should leave the original as it is when the copy changes: -want, +got:\n%s", diff)
	}
	if Clone(nil) != nil {
		t.Error("Should copy nothing of nothing.")
	}
}

// TestEqual compares every pair of values of all kinds as protobuf does.
func TestEqual(t *testing.T) {
	var all []*structpb.Struct
	for _, v := range []string{`"x"`, `"y"`, `1`, `2`, `true`, `false`, `null`, `{}`, `{"a":1}`, `{"a":2}`, `{"b":1}`, `[]`, `[1]`, `[2]`, `[1,2]`, `[{"a":1}]`} {
		all = append(all, object(t, `{"v":`+v+`}`), object(t, `{"v":`+v+`}`))
	}
	all = append(all, nil, &structpb.Struct{}, object(t, `{"w":1}`), &structpb.Struct{Fields: map[string]*structpb.Value{"v": {}}})
	for _, a := range all {
		for _, b := range all {
			want := proto.Equal(a, b) || len(a.GetFields())+len(b.GetFields()) == 0 // no object holds what an empty one holds
			if got := Equal(a, b); got != want {
				t.Errorf("%v and %v: want %t, got %t", a, b, want, got)
			}
		}
	}
}

// The two benchmarks say what protobuf's own take.
func BenchmarkClone(b *testing.B) {
	o := &structpb.Struct{}
	if err := o.UnmarshalJSON([]byte(sample)); err != nil {
		b.Fatal(err)
	}
	b.Run("fields", func(b *testing.B) {
		for b.Loop() {
			Clone(o)
		}
	})
	b.Run("proto", func(b *testing.B) {
		for b.Loop() {
			proto.CloneOf(o)
		}
	})
}
