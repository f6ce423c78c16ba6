package platform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

func TestTags(t *testing.T) {
	own := map[string]v1alpha1.TagValue{"CostCenter": "4711", "Empty": ""}
	p := &Platform{Environment: "staging", ClaimName: "morket-staging", ClaimNamespace: "morket"}
	want := map[string]string{
		"CostCenter":  "4711",
		"Empty":       "",
		"Project":     "morket",
		"Environment": "staging",
		"ManagedBy":   "crossplane",
		"Claim":       "morket/morket-staging",
	}
	if diff := cmp.Diff(want, tags(p, own)); diff != "" {
		t.Errorf("Should put the platform's own tags beside the claim's (R-NET-6)\n-want, +got:\n%s", diff)
	}
	if len(own) != 2 {
		t.Errorf("Should not write into the claim: %v", own)
	}
	if got := len(p.Owner()); got > MaxTagValue {
		t.Errorf("Should fit the claim's name into a tag: %d characters", got)
	}
}

func TestCheckTags(t *testing.T) {
	const (
		length   = "AWS takes keys of 1 to 128 and values of up to 256 characters: use shorter ones"
		reserved = "Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"
		letters  = "AWS takes letters, digits, spaces and _ . : / = + - @ only: leave other characters out"
	)
	many := make(map[string]v1alpha1.TagValue)
	for i := range 31 {
		many[fmt.Sprintf("key-%d", i)] = ""
	}
	cases := map[string]struct {
		reason string
		tags   map[string]v1alpha1.TagValue
		want   field.ErrorList
	}{
		"None": {
			reason: "Should take a claim without tags",
		},
		"Good": {
			reason: "Should take everything that all AWS services take",
			tags:   map[string]v1alpha1.TagValue{"Cost Center": "4711", "e-mail": "on.call+morket@morket.io", "Größe": "ß=1/2:_", "AwsThing": "", "Names": "x"},
		},
		"Longest": {
			reason: "Should count characters and not bytes, as AWS and the schema do",
			tags:   map[string]v1alpha1.TagValue{strings.Repeat("ü", 128): v1alpha1.TagValue(strings.Repeat("ü", 256))},
		},
		"TooMany": {
			reason: "Should leave room for the platform's and its provider's tags",
			tags:   many,
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.tags"), 31, "must be at most 30, because AWS takes 50 and the platform and its provider add their own")},
		},
		"EmptyKey": {
			reason: "Should refuse an empty key",
			tags:   map[string]v1alpha1.TagValue{"": "x"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.tags[]"), "x", length)},
		},
		"LongKey": {
			reason: "Should refuse a key that is longer than AWS takes",
			tags:   map[string]v1alpha1.TagValue{strings.Repeat("k", 129): "x"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.tags."+strings.Repeat("k", 129)), "x", length)},
		},
		"LongValue": {
			reason: "Should refuse a value that is longer than AWS takes",
			tags:   map[string]v1alpha1.TagValue{"k": v1alpha1.TagValue(strings.Repeat("v", 257))},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.tags.k"), strings.Repeat("v", 257), length)},
		},
		"Reserved": {
			reason: "Should refuse the platform's, AWS's and the provider's own keys, however they are written",
			tags:   map[string]v1alpha1.TagValue{"Project": "a", "environment": "b", "NAME": "c", "AWS:x": "d", "crossplane-kind": "e", "Claim": "f", "ManagedBy": "g"},
			want: field.ErrorList{
				field.Invalid(field.NewPath("spec.tags.AWS:x"), "d", reserved),
				field.Invalid(field.NewPath("spec.tags.Claim"), "f", reserved),
				field.Invalid(field.NewPath("spec.tags.ManagedBy"), "g", reserved),
				field.Invalid(field.NewPath("spec.tags.NAME"), "c", reserved),
				field.Invalid(field.NewPath("spec.tags.Project"), "a", reserved),
				field.Invalid(field.NewPath("spec.tags.crossplane-kind"), "e", reserved),
				field.Invalid(field.NewPath("spec.tags.environment"), "b", reserved),
			},
		},
		"Characters": {
			reason: "Should refuse what IAM refuses, before half a platform is there",
			tags:   map[string]v1alpha1.TagValue{"Team": "R&D", "Q?": "x", "bytes": "\xff"},
			want: field.ErrorList{
				field.Invalid(field.NewPath("spec.tags.Q?"), "x", letters),
				field.Invalid(field.NewPath("spec.tags.Team"), "R&D", letters),
				field.Invalid(field.NewPath("spec.tags.bytes"), "\xff", letters),
			},
		},
		"Twice": {
			reason: "Should refuse keys that IAM takes for one",
			tags:   map[string]v1alpha1.TagValue{"Team": "a", "team": "b"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.tags.team"), "b", "IAM does not tell this key from Team: keep one of them")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, checkTags(tc.tags)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
