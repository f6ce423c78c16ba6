package xrd

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxAnnotations is the API server's limit for all annotations of an object, in bytes.
const maxAnnotations = 256 * 1024

// metadataFields are the fields of an ObjectMeta.
var metadataFields = map[string]bool{
	"annotations": true, "creationTimestamp": true, "deletionGracePeriodSeconds": true, "deletionTimestamp": true,
	"finalizers": true, "generateName": true, "generation": true, "labels": true, "managedFields": true, "name": true,
	"namespace": true, "ownerReferences": true, "resourceVersion": true, "selfLink": true, "uid": true,
}

func unknownMetadata(obj map[string]any) []string {
	m, _ := obj["metadata"].(map[string]any)
	var out []string
	for name := range m {
		if !metadataFields[name] {
			out = append(out, "metadata."+name)
		}
	}
	return out
}

// validateMetadata checks what a person writes into metadata. Not what controllers do: owners, finalizers and managed
// fields.
func validateMetadata(k *kind, obj map[string]any, update bool) field.ErrorList {
	at := field.NewPath("metadata")
	m, ok := obj["metadata"].(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	var errs field.ErrorList
	if !update {
		errs = append(errs, validateName(m, at)...)
	}

	namespace, isString := m["namespace"].(string)
	switch {
	case m["namespace"] != nil && !isString:
		errs = append(errs, field.TypeInvalid(at.Child("namespace"), m["namespace"], "must be a string"))
	case namespace == "": // kubectl and Argo CD put theirs there.
	case !k.namespaced:
		errs = append(errs, field.Forbidden(at.Child("namespace"), "not allowed on this type"))
	default:
		for _, msg := range validation.IsDNS1123Label(namespace) {
			errs = append(errs, field.Invalid(at.Child("namespace"), namespace, msg))
		}
	}

	labels, typeErrs := stringMap(m["labels"], at.Child("labels"))
	errs = append(errs, typeErrs...)
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		for _, msg := range validation.IsQualifiedName(k) {
			errs = append(errs, field.Invalid(at.Child("labels"), k, msg))
		}
		for _, msg := range validation.IsValidLabelValue(labels[k]) {
			errs = append(errs, field.Invalid(at.Child("labels"), labels[k], msg))
		}
	}

	annotations, typeErrs := stringMap(m["annotations"], at.Child("annotations"))
	errs = append(errs, typeErrs...)
	size := 0
	for _, k := range slices.Sorted(maps.Keys(annotations)) {
		for _, msg := range validation.IsQualifiedName(strings.ToLower(k)) {
			errs = append(errs, field.Invalid(at.Child("annotations"), k, msg))
		}
		size += len(k) + len(annotations[k])
	}
	if size > maxAnnotations {
		errs = append(errs, field.TooLong(at.Child("annotations"), nil, maxAnnotations))
	}
	return errs
}

func validateName(m map[string]any, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	name, isString := m["name"].(string)
	if m["name"] != nil && !isString {
		return nil // The schema says so.
	}
	generate, isString := m["generateName"].(string)
	if m["generateName"] != nil && !isString {
		return field.ErrorList{field.TypeInvalid(at.Child("generateName"), m["generateName"], "must be a string")}
	}
	if name == "" && generate == "" {
		return field.ErrorList{field.Required(at.Child("name"), "name or generateName is required")}
	}
	if name == "" {
		// The API server checks the name that it generates: the prefix and five letters or digits.
		name = generate + "xxxxx"
	}
	for _, msg := range validation.IsDNS1123Subdomain(name) {
		errs = append(errs, field.Invalid(at.Child("name"), name, msg))
	}
	return errs
}

// validateMetadataUpdate checks that an object is still the same one.
func validateMetadataUpdate(obj, old map[string]any) field.ErrorList {
	m, _ := obj["metadata"].(map[string]any)
	o, _ := old["metadata"].(map[string]any)
	var errs field.ErrorList
	for _, name := range []string{"name", "namespace"} {
		if was, is := o[name], m[name]; was != nil && was != is {
			errs = append(errs, field.Invalid(field.NewPath("metadata", name), is, "field is immutable"))
		}
	}
	return errs
}

func stringMap(v any, at *field.Path) (map[string]string, field.ErrorList) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, field.ErrorList{field.TypeInvalid(at, v, "must be a map of strings")}
	}
	var errs field.ErrorList
	out := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		s, ok := m[k].(string)
		if !ok && m[k] != nil {
			errs = append(errs, field.TypeInvalid(at.Key(k), m[k], "must be a string: put it in quotes"))
			continue
		}
		out[k] = s
	}
	return out, errs
}
