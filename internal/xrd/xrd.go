// Package xrd checks claims and composite resources against their CompositeResourceDefinition the way a Kubernetes API
// server does, without one: defaults, OpenAPI validation, CEL rules and transition rules, unknown fields, metadata.
// Crossplane's code has made CRDs of the definition (see package crd), and the API server's code does the rest.
package xrd

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A Schema is what the API server knows of a CompositeResourceDefinition's two kinds. It is safe for concurrent use.
type Schema struct{ kinds map[string]*kind }

// A Problem is one reason why the API server would refuse an object.
type Problem struct {
	// Path is the field, such as spec.network.cidr. It is empty when the whole object is meant.
	Path string
	// Message is what the API server says about it, such as `Invalid value: "10.0.0.0/8": …`.
	Message string
}

// String returns the problem as kubectl prints it.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Load reads the CRDs of a CompositeResourceDefinition, as crd.Encode returns them.
func Load(crds []byte) (_ *Schema, err error) {
	var all []*extv1.CustomResourceDefinition
	if err := json.Unmarshal(crds, &all); err != nil {
		return nil, err
	}
	s := &Schema{kinds: make(map[string]*kind, len(all))}
	for _, crd := range all {
		if s.kinds[crd.Spec.Names.Kind], err = newKind(crd); err != nil {
			return nil, fmt.Errorf("cannot use the schema of kind %s: %w", crd.Spec.Names.Kind, err)
		}
	}
	return s, nil
}

// Default adds the defaults of the object's kind to it, in place, and drops the nulls that the API server drops. It
// does nothing to an object of another kind.
func (s *Schema) Default(obj map[string]any) {
	if k, errs := s.kindOf(obj); len(errs) == 0 {
		defaulting.PruneNonNullableNullsWithoutDefaults(obj, k.structural)
		defaulting.Default(obj, k.structural)
	}
}

// Validate returns why the API server would refuse to create the object, sorted by path; none means that it would not.
// The object must have its defaults already (see Default). Its status, which a create ignores, is validated like that
// of a status update.
func (s *Schema) Validate(obj map[string]any) []Problem { return s.validate(obj, nil) }

// ValidateUpdate returns why the API server would refuse to replace the old object with obj. As in the API server, a
// value that breaks a rule but has not changed is let through (CRD validation ratcheting).
func (s *Schema) ValidateUpdate(obj, old map[string]any) []Problem {
	if old == nil {
		old = map[string]any{}
	}
	return s.validate(obj, old)
}

func (s *Schema) validate(obj, old map[string]any) []Problem {
	k, errs := s.kindOf(obj)
	if len(errs) > 0 {
		return problems(errs, nil)
	}
	obj, err := decoded(obj)
	if err != nil {
		return []Problem{{Message: err.Error()}}
	}
	if old, err = decoded(old); err != nil {
		return []Problem{{Message: err.Error()}}
	}
	return problems(k.validate(obj, old))
}

func (s *Schema) kindOf(obj map[string]any) (*kind, field.ErrorList) {
	var errs field.ErrorList
	name, _ := obj["kind"].(string)
	k := s.kinds[name]
	if k == nil {
		errs = append(errs, field.NotSupported(field.NewPath("kind"), name, slices.Sorted(maps.Keys(s.kinds))))
	}
	for _, other := range s.kinds { // Both are of one version.
		if v, _ := obj["apiVersion"].(string); v != other.apiVersion {
			return k, append(errs, field.Invalid(field.NewPath("apiVersion"), v, "must be "+other.apiVersion))
		}
	}
	return k, errs
}

// decoded returns a copy of an object as the API server decodes it: whole numbers are int64.
func decoded(obj map[string]any) (out map[string]any, err error) {
	raw, err := json.Marshal(obj)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}

// problems sorts errors and unknown fields by their paths.
func problems(errs field.ErrorList, unknown []string) []Problem {
	out := make([]Problem, 0, len(errs)+len(unknown))
	for _, path := range unknown {
		out = append(out, Problem{Path: path, Message: fmt.Sprintf("unknown field %q", path)})
	}
	for _, err := range errs {
		switch {
		case err.Detail == unchecked:
			out = append(out, Problem{Message: unchecked})
		case err.Field == "<nil>": // The path of the root.
			out = append(out, Problem{Message: err.ErrorBody()})
		default:
			out = append(out, Problem{Path: err.Field, Message: err.ErrorBody()})
		}
	}
	slices.SortFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return out
}
