// Package crd makes CRDs of a CompositeResourceDefinition by Crossplane's own code. It is for what is generated and for tests:
// what it depends on is as large as all the rest of the product.
package crd

import (
	"encoding/json"
	"fmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	v1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	xpv2 "github.com/crossplane/crossplane/apis/v2/core/v2"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// Encode returns the CRDs of a CompositeResourceDefinition as xrd.Load reads them: without descriptions.
func Encode(definition []byte) ([]byte, error) {
	all, err := Of(definition)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, err
	}
	describeNothing(plain)
	raw, err = json.MarshalIndent(plain, "", " ")
	return append(raw, '\n'), err
}

// describeNothing deletes descriptions. A field called description is an object, and stays.
func describeNothing(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["description"].(string); ok {
			delete(v, "description")
		}
		for _, below := range v {
			describeNothing(below)
		}
	case []any:
		for _, below := range v {
			describeNothing(below)
		}
	}
}

// Of returns the CRDs that Crossplane makes of a CompositeResourceDefinition: the composite resource's and the claim's.
func Of(definition []byte) ([]*extv1.CustomResourceDefinition, error) {
	d := &v1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(definition, d); err != nil {
		return nil, fmt.Errorf("cannot read the CompositeResourceDefinition: %w", err)
	}
	if d.APIVersion != v1.SchemeGroupVersion.String() || d.Kind != v1.CompositeResourceDefinitionKind {
		return nil, fmt.Errorf("want a CompositeResourceDefinition of %s, not kind %q of %q", v1.SchemeGroupVersion, d.Kind, d.APIVersion)
	}
	if len(d.Spec.Versions) != 1 {
		return nil, fmt.Errorf("want a CompositeResourceDefinition with one version, not %d", len(d.Spec.Versions))
	}
	// The API server puts these defaults in before Crossplane sees a definition.
	if d.Spec.DefaultCompositionUpdatePolicy == nil {
		d.Spec.DefaultCompositionUpdatePolicy = new(xpv2.UpdateAutomatic)
	}
	if d.Spec.DefaultCompositeDeletePolicy == nil {
		d.Spec.DefaultCompositeDeletePolicy = new(xpv2.CompositeDeleteBackground)
	}
	composite, err := xcrd.ForCompositeResource(d)
	if err != nil {
		return nil, err
	}
	claim, err := xcrd.ForCompositeResourceClaim(d)
	if err != nil {
		return nil, err
	}
	return []*extv1.CustomResourceDefinition{composite, claim}, nil
}
