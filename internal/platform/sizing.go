package platform

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis/v1alpha1"
)

//go:embed profiles/*.yaml
var profiles embed.FS

// defaults holds what a claim may leave out, by environment, decoded once. Claims share it: nothing writes into it.
var defaults = map[string]v1alpha1.MorketPlatformSpec{
	"staging":    mustProfiles("defaults", "staging"),
	"production": mustProfiles("defaults", "production"),
}

// Environments are the environments that there is a sizing for, sorted.
func Environments() []string { return slices.Sorted(maps.Keys(defaults)) }

// mustProfiles merges profiles. It panics when an embedded one does not decode, which only a broken build has.
func mustProfiles(names ...string) v1alpha1.MorketPlatformSpec {
	var spec v1alpha1.MorketPlatformSpec
	for _, name := range names {
		profile, err := decodeProfile(profiles, name)
		if err != nil {
			panic(err)
		}
		merge(&spec, &profile)
	}
	return spec
}

// decodeProfile reads a profile, which is a part of a claim's spec. A field that the API does not have is an error.
func decodeProfile(files fs.FS, name string) (v1alpha1.MorketPlatformSpec, error) {
	var spec v1alpha1.MorketPlatformSpec
	raw, err := fs.ReadFile(files, "profiles/"+name+".yaml")
	if err != nil {
		return spec, fmt.Errorf("cannot read sizing profile %q: %w", name, err)
	}
	if err := yaml.UnmarshalStrict(raw, &spec); err != nil {
		return spec, fmt.Errorf("cannot decode sizing profile %q: %w", name, err)
	}
	return spec, nil
}

// fillDefaults returns the spec with its environment's value wherever it leaves one out.
func fillDefaults(spec *v1alpha1.MorketPlatformSpec) v1alpha1.MorketPlatformSpec {
	full := defaults[spec.Environment]
	server := *full.Images.TemporalServer
	merge(&full, spec)
	if own := spec.Images.TemporalServer; own != nil {
		if own.Repository != nil { // the default tag is in the default repository only
			server.Tag = full.Images.Tag
		}
		merge(&server, own)
	}
	full.Images.TemporalServer = &server
	return full
}

// sizing returns the part of a spec that status.sizing shows.
func sizing(spec *v1alpha1.MorketPlatformSpec) v1alpha1.Sizing {
	return v1alpha1.Sizing{
		DeletionProtection: spec.DeletionProtection,
		Network:            spec.Network,
		Compute:            spec.Compute,
		Data:               spec.Data,
		Edge:               spec.Edge,
		Secrets:            spec.Secrets,
		Monitoring:         spec.Monitoring,
	}
}

// merge sets what src sets in dst, field by field. A pointer, list or map replaces the one in dst and is then shared with
// src; an empty list or map sets nothing.
func merge[T any](dst, src *T) { mergeValue(reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()) }

func mergeValue(dst, src reflect.Value) {
	switch src.Kind() {
	case reflect.Struct:
		for i := range src.NumField() {
			mergeValue(dst.Field(i), src.Field(i))
		}
	case reflect.Slice, reflect.Map:
		if src.Len() > 0 {
			dst.Set(src)
		}
	default:
		if !src.IsZero() {
			dst.Set(src)
		}
	}
}
