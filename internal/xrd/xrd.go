// Package xrd checks claims and composite resources against their CompositeResourceDefinition the way a Kubernetes API
// server would, without one: defaults, OpenAPI validation, CEL rules and transition rules, unknown fields, metadata.
//
// The API server's own code would do, and the tests of this package hold every answer against it (see xrdtest). It
// is not imported because it comes with the API server: k8s.io/api, prometheus, OpenTelemetry and cobra would make half
// of what the function and its tool take to build. What is here covers the JSON schema that controller-gen writes,
// and Load refuses what it does not cover, so that nothing is ever skipped in silence.
package xrd

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// A Schema is what the API server knows of a CompositeResourceDefinition's two kinds. It is safe for concurrent use.
type Schema struct {
	apiVersion string
	keys       []string
	kinds      map[string]*kind
}

// A kind is the composite resource or its claim.
type kind struct {
	name       string
	namespaced bool
	root       *schema
}

// A Problem is one reason why the API server would refuse an object.
type Problem struct {
	// Path is the field, such as spec.network.cidr. It is empty when the whole object is meant.
	Path string
	// Message is what the API server says about it, such as `Invalid value: "10.0.0.0/8": …`.
	Message string
}

// String is the problem as kubectl prints it.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Load reads a CompositeResourceDefinition with one served version, as YAML or JSON, and compiles its rules. An error
// means that the definition says something this package would otherwise have to ignore.
func Load(definition []byte) (*Schema, error) {
	d := compositeResourceDefinition{}
	if err := yaml.Unmarshal(definition, &d); err != nil {
		return nil, fmt.Errorf("cannot read the CompositeResourceDefinition: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	rules, err := newCompiler()
	if err != nil {
		return nil, err
	}

	s := &Schema{
		apiVersion: d.Spec.Group + "/" + d.Spec.Versions[0].Name,
		keys:       d.Spec.ConnectionSecretKeys,
		kinds:      map[string]*kind{},
	}
	composite := &kind{name: d.Spec.Names.Kind}
	if composite.root, err = d.root(compositeSpec(d.Spec.DefaultCompositionUpdatePolicy)); err != nil {
		return nil, err
	}
	s.kinds[composite.name] = composite
	if d.Spec.ClaimNames != nil {
		claim := &kind{name: d.Spec.ClaimNames.Kind, namespaced: true}
		if claim.root, err = d.root(claimSpec(d.Spec.DefaultCompositeDeletePolicy)); err != nil {
			return nil, err
		}
		s.kinds[claim.name] = claim
	}
	for _, k := range s.kinds {
		if err := k.root.prepare("", rules); err != nil {
			return nil, fmt.Errorf("cannot use the schema of kind %s: %w", k.name, err)
		}
	}
	return s, nil
}

// ConnectionSecretKeys are the keys of the connection secret that the definition lets through.
func (s *Schema) ConnectionSecretKeys() []string { return slices.Clone(s.keys) }

// Default adds the defaults of the object's kind to it, in place, and drops the nulls that the API server drops. It
// does nothing to an object of another kind.
func (s *Schema) Default(obj map[string]any) {
	k, errs := s.kindOf(obj)
	if len(errs) > 0 {
		return
	}
	k.root.pruneNulls(obj)
	k.root.setDefaults(obj)
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
	obj = normalize(obj).(map[string]any) //nolint:forcetypeassert // A map stays a map.
	v := &visit{}
	if old != nil {
		old = normalize(old).(map[string]any) //nolint:forcetypeassert // A map stays a map.
		v.update = true
		v.errs = append(v.errs, validateMetadataUpdate(obj, old)...)
	}
	v.errs = append(v.errs, validateMetadata(k, obj, v.update)...)
	unknown := append(unknownMetadata(obj), k.root.unknown("", obj)...)
	v.openAPI("", k.root, obj, newCorrelation(old))
	if !v.update || !hasDuplicates(k.root, old) { // The API server forgives all lists when it forgives one.
		v.uniqueness(nil, k.root, obj)
	}
	if blocked(v.errs) {
		return append([]Problem{{Message: unchecked}}, problems(v.errs, unknown)...)
	}
	v.rules(nil, k.root, obj, newCorrelation(old), true)
	return problems(v.errs, unknown)
}

func (s *Schema) kindOf(obj map[string]any) (*kind, field.ErrorList) {
	var errs field.ErrorList
	name, _ := obj["kind"].(string)
	k := s.kinds[name]
	if k == nil {
		supported := make([]string, 0, len(s.kinds))
		for n := range s.kinds {
			supported = append(supported, n)
		}
		slices.Sort(supported)
		errs = append(errs, field.NotSupported(field.NewPath("kind"), name, supported))
	}
	if v, _ := obj["apiVersion"].(string); v != s.apiVersion {
		errs = append(errs, field.Invalid(field.NewPath("apiVersion"), v, "must be "+s.apiVersion))
	}
	return k, errs
}

// unchecked is what the API server says when it has found so much that it does not go on to the rules.
const unchecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// problems sorts errors.
func problems(errs field.ErrorList, unknown []string) []Problem {
	out := make([]Problem, 0, len(errs)+len(unknown))
	for _, path := range unknown {
		out = append(out, Problem{Path: path, Message: fmt.Sprintf("unknown field %q", path)})
	}
	for _, err := range errs {
		path := err.Field
		if path == "<nil>" { // The path of the root.
			path = ""
		}
		out = append(out, Problem{Path: path, Message: err.ErrorBody()})
	}
	slices.SortFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return out
}
