package platform

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// Keys of the platform's own tags. Name is set per resource.
const (
	TagProject     = "Project"
	TagEnvironment = "Environment"
	TagManagedBy   = "ManagedBy"
	TagClaim       = "Claim"
	TagName        = "Name"
	// TagAdopted marks what another tool made and a claim took over. No claim has such a key by accident, so it is not reserved.
	TagAdopted = "platform.morket.io/adopted"
)

// TagsThatStay are those of the platform's own tags whose values stay on what another tool made. Others depend on Project: the rights
// of the provider; and on Claim: to find a platform again.
var TagsThatStay = []string{TagEnvironment, TagManagedBy}

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

// WithName is tags and a Name among them, for what AWS tags itself, such as backups.
func WithName(tags map[string]string, name string) map[string]string {
	out := make(map[string]string, len(tags)+1)
	maps.Copy(out, tags)
	out[TagName] = name
	return out
}

func checkTags(own map[string]v1alpha1.TagValue) field.ErrorList {
	var errs field.ErrorList
	path := field.NewPath("spec", "tags")
	if len(own) > maxTags {
		errs = append(errs, field.Invalid(path, len(own), "must be at most 30, because AWS takes 50 and the platform and its provider add their own"))
	}
	seen := make(map[string]string, len(own))
	for _, k := range slices.Sorted(maps.Keys(own)) {
		v := string(own[k])
		bad := func(detail string) {
			errs = append(errs, field.Invalid(path.Child(k), v, detail))
		}
		other, twice := seen[strings.ToLower(k)]
		seen[strings.ToLower(k)] = k
		switch {
		case k == "" || utf8.RuneCountInString(k) > maxTagKey || utf8.RuneCountInString(v) > MaxTagValue:
			bad("AWS takes keys of 1 to 128 and values of up to 256 characters: use shorter ones")
		case reservedTag(k):
			bad("Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key")
		case !validTag(k) || !validTag(v):
			bad("AWS takes letters, digits, spaces and _ . : / = + - @ only: leave other characters out")
		case twice:
			bad(fmt.Sprintf("IAM does not tell this key from %s: keep one of them", other))
		}
	}
	return errs
}

func reservedTag(k string) bool {
	for _, taken := range []string{TagProject, TagEnvironment, TagManagedBy, TagClaim, TagName} {
		if strings.EqualFold(k, taken) {
			return true
		}
	}
	k = strings.ToLower(k)
	return strings.HasPrefix(k, "aws:") || strings.HasPrefix(k, "crossplane-")
}

// validTag says whether s holds only what every AWS service takes in a tag. IAM is the strictest.
func validTag(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Z, r) && !strings.ContainsRune("_.:/=+-@", r)
	})
}
