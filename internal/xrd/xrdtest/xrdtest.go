// Package xrdtest is the real thing that package xrd stands in for: Crossplane's code that makes CRDs of a
// CompositeResourceDefinition, and the API server's that admits CRDs and their objects. It is for tests alone, because it
// takes as long to build as all of the product.
package xrdtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	v1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	xpv2 "github.com/crossplane/crossplane/apis/v2/core/v2"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"sigs.k8s.io/yaml"
)

// CRDs returns the CRDs that Crossplane makes of a CompositeResourceDefinition: the composite resource's and the claim's.
func CRDs(definition []byte) ([]*extv1.CustomResourceDefinition, error) {
	d := &v1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(definition, d); err != nil {
		return nil, fmt.Errorf("cannot read the CompositeResourceDefinition: %w", err)
	}
	// The API server has put these defaults in before Crossplane sees a definition.
	if d.Spec.DefaultCompositionUpdatePolicy == nil {
		p := xpv2.UpdateAutomatic
		d.Spec.DefaultCompositionUpdatePolicy = &p
	}
	if d.Spec.DefaultCompositeDeletePolicy == nil {
		p := xpv2.CompositeDeleteBackground
		d.Spec.DefaultCompositeDeletePolicy = &p
	}
	composite, err := xcrd.ForCompositeResource(d)
	if err != nil {
		return nil, err
	}
	claim, err := xcrd.ForCompositeResourceClaim(d)
	if err != nil {
		return nil, err
	}
	out := []*extv1.CustomResourceDefinition{composite, claim}
	for _, crd := range out {
		crd.OwnerReferences = nil // The definition has no UID yet.
		extv1.SetDefaults_CustomResourceDefinition(crd)
		extv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	}
	return out, nil
}

// CheckCost returns why an API server would refuse the CRDs of a CompositeResourceDefinition: a schema that is not
// structural, a default that its own schema refuses, a rule that does not compile or may cost too much.
func CheckCost(definition []byte) error {
	crds, err := CRDs(definition)
	if err != nil {
		return err
	}
	for _, crd := range crds {
		in := &apiextensions.CustomResourceDefinition{}
		if err := extv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, in, nil); err != nil {
			return err
		}
		in.Status.StoredVersions = []string{in.Spec.Versions[0].Name}
		if err := extvalidation.ValidateCustomResourceDefinition(context.Background(), in).ToAggregate(); err != nil {
			return fmt.Errorf("the API server would refuse %s: %w", crd.Name, err)
		}
	}
	return nil
}

// A Server admits objects of the two kinds.
type Server struct{ kinds map[string]*kind }

type kind struct {
	apiVersion string
	namespaced bool
	structural *schema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
}

// New returns a Server for a CompositeResourceDefinition.
func New(definition []byte) (*Server, error) {
	crds, err := CRDs(definition)
	if err != nil {
		return nil, err
	}
	s := &Server{kinds: map[string]*kind{}}
	for _, crd := range crds {
		props := &apiextensions.JSONSchemaProps{}
		if err := extv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, props, nil); err != nil {
			return nil, err
		}
		k := &kind{apiVersion: crd.Spec.Group + "/" + crd.Spec.Versions[0].Name, namespaced: crd.Spec.Scope == extv1.NamespaceScoped}
		if k.structural, err = schema.NewStructural(props); err != nil {
			return nil, err
		}
		if k.openAPI, _, err = validation.NewSchemaValidator(props); err != nil {
			return nil, err
		}
		k.rules = cel.NewValidator(k.structural, true, celconfig.PerCallLimit)
		s.kinds[crd.Spec.Names.Kind] = k
	}
	return s, nil
}

// Default adds defaults.
func (s *Server) Default(obj map[string]any) {
	if k := s.kinds[kindOf(obj)]; k != nil {
		defaulting.PruneNonNullableNullsWithoutDefaults(obj, k.structural)
		defaulting.Default(obj, k.structural)
	}
}

// Unknown returns the paths of unknown fields outside of metadata.
func (s *Server) Unknown(obj map[string]any) []string {
	k := s.kinds[kindOf(obj)]
	if k == nil {
		return nil
	}
	paths := pruning.PruneWithOptions(runtime.DeepCopyJSON(obj), k.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	slices.Sort(paths)
	return paths
}

// Create returns why the API server would refuse to create an object that has its defaults. It is
// customresource.strategy.Validate, which cannot be called without the rest of the API server.
func (s *Server) Create(obj map[string]any) field.ErrorList {
	k := s.kinds[kindOf(obj)]
	errs := k.metadata(obj)
	errs = append(errs, validation.ValidateCustomResource(nil, obj, k.openAPI)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, obj)...)
	if blocked(errs) {
		return errs
	}
	ruleErrs, _ := k.rules.Validate(context.Background(), nil, k.structural, obj, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, ruleErrs...)
}

// Update returns why the API server would refuse to replace old with obj, metadata aside.
func (s *Server) Update(obj, old map[string]any) field.ErrorList {
	k := s.kinds[kindOf(obj)]
	correlation := common.NewCorrelatedObject(obj, old, &model.Structural{Structural: k.structural})
	errs := validation.ValidateCustomResourceUpdate(nil, obj, old, k.openAPI, validation.WithRatcheting(correlation))
	if len(listtype.ValidateListSetsAndMaps(nil, k.structural, old)) == 0 {
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, obj)...)
	}
	if blocked(errs) {
		return errs
	}
	ruleErrs, _ := k.rules.Validate(context.Background(), nil, k.structural, obj, old, celconfig.RuntimeCELCostBudget, cel.WithRatcheting(correlation))
	return append(errs, ruleErrs...)
}

func (k *kind) metadata(obj map[string]any) field.ErrorList {
	m := metav1.ObjectMeta{}
	u := unstructured.Unstructured{Object: obj}
	m.Name, m.GenerateName, m.Namespace, m.Labels, m.Annotations = u.GetName(), u.GetGenerateName(), u.GetNamespace(), u.GetLabels(), u.GetAnnotations()
	if k.namespaced && m.Namespace == "" {
		m.Namespace = "default"
	}
	return apivalidation.ValidateObjectMeta(&m, k.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
}

func kindOf(obj map[string]any) string {
	k, _ := obj["kind"].(string)
	return k
}

// blocked is customresource.hasBlockingErr.
func blocked(errs field.ErrorList) bool {
	return slices.ContainsFunc(errs, func(err *field.Error) bool {
		switch err.Type { //nolint:exhaustive // The others do not block.
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		default:
			return false
		}
	})
}
