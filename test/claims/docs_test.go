package claims_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/bad-claims.md anew")

const (
	docs = "../../docs/bad-claims.md"

	intro = `<!-- Written by ` + "`go test ./test/claims -update`" + ` from the table in test/claims. DO NOT EDIT. -->

# What a claim may get wrong

A claim that nothing could follow is refused before AWS is asked for anything, with a message that says what to write
instead. ` + "`kubectl apply`" + ` says most of it at once; what is marked with an asterisk (\*) only the platform's function can tell, and it
stands in the claim's conditions.
`
)

// longList is a list of supported values that is longer than anybody reads here.
var longList = regexp.MustCompile(`(supported values: (?:"[^"]*", ){4})(?:"[^"]*", ){4,}("[^"]*")$`)

// TestDocs holds docs/bad-claims.md to the table.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n## %s\n\n| What is wrong | What you are told |\n|---|---|\n", s.title)
		for _, c := range s.bad {
			var told []string
			for _, line := range c.want {
				if line != unchecked {
					told = append(told, code(longList.ReplaceAllString(line, "${1}…, ${2}")))
				}
			}
			wrong := strings.TrimPrefix(c.reason, "Should refuse ")
			mark := ""
			if judge(t, c).late {
				mark = ` \*`
			}
			fmt.Fprintf(&b, "| %s%s%s | %s |\n", strings.ToUpper(wrong[:1]), strings.ReplaceAll(wrong[1:], "|", `\|`), mark, strings.Join(told, "<br>"))
		}
	}
	if *update {
		if err := os.WriteFile(docs, []byte(b.String()), 0o644); err != nil { //nolint:gosec // documentation, read by everyone
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("Should say what the table says: run `go test ./test/claims -update`\n-table, +%s:\n%s", docs, diff)
	}
}

// A tabled is a row of the table for the end-to-end run, which applies it to a real API server.
type tabled struct {
	Reason string   `json:"reason"`
	On     string   `json:"on"`               // the example claim
	Patch  string   `json:"patch,omitempty"`  // what is written into it
	Update string   `json:"update,omitempty"` // what is changed once it exists
	Want   []string `json:"want"`
	Late   bool     `json:"late,omitempty"`   // only the function can tell
	Others bool     `json:"others,omitempty"` // it takes other platforms to be wrong
}

// TestTable holds testdata/bad.json, which the end-to-end run reads, to the table.
func TestTable(t *testing.T) {
	const file = "testdata/bad.json"
	var rows []tabled
	for _, s := range sections() {
		for _, c := range s.bad {
			rows = append(rows, tabled{
				Reason: c.reason, On: c.claim(), Patch: c.patch, Update: c.update, Late: judge(t, c).late, Others: c.others != nil,
				Want: slices.DeleteFunc(slices.Clone(c.want), func(line string) bool { return line == unchecked }),
			})
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(rows); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil { //nolint:gosec // test data, read by everyone
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("Should say what the table says: run `go test ./test/claims -update`\n-table, +%s:\n%s", file, diff)
	}
}

// code quotes a message for a cell of a table.
func code(s string) string {
	s = strings.ReplaceAll(s, "|", `\|`)
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
