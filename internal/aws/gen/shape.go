package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws/crds"
)

// A shape is the Go side of a schema.
type shape struct {
	goType string
	encode string // the encoding statement, a format of the JSON name and the Go expression

	object  *crds.Schema // set if goType is a generated struct
	element *crds.Schema // set if goType is a list of generated structs
}

// shapeOf returns the shape of a property. A struct that has to be generated for it has the name structName.
func shapeOf(json string, s crds.Schema, structName string) (shape, error) {
	if s.IntOrString || s.PreserveUnknownFields {
		return shape{}, errors.New("has no fixed type, which is not supported")
	}
	switch s.Type {
	case "string":
		return shape{goType: "*string", encode: "o.String(%q, %s)"}, nil
	case "number":
		return shape{goType: "*float64", encode: "o.Number(%q, %s)"}, nil
	case "integer":
		return shape{goType: "*int64", encode: "o.Integer(%q, %s)"}, nil
	case "boolean":
		return shape{goType: "*bool", encode: "o.Bool(%q, %s)"}, nil
	case "array":
		if s.Items != nil {
			return listShape(json, *s.Items, structName)
		}
	case "object":
		return objectShape(json, s, structName)
	}
	return shape{}, fmt.Errorf("type %q is not supported", s.Type)
}

func objectShape(json string, s crds.Schema, structName string) (shape, error) {
	switch {
	case strings.HasSuffix(json, "SecretRef") && isSecretRef(s):
		return shape{goType: "*aws.SecretRef", encode: "aws.Nested(o, %q, %s)"}, nil
	case strings.HasSuffix(json, "Ref") && isRef(s):
		return shape{goType: "*aws.Ref", encode: "aws.Nested(o, %q, %s)"}, nil
	case strings.HasSuffix(json, "Selector") && isSelector(s):
		return shape{goType: "*aws.Selector", encode: "aws.Nested(o, %q, %s)"}, nil
	case len(s.Properties) > 0:
		return shape{goType: "*" + structName, encode: "aws.Nested(o, %q, %s)", object: &s}, nil
	case s.AdditionalProperties != nil && s.AdditionalProperties.Type == "string":
		return shape{goType: "map[string]string", encode: "o.StringMap(%q, %s)"}, nil
	}
	return shape{}, errors.New("an object that has neither properties nor strings as values is not supported")
}

func listShape(json string, items crds.Schema, structName string) (shape, error) {
	switch items.Type {
	case "string":
		return shape{goType: "[]string", encode: "o.Strings(%q, %s)"}, nil
	case "number":
		return shape{goType: "[]float64", encode: "o.Numbers(%q, %s)"}, nil
	case "integer":
		return shape{goType: "[]int64", encode: "o.Integers(%q, %s)"}, nil
	case "boolean":
		return shape{goType: "[]bool", encode: "o.Bools(%q, %s)"}, nil
	case "object":
		if strings.HasSuffix(json, "Refs") && isRef(items) {
			return shape{goType: "[]aws.Ref", encode: "aws.NestedList(o, %q, %s)"}, nil
		}
		if len(items.Properties) > 0 {
			return shape{goType: "[]" + structName, encode: "aws.NestedList(o, %q, %s)", element: &items}, nil
		}
	}
	return shape{}, fmt.Errorf("a list of %q is not supported", items.Type)
}

// The three shapes below have Go types in package aws. All their properties must match, or a field would be lost.

func isRef(s crds.Schema) bool {
	return hasOnly(s, "name", "policy") && isPolicy(s.Properties["policy"])
}

func isSelector(s crds.Schema) bool {
	return hasOnly(s, "matchControllerRef", "matchLabels", "policy") && isPolicy(s.Properties["policy"])
}

func isSecretRef(s crds.Schema) bool { return hasOnly(s, "key", "name", "namespace") }

func isPolicy(s crds.Schema) bool { return hasOnly(s, "resolution", "resolve") }

// hasOnly reports whether the properties of an object are these, which must be sorted.
func hasOnly(s crds.Schema, names ...string) bool {
	return slices.Equal(slices.Sorted(maps.Keys(s.Properties)), names)
}
