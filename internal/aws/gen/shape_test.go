package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

var (
	str    = crds.Schema{Type: "string"}
	policy = object(map[string]crds.Schema{"resolution": str, "resolve": str})
	ref    = object(map[string]crds.Schema{"name": str, "policy": policy})
	secret = object(map[string]crds.Schema{"key": str, "name": str, "namespace": str})
)

func object(properties map[string]crds.Schema) crds.Schema {
	return crds.Schema{Type: "object", Properties: properties}
}

func list(items crds.Schema) crds.Schema { return crds.Schema{Type: "array", Items: &items} }

func mapOf(values crds.Schema) crds.Schema {
	return crds.Schema{Type: "object", AdditionalProperties: &values}
}

func TestShapeOf(t *testing.T) {
	selector := object(map[string]crds.Schema{"matchControllerRef": {Type: "boolean"}, "matchLabels": mapOf(str), "policy": policy})

	cases := map[string]struct {
		reason  string
		json    string
		schema  crds.Schema
		want    string
		wantErr string
	}{
		"String":        {reason: "Should be able to tell unset from empty", json: "x", schema: str, want: "*string"},
		"Number":        {reason: "Should be able to tell unset from zero", json: "x", schema: crds.Schema{Type: "number"}, want: "*float64"},
		"Integer":       {reason: "Should be able to tell unset from zero", json: "x", schema: crds.Schema{Type: "integer"}, want: "*int64"},
		"Boolean":       {reason: "Should be able to tell unset from false", json: "x", schema: crds.Schema{Type: "boolean"}, want: "*bool"},
		"Strings":       {reason: "Should have lists of scalars", json: "x", schema: list(str), want: "[]string"},
		"Numbers":       {reason: "Should have lists of scalars", json: "x", schema: list(crds.Schema{Type: "number"}), want: "[]float64"},
		"Integers":      {reason: "Should have lists of scalars", json: "x", schema: list(crds.Schema{Type: "integer"}), want: "[]int64"},
		"Booleans":      {reason: "Should have lists of scalars", json: "x", schema: list(crds.Schema{Type: "boolean"}), want: "[]bool"},
		"Map":           {reason: "Should have maps of strings", json: "tags", schema: mapOf(str), want: "map[string]string"},
		"Object":        {reason: "Should generate a struct for an object", json: "x", schema: object(map[string]crds.Schema{"a": str}), want: "*KindX"},
		"Objects":       {reason: "Should generate a struct for the elements of a list", json: "x", schema: list(object(map[string]crds.Schema{"a": str})), want: "[]KindX"},
		"Ref":           {reason: "Should know a reference", json: "vpcIdRef", schema: ref, want: "*aws.Ref"},
		"Refs":          {reason: "Should know a list of references", json: "subnetIdRefs", schema: list(ref), want: "[]aws.Ref"},
		"Selector":      {reason: "Should know a selector", json: "vpcIdSelector", schema: selector, want: "*aws.Selector"},
		"SecretRef":     {reason: "Should know a reference to a secret's key", json: "passwordSecretRef", schema: secret, want: "*aws.SecretRef"},
		"RefByName":     {reason: "Should not take an object for a reference by its name alone", json: "fooRef", schema: object(map[string]crds.Schema{"name": str}), want: "*KindX"},
		"RefByShape":    {reason: "Should not take an object for a reference by its shape alone", json: "foo", schema: ref, want: "*KindX"},
		"RefWithMore":   {reason: "Should lose no field that only this reference has", json: "fooRef", schema: object(map[string]crds.Schema{"name": str, "policy": policy, "namespace": str}), want: "*KindX"},
		"LocalSecret":   {reason: "Should not invent the namespace of a namespaced resource's secret reference", json: "passwordSecretRef", schema: object(map[string]crds.Schema{"key": str, "name": str}), want: "*KindX"},
		"NoType":        {reason: "Should refuse what it does not know", json: "x", schema: crds.Schema{}, wantErr: `type "" is not supported`},
		"IntOrString":   {reason: "Should refuse what has two types", json: "x", schema: crds.Schema{IntOrString: true, Type: "string"}, wantErr: "has no fixed type, which is not supported"},
		"FreeForm":      {reason: "Should refuse what has any type", json: "x", schema: crds.Schema{PreserveUnknownFields: true, Type: "object"}, wantErr: "has no fixed type, which is not supported"},
		"EmptyObject":   {reason: "Should refuse an object in which nothing can be set", json: "x", schema: crds.Schema{Type: "object"}, wantErr: "an object that has neither properties nor strings as values is not supported"},
		"MapOfNumbers":  {reason: "Should refuse a map it has no type for", json: "x", schema: mapOf(crds.Schema{Type: "number"}), wantErr: "an object that has neither properties nor strings as values is not supported"},
		"ListOfLists":   {reason: "Should refuse a list it has no type for", json: "x", schema: list(list(str)), wantErr: `a list of "array" is not supported`},
		"ListOfNothing": {reason: "Should refuse a list without elements", json: "x", schema: crds.Schema{Type: "array"}, wantErr: `type "array" is not supported`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := shapeOf(tc.json, tc.schema, "KindX")
			if diff := cmp.Diff(tc.want, got.goType); diff != "" {
				t.Errorf("\n%s\nshapeOf(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.wantErr, message(err)); diff != "" {
				t.Errorf("\n%s\nshapeOf(...): -want error, +got error:\n%s", tc.reason, diff)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
