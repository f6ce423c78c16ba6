package main

import (
	"strings"
	"unicode"
)

// maxDoc is the length of a field's comment. The provider's documentation has the rest.
const maxDoc = 110

// doc returns a field's comment: the first sentence of its description, and whether it is required.
func doc(description string, required bool) string {
	s := shorten(firstSentence(description), maxDoc)
	if required {
		return strings.TrimSpace(s + " Required.")
	}
	return s
}

// firstSentence returns the text up to the first full stop that a capital letter follows, on one line.
func firstSentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for i := 0; i+2 < len(s); i++ {
		abbreviation := strings.HasSuffix(s[:i], "e.g") || strings.HasSuffix(s[:i], "i.e")
		if s[i:i+2] == ". " && unicode.IsUpper(rune(s[i+2])) && !abbreviation {
			return s[:i+1]
		}
	}
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".:!?)") {
		return s + "."
	}
	return s
}

// shorten cuts a text after a word so that it is at most limit bytes long.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := strings.LastIndexByte(s[:limit-len("…")+1], ' ')
	if cut < 0 {
		return ""
	}
	return strings.TrimRight(s[:cut], " ,;:.(") + "…"
}
