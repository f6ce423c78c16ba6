package platform

import (
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// Keys of the platform's own tags. Name is set per resource.
const (
	TagProject     = "Project"
	TagEnvironment = "Environment"
	TagManagedBy   = "ManagedBy"
	TagClaim       = "Claim"
	TagName        = "Name"
)

// Bounds of AWS's tags, in characters, and how many a claim may add. Source: "Tag naming limits and requirements".
const (
	maxTags   = 30
	maxTagKey = 128
)

// tags joins the claim's tags and the platform's own.
func tags(p *Platform, own map[string]v1alpha1.TagValue) map[string]string {
	out := make(map[string]string, len(own)+5)
	for k, v := range own {
		out[k] = string(v)
	}
	out[TagProject] = "morket"
	out[TagEnvironment] = p.Environment
	out[TagManagedBy] = "crossplane"
	out[TagClaim] = p.Owner()
	return out
}

func checkTags(own map[string]v1alpha1.TagValue) []FieldError {
	var errs []FieldError
	if len(own) > maxTags {
		errs = append(errs, FieldError{Field: "spec.tags", Detail: "must be at most 30, because AWS takes 50 and the platform and its provider add their own"})
	}
	for _, k := range slices.Sorted(maps.Keys(own)) {
		field := "spec.tags." + k
		switch {
		case k == "" || len(k) > maxTagKey || len(own[k]) > MaxTagValue:
			errs = append(errs, FieldError{Field: field, Value: string(own[k]), Detail: "AWS takes keys of 1 to 128 and values of up to 256 characters"})
		case reservedTag(k):
			errs = append(errs, FieldError{Field: field, Value: string(own[k]), Detail: "Project, Environment, ManagedBy, Claim, Name and the prefixes aws: and crossplane- are taken: choose another key"})
		}
	}
	return errs
}

func reservedTag(k string) bool {
	switch k {
	case TagProject, TagEnvironment, TagManagedBy, TagClaim, TagName:
		return true
	}
	return strings.HasPrefix(strings.ToLower(k), "aws:") || strings.HasPrefix(k, "crossplane-")
}
