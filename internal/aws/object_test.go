package aws_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws"
)

// params has a field of every shape.
type params struct {
	String   *string
	Number   *float64
	Integer  *int64
	Bool     *bool
	Strings  []string
	Numbers  []float64
	Integers []int64
	Bools    []bool
	Map      map[string]string
	Nested   *params
	List     []params
	Ref      *aws.Ref
	Refs     []aws.Ref
	Selector *aws.Selector
	Secret   *aws.SecretRef

	ForProviderOnly *string
}

func (p *params) Encode(o *aws.Object) {
	o.String("string", p.String)
	o.Number("number", p.Number)
	o.Integer("integer", p.Integer)
	o.Bool("bool", p.Bool)
	o.Strings("strings", p.Strings)
	o.Numbers("numbers", p.Numbers)
	o.Integers("integers", p.Integers)
	o.Bools("bools", p.Bools)
	o.StringMap("map", p.Map)
	aws.Nested(o, "nested", p.Nested)
	aws.NestedList(o, "list", p.List)
	aws.Nested(o, "ref", p.Ref)
	aws.NestedList(o, "refs", p.Refs)
	aws.Nested(o, "selector", p.Selector)
	aws.Nested(o, "secret", p.Secret)
	if o.Init() {
		return
	}
	o.String("forProviderOnly", p.ForProviderOnly)
}

func TestEncode(t *testing.T) {
	type want struct {
		forProvider  map[string]any
		initProvider map[string]any
	}
	same := func(m map[string]any) want { return want{forProvider: m, initProvider: m} }

	cases := map[string]struct {
		reason string
		params params
		want   want
	}{
		"Unset": {
			reason: "Should encode an empty forProvider and no initProvider when nothing is set",
			want:   want{forProvider: map[string]any{}},
		},
		"Scalars": {
			reason: "Should send zero values that are set, because they differ from what the provider would choose",
			params: params{String: new(""), Number: new(0.0), Integer: new(int64(0)), Bool: new(false)},
			want:   same(map[string]any{"string": "", "number": 0.0, "integer": 0.0, "bool": false}),
		},
		"Lists": {
			reason: "Should keep the order and the type of list elements",
			params: params{Strings: []string{"b", "a"}, Numbers: []float64{1.5}, Integers: []int64{2}, Bools: []bool{true, false}},
			want:   same(map[string]any{"strings": []any{"b", "a"}, "numbers": []any{1.5}, "integers": []any{2.0}, "bools": []any{true, false}}),
		},
		"Empty": {
			reason: "Should send empty lists, maps and objects that are not nil",
			params: params{Strings: []string{}, Numbers: []float64{}, Integers: []int64{}, Bools: []bool{}, Map: map[string]string{}, Nested: &params{}, List: []params{}, Refs: []aws.Ref{}, Selector: &aws.Selector{}},
			want: same(map[string]any{
				"strings": []any{}, "numbers": []any{}, "integers": []any{}, "bools": []any{}, "map": map[string]any{},
				"nested": map[string]any{}, "list": []any{}, "refs": []any{}, "selector": map[string]any{},
			}),
		},
		"Nested": {
			reason: "Should keep the fields of an object, of the object around it and of its siblings apart",
			params: params{String: new("outer"), Nested: &params{String: new("inner"), Map: map[string]string{"k": "v"}}, List: []params{{String: new("first")}, {}, {Bool: new(true)}}},
			want: same(map[string]any{
				"string": "outer",
				"nested": map[string]any{"string": "inner", "map": map[string]any{"k": "v"}},
				"list":   []any{map[string]any{"string": "first"}, map[string]any{}, map[string]any{"bool": true}},
			}),
		},
		"References": {
			reason: "Should leave policies to the API server's defaults unless they are set",
			params: params{
				Ref:      &aws.Ref{Name: "vpc"},
				Refs:     []aws.Ref{{Name: "a", Policy: &aws.RefPolicy{Resolve: "Always"}}, {Name: "b", Policy: &aws.RefPolicy{Resolution: "Optional"}}},
				Selector: &aws.Selector{MatchControllerRef: new(true), MatchLabels: map[string]string{"tier": "private"}, Policy: &aws.RefPolicy{Resolve: "Always", Resolution: "Optional"}},
				Secret:   &aws.SecretRef{Namespace: "ns", Name: "n", Key: "k"},
			},
			want: same(map[string]any{
				"ref":      map[string]any{"name": "vpc"},
				"refs":     []any{map[string]any{"name": "a", "policy": map[string]any{"resolve": "Always"}}, map[string]any{"name": "b", "policy": map[string]any{"resolution": "Optional"}}},
				"selector": map[string]any{"matchControllerRef": true, "matchLabels": map[string]any{"tier": "private"}, "policy": map[string]any{"resolve": "Always", "resolution": "Optional"}},
				"secret":   map[string]any{"namespace": "ns", "name": "n", "key": "k"},
			}),
		},
		"ForProviderOnly": {
			reason: "Should not send in initProvider, on any level, what exists in forProvider only",
			params: params{ForProviderOnly: new("region"), Nested: &params{ForProviderOnly: new("region")}, List: []params{{ForProviderOnly: new("region")}}},
			want: want{
				forProvider:  map[string]any{"forProviderOnly": "region", "nested": map[string]any{"forProviderOnly": "region"}, "list": []any{map[string]any{"forProviderOnly": "region"}}},
				initProvider: map[string]any{"nested": map[string]any{}, "list": []any{map[string]any{}}},
			},
		},
		"OnlyForProviderOnly": {
			reason: "Should have no initProvider when all that is set exists in forProvider only",
			params: params{ForProviderOnly: new("region")},
			want:   want{forProvider: map[string]any{"forProviderOnly": "region"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want.forProvider, aws.EncodeForProvider(&tc.params).AsMap()); diff != "" {
				t.Errorf("\n%s\nEncodeForProvider(...): -want, +got:\n%s", tc.reason, diff)
			}
			var got map[string]any
			if s := aws.EncodeInitProvider(&tc.params); s != nil {
				got = s.AsMap()
			}
			if diff := cmp.Diff(tc.want.initProvider, got); diff != "" {
				t.Errorf("\n%s\nEncodeInitProvider(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
