package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDoc(t *testing.T) {
	cases := map[string]struct {
		reason      string
		description string
		required    bool
		want        string
	}{
		"None":         {reason: "Should have no comment for a field without a description", want: ""},
		"RequiredOnly": {reason: "Should say that a field is required whatever else is known", required: true, want: "Required."},
		"Sentence":     {reason: "Should keep the first sentence, on one line", description: "The IPv4 CIDR block\nfor the VPC. CIDR can be explicit.", required: true, want: "The IPv4 CIDR block for the VPC. Required."},
		"NoStop":       {reason: "Should end a sentence", description: "Name of the volume", want: "Name of the volume."},
		"Abbreviation": {reason: "Should not end at an abbreviation", description: "A time, e.g. Monday. It is UTC.", want: "A time, e.g. Monday."},
		"Decimal":      {reason: "Should not end at a dot in a word", description: "Use version 1.2 or engine.Name of it. More.", want: "Use version 1.2 or engine.Name of it."},
		"Long":         {reason: "Should cut a long sentence after a word", description: strings.Repeat("words, ", 20), want: strings.TrimSuffix(strings.Repeat("words, ", 15), ", ") + "…"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, doc(tc.description, tc.required)); diff != "" {
				t.Errorf("\n%s\ndoc(%q): -want, +got:\n%s", tc.reason, tc.description, diff)
			}
		})
	}
}
