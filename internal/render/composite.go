package render

import (
	"fmt"
	"maps"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
)

// claimOnly are the fields that Crossplane keeps in a claim's spec for itself and does not hand on.
var claimOnly = []string{"resourceRef", "compositeDeletePolicy", "writeConnectionSecretToRef", "compositionRevisionRef"}

// Composite returns the composite resource that Crossplane makes of a claim, or what it is given if that is one already.
// Crossplane adds five random characters to the claim's name; here it stays as it is, so that renders can be compared.
func Composite(o map[string]any) (map[string]any, error) {
	apiVersion, kind := fields.TextIn(o, "apiVersion"), fields.TextIn(o, "kind")
	if apiVersion != v1alpha1.APIVersion || kind != v1alpha1.KindClaim && kind != v1alpha1.KindComposite {
		return nil, fmt.Errorf("a %s of %s cannot be rendered: give a %s or %s of %s", kind, apiVersion, v1alpha1.KindClaim, v1alpha1.KindComposite, v1alpha1.APIVersion)
	}
	if kind == v1alpha1.KindComposite {
		return o, nil
	}
	name, namespace := fields.TextIn(o, "metadata", "name"), fields.TextIn(o, "metadata", "namespace")
	if namespace == "" {
		namespace = "default"
	}

	labels := map[string]any{}
	metadata, _ := o["metadata"].(map[string]any)
	if own, ok := metadata["labels"].(map[string]any); ok {
		maps.Copy(labels, own)
	}
	labels["crossplane.io/claim-name"] = name
	labels["crossplane.io/claim-namespace"] = namespace

	spec := map[string]any{}
	if own, ok := o["spec"].(map[string]any); ok {
		maps.Copy(spec, own)
	}
	for _, field := range claimOnly {
		delete(spec, field)
	}
	spec["claimRef"] = map[string]any{"apiVersion": apiVersion, "kind": kind, "name": name, "namespace": namespace}

	xr := map[string]any{
		"apiVersion": apiVersion,
		"kind":       v1alpha1.KindComposite,
		"metadata":   map[string]any{"name": name, "labels": labels},
		"spec":       spec,
	}
	if status, ok := o["status"]; ok {
		xr["status"] = status
	}
	return xr, nil
}
