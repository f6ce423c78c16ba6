package xrd

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// A compositeResourceDefinition is the part of apiextensions.crossplane.io/v1 that says what is admitted.
type compositeResourceDefinition struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Spec       struct {
		Scope                          string                 `json:"scope"`
		Group                          string                 `json:"group"`
		Names                          struct{ Kind string }  `json:"names"`
		ClaimNames                     *struct{ Kind string } `json:"claimNames"`
		ConnectionSecretKeys           []string               `json:"connectionSecretKeys"`
		DefaultCompositionUpdatePolicy string                 `json:"defaultCompositionUpdatePolicy"`
		DefaultCompositeDeletePolicy   string                 `json:"defaultCompositeDeletePolicy"`
		Versions                       []struct {
			Name   string `json:"name"`
			Schema struct {
				OpenAPIV3Schema json.RawMessage `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

func (d *compositeResourceDefinition) check() error {
	if d.APIVersion != "apiextensions.crossplane.io/v1" || d.Kind != "CompositeResourceDefinition" {
		return fmt.Errorf("want a CompositeResourceDefinition of apiextensions.crossplane.io/v1, not kind %q of %q", d.Kind, d.APIVersion)
	}
	if d.Spec.Scope != "" && d.Spec.Scope != "LegacyCluster" {
		return fmt.Errorf("want a definition with claims, which is of scope LegacyCluster, not %s", d.Spec.Scope)
	}
	if len(d.Spec.Versions) != 1 {
		return fmt.Errorf("want a CompositeResourceDefinition with one version, not %d", len(d.Spec.Versions))
	}
	if d.Spec.Names.Kind == "" || d.Spec.ClaimNames != nil && (d.Spec.ClaimNames.Kind == "" || d.Spec.ClaimNames.Kind == d.Spec.Names.Kind) {
		return errors.New("the composite resource and its claim need kinds of their own")
	}
	return nil
}

// maxNameLength is what Crossplane allows for names of composite resources and claims, because it uses them as values
// of labels. (crossplane-runtime, pkg/xcrd/crd.go)
const maxNameLength = 63

// root returns the schema that Crossplane gives to a kind: ours, with its own fields added. Of our spec and status it
// takes what is taken here and drops the rest. (crossplane-runtime, pkg/xcrd/crd.go, genCrdVersion)
func (d *compositeResourceDefinition) root(machinery map[string]*schema) (*schema, error) {
	ours, err := parse(d.Spec.Versions[0].Schema.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	name := &schema{Type: "string", MaxLength: new(int64(maxNameLength))}
	if m := ours.Properties["metadata"]; m != nil && m.Properties["name"] != nil && m.Properties["name"].MaxLength != nil {
		name.MaxLength = new(min(maxNameLength, *m.Properties["name"].MaxLength))
	}
	return &schema{
		Type:         "object",
		Required:     []string{"spec"},
		XValidations: ours.XValidations,
		Properties: map[string]*schema{
			"apiVersion": {Type: "string"},
			"kind":       {Type: "string"},
			"metadata":   {Type: "object", Properties: map[string]*schema{"name": name}},
			"spec":       withMachinery(ours.Properties["spec"], machinery),
			"status":     withMachinery(ours.Properties["status"], statusMachinery()),
		},
	}, nil
}

func withMachinery(ours *schema, machinery map[string]*schema) *schema {
	out := &schema{Type: "object", Properties: map[string]*schema{}}
	if ours != nil {
		out.Required, out.XPreserveUnknownFields, out.XValidations = ours.Required, ours.XPreserveUnknownFields, ours.XValidations
		maps.Copy(out.Properties, ours.Properties)
	}
	maps.Copy(out.Properties, machinery)
	return out
}

// compositeSpec are the fields that Crossplane adds to the spec of a composite resource that has a claim.
func compositeSpec(updatePolicy string) map[string]*schema {
	resource := stringsObject("apiVersion", "kind", "name", "namespace")
	resource.Required = []string{"apiVersion", "kind"}
	props := sharedSpec()
	props["compositionUpdatePolicy"].Default = either(updatePolicy, "Automatic")
	props["resourceRefs"] = &schema{Type: "array", Items: resource, XListType: "atomic"}
	props["claimRef"] = stringsObject("apiVersion", "kind", "name", "namespace")
	props["writeConnectionSecretToRef"] = stringsObject("name", "namespace")
	return props
}

// claimSpec are the fields that Crossplane adds to the spec of a claim.
func claimSpec(deletePolicy string) map[string]*schema {
	props := sharedSpec()
	props["compositeDeletePolicy"] = &schema{Type: "string", Enum: []any{"Background", "Foreground"}, Default: either(deletePolicy, "Background")}
	props["resourceRef"] = stringsObject("apiVersion", "kind", "name")
	props["writeConnectionSecretToRef"] = stringsObject("name")
	return props
}

func sharedSpec() map[string]*schema {
	selector := func() *schema {
		return &schema{Type: "object", Required: []string{"matchLabels"}, Properties: map[string]*schema{
			"matchLabels": {Type: "object", AdditionalProperties: &schema{Type: "string"}},
		}}
	}
	return map[string]*schema{
		"compositionRef":              stringsObject("name"),
		"compositionSelector":         selector(),
		"compositionRevisionRef":      stringsObject("name"),
		"compositionRevisionSelector": selector(),
		"compositionUpdatePolicy":     {Type: "string", Enum: []any{"Automatic", "Manual"}},
	}
}

// statusMachinery are the fields that Crossplane adds to the status of both.
func statusMachinery() map[string]*schema {
	condition := stringsObject("type", "status", "reason", "message", "lastTransitionTime")
	condition.Required = []string{"lastTransitionTime", "reason", "status", "type"}
	condition.Properties["lastTransitionTime"].Format = "date-time"
	condition.Properties["observedGeneration"] = &schema{Type: "integer", Format: "int64"}
	return map[string]*schema{
		"conditions": {Type: "array", XListType: "map", XListMapKeys: []string{"type"}, Items: condition},
		"connectionDetails": {Type: "object", Properties: map[string]*schema{
			"lastPublishedTime": {Type: "string", Format: "date-time"},
		}},
		"claimConditionTypes": {Type: "array", XListType: "set", Items: &schema{Type: "string"}},
	}
}

// stringsObject is an object of strings, all of them required.
func stringsObject(names ...string) *schema {
	s := &schema{Type: "object", Required: names, Properties: map[string]*schema{}}
	for _, n := range names {
		s.Properties[n] = &schema{Type: "string"}
	}
	return s
}

// either is a default as JSON has it: a string of the definition, or else what the API server would put there.
func either(given, otherwise string) any {
	if given != "" {
		return given
	}
	return otherwise
}
