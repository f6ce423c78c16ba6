package xrd

import (
	"context"
	"slices"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
)

// A kind is the composite resource or its claim.
type kind struct {
	apiVersion string
	namespaced bool
	structural *schema.Structural
	openAPI    validation.SchemaValidator

	mu    sync.Mutex
	rules map[string]*cel.Validator // compiled so far, by the paths of their fields
}

func newKind(crd *extv1.CustomResourceDefinition) (*kind, error) {
	props := &apiextensions.JSONSchemaProps{}
	if err := extv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, props, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(props)
	if err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(props)
	return &kind{
		apiVersion: crd.Spec.Group + "/" + crd.Spec.Versions[0].Name,
		namespaced: crd.Spec.Scope == extv1.NamespaceScoped,
		structural: structural,
		openAPI:    openAPI,
		rules:      make(map[string]*cel.Validator),
	}, err
}

// unchecked is what the API server says when it has found so much that it does not go on to the rules.
const unchecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// validate does what the API server does to an object that it decoded, and returns the paths of unknown fields too. It is
// Validate and ValidateUpdate of customresource.strategy, whose package needs the rest of the API server.
func (k *kind) validate(obj, old map[string]any) (errs field.ErrorList, unknown []string) {
	errs, unknown = k.metadata(obj, old)
	unknown = append(unknown, pruning.PruneWithOptions(obj, k.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	pruning.Prune(old, k.structural, true)

	var ratcheting []cel.Option
	if old == nil {
		errs = append(errs, validation.ValidateCustomResource(nil, obj, k.openAPI)...)
	} else {
		correlation := common.NewCorrelatedObject(obj, old, &model.Structural{Structural: k.structural})
		ratcheting = append(ratcheting, cel.WithRatcheting(correlation))
		errs = append(errs, validation.ValidateCustomResourceUpdate(nil, obj, old, k.openAPI, validation.WithRatcheting(correlation))...)
	}
	if old == nil || len(listtype.ValidateListSetsAndMaps(nil, k.structural, old)) == 0 {
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, obj)...)
	}
	if slices.ContainsFunc(errs, blocks) {
		return append(errs, field.Invalid(nil, nil, unchecked)), unknown
	}
	ruleErrs, _ := k.rulesFor("", k.structural, obj).Validate(context.Background(), nil, k.structural, obj, old, celconfig.RuntimeCELCostBudget, ratcheting...)
	return append(errs, ruleErrs...), unknown
}

// blocks reports whether rules cannot be evaluated safely on an object with this error.
func blocks(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	default:
		return false
	}
}

// metadata validates the metadata of an object that is created, or of one that replaces the old one.
func (k *kind) metadata(obj, old map[string]any) (errs field.ErrorList, unknown []string) {
	at := field.NewPath("metadata")
	m, unknown, err := k.metadataOf(obj)
	if err != nil {
		return field.ErrorList{field.Invalid(at, field.OmitValueType{}, err.Error())}, nil
	}
	if old == nil {
		if m.Name == "" && m.GenerateName != "" {
			m.Name = m.GenerateName + "xxxxx" // The API server adds five letters or digits.
		}
		return apivalidation.ValidateObjectMeta(m, k.namespaced, apivalidation.NameIsDNSSubdomain, at), unknown
	}
	was, _, err := k.metadataOf(old)
	if err != nil {
		return field.ErrorList{field.Invalid(at, field.OmitValueType{}, err.Error())}, nil
	}
	// An update keeps what its author left to the API server.
	m.ResourceVersion, m.Generation, m.UID, m.CreationTimestamp = "1", was.Generation, was.UID, was.CreationTimestamp
	m.DeletionTimestamp, m.DeletionGracePeriodSeconds = was.DeletionTimestamp, was.DeletionGracePeriodSeconds
	return apivalidation.ValidateObjectMetaUpdate(m, was, at), unknown
}

// metadataOf returns an object's metadata with the namespace that kubectl would put there, and the paths of unknown fields.
func (k *kind) metadataOf(obj map[string]any) (*metav1.ObjectMeta, []string, error) {
	m, _, unknown, err := objectmeta.GetObjectMetaWithOptions(obj, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if m == nil {
		m = &metav1.ObjectMeta{}
	}
	if k.namespaced && m.Namespace == "" {
		m.Namespace = metav1.NamespaceDefault
	}
	return m, unknown, err
}

// rulesFor returns the rules of a schema that apply to a value: those of the fields that it has. Compiling takes
// milliseconds for each field with rules, and a claim has few of the fields, so a rule is compiled when it is first needed.
func (k *kind) rulesFor(path string, s *schema.Structural, v any) *cel.Validator {
	out := *k.compiled(path, s, false)
	switch v := v.(type) {
	case map[string]any:
		out.Properties = make(map[string]cel.Validator, len(v))
		for name, e := range v {
			if p, ok := s.Properties[name]; ok {
				out.Properties[name] = *k.rulesFor(path+"."+name, &p, e)
			} else if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
				out.AdditionalProperties = k.compiled(path+"{}", s.AdditionalProperties.Structural, true)
			}
		}
	case []any:
		if s.Items != nil && len(v) > 0 {
			out.Items = k.compiled(path+"[]", s.Items, true)
		}
	}
	return &out
}

// compiled returns the rules of a schema, and those of its fields if they are wanted too.
func (k *kind) compiled(path string, s *schema.Structural, fields bool) *cel.Validator {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.rules[path]; ok {
		return v
	}
	if !fields {
		own := s.XValidations
		s = s.DeepCopy()
		(&schema.Visitor{Structural: func(s *schema.Structural) bool { s.XValidations = nil; return true }}).Visit(s)
		s.XValidations = own
	}
	v := cel.NewValidator(s, path == "", celconfig.PerCallLimit)
	if v == nil {
		v = &cel.Validator{Schema: s}
	}
	k.rules[path] = v
	return v
}
