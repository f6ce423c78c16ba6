package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

func definition(kind string, forProvider, initProvider map[string]crds.Schema) *crds.Definition {
	return &crds.Definition{
		APIVersion: "test.aws.upbound.io/v1beta1", Kind: kind, Group: "test.aws.upbound.io", Plural: "tests",
		Spec: object(map[string]crds.Schema{"forProvider": object(forProvider), "initProvider": object(initProvider)}),
	}
}

func TestNewModel(t *testing.T) {
	type properties = map[string]crds.Schema
	rule := object(properties{"id": str, "region": str})
	ruleInInit := object(properties{"id": str})

	cases := map[string]struct {
		reason     string
		definition *crds.Definition
		want       []*structType
		wantErr    string
	}{
		"Nested": {
			reason:     "Should name a nested type by its path, and keep apart what does not exist in initProvider",
			definition: definition("Widget", properties{"region": str, "rule": list(rule), "filter": rule}, properties{"rule": list(ruleInInit), "filter": ruleInInit}),
			want: []*structType{
				{
					Name: "WidgetParameters", Path: "spec.forProvider",
					Fields: []field{
						{Name: "Filter", Type: "*WidgetFilter", Encode: `aws.Nested(o, "filter", p.Filter)`},
						{Name: "Rule", Type: "[]WidgetRule", Encode: `aws.NestedList(o, "rule", p.Rule)`},
					},
					ForProviderOnly: []field{{Name: "Region", Type: "*string", Encode: `o.String("region", p.Region)`}},
				},
				{
					Name: "WidgetFilter", Path: "spec.forProvider.filter",
					Fields:          []field{{Name: "ID", Type: "*string", Encode: `o.String("id", p.ID)`}},
					ForProviderOnly: []field{{Name: "Region", Type: "*string", Encode: `o.String("region", p.Region)`}},
				},
				{
					Name: "WidgetRule", Path: "spec.forProvider.rule[]",
					Fields:          []field{{Name: "ID", Type: "*string", Encode: `o.String("id", p.ID)`}},
					ForProviderOnly: []field{{Name: "Region", Type: "*string", Encode: `o.String("region", p.Region)`}},
				},
			},
		},
		"NestedForProviderOnly": {
			reason:     "Should not mark the fields of an object that does not exist in initProvider as a whole",
			definition: definition("Widget", properties{"rule": list(rule)}, nil),
			want: []*structType{
				{Name: "WidgetParameters", Path: "spec.forProvider", ForProviderOnly: []field{{Name: "Rule", Type: "[]WidgetRule", Encode: `aws.NestedList(o, "rule", p.Rule)`}}},
				{Name: "WidgetRule", Path: "spec.forProvider.rule[]", Fields: []field{
					{Name: "ID", Type: "*string", Encode: `o.String("id", p.ID)`},
					{Name: "Region", Type: "*string", Encode: `o.String("region", p.Region)`},
				}},
			},
		},
		"InitProviderOnly": {
			reason:     "Should refuse a field that the common struct would lack",
			definition: definition("Widget", properties{"a": str}, properties{"a": str, "b": str}),
			wantErr:    "test.aws.upbound.io/v1beta1 Widget: spec.forProvider.b is in initProvider only",
		},
		"SameFieldName": {
			reason:     "Should refuse two fields that only differ by case",
			definition: definition("Widget", properties{"vpcId": str, "vpcID": str}, nil),
			wantErr:    "test.aws.upbound.io/v1beta1 Widget: spec.forProvider: vpcID and vpcId have the same Go name VPCID",
		},
		"MethodName": {
			reason:     "Should refuse a field that is called like the method",
			definition: definition("Widget", properties{"encode": str}, nil),
			wantErr:    "test.aws.upbound.io/v1beta1 Widget: spec.forProvider: the method and encode have the same Go name Encode",
		},
		"Unsupported": {
			reason:     "Should name the field it has no type for",
			definition: definition("Widget", properties{"rule": list(object(properties{"any": {PreserveUnknownFields: true}}))}, nil),
			wantErr:    "test.aws.upbound.io/v1beta1 Widget: spec.forProvider.rule[].any: has no fixed type, which is not supported",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m, err := newModel(tc.definition)
			var got []*structType
			if m != nil {
				got = m.Structs
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nnewModel(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.wantErr, message(err)); diff != "" {
				t.Errorf("\n%s\nnewModel(...): -want error, +got error:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	d := definition("Widget", map[string]crds.Schema{"name": str, "size": str, "region": str}, map[string]crds.Schema{"name": str, "size": str})
	forProvider := d.ForProvider()
	forProvider.Required = []string{"region"}
	d.Spec.Properties["forProvider"] = forProvider
	d.Spec.Validations = append(d.Spec.Validations, struct {
		Message string `json:"message"`
	}{Message: "spec.forProvider.name is a required parameter"})

	m, err := newModel(d)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range append(m.Structs[0].Fields, m.Structs[0].ForProviderOnly...) {
		got[f.Name] = f.Doc
	}
	if diff := cmp.Diff(map[string]string{"Name": "Required.", "Size": "", "Region": "Required."}, got); diff != "" {
		t.Errorf("\nShould mark what the schema or its validations require\nnewModel(...): -want, +got:\n%s", diff)
	}
}

func TestCheckConflicts(t *testing.T) {
	properties := func(names ...string) map[string]crds.Schema {
		m := map[string]crds.Schema{}
		for _, n := range names {
			m[n] = object(map[string]crds.Schema{"id": str})
		}
		return m
	}
	cases := map[string]struct {
		reason      string
		definitions []*crds.Definition
		want        string
	}{
		"None": {
			reason:      "Should accept kinds whose names start alike",
			definitions: []*crds.Definition{definition("VPC", properties("peering"), nil), definition("VPCEndpoint", properties("options"), nil)},
		},
		"KindAndNested": {
			reason:      "Should refuse a nested type that is called like a kind",
			definitions: []*crds.Definition{definition("VPC", properties("endpoint"), nil), definition("VPCEndpoint", nil, nil)},
			want:        "both VPC spec.forProvider.endpoint and kind VPCEndpoint need the Go type test.VPCEndpoint",
		},
		"ParametersAndNested": {
			reason:      "Should refuse a nested type that is called like the parameters around it",
			definitions: []*crds.Definition{definition("VPC", properties("parameters"), nil)},
			want:        "both VPC spec.forProvider and VPC spec.forProvider.parameters need the Go type test.VPCParameters",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var models []*model
			for _, d := range tc.definitions {
				m, err := newModel(d)
				if err != nil {
					t.Fatal(err)
				}
				models = append(models, m)
			}
			if diff := cmp.Diff(tc.want, message(checkConflicts(models))); diff != "" {
				t.Errorf("\n%s\ncheckConflicts(...): -want error, +got error:\n%s", tc.reason, diff)
			}
		})
	}
}
