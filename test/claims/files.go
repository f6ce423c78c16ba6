package claims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/morket-io/platform/test/platformtest"
)

const intro = `<!-- Written by ` + "`make update`" + ` from the table in test/claims. DO NOT EDIT. -->

# What a claim may get wrong

A claim that nothing could follow is refused before AWS is asked for anything, with a message that says what to write
instead. ` + "`kubectl apply`" + ` says most of it at once; what is marked with an asterisk (\*) only the platform's function can tell, and it
stands in the claim's conditions.
`

// longList is a list of supported values that is longer than anybody reads here.
var longList = regexp.MustCompile(`(supported values: (?:"[^"]*", ){4})(?:"[^"]*", ){4,}("[^"]*")$`)

// Files are docs/bad-claims.md, and the table for the end-to-end run.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	var page strings.Builder
	page.WriteString(intro)
	var rows []tabled
	for _, s := range sections() {
		fmt.Fprintf(&page, "\n## %s\n\n| What is wrong | What you are told |\n|---|---|\n", s.title)
		for _, c := range s.bad {
			row := tabled{
				Reason: c.reason, On: c.claim(), Patch: c.patch, Update: c.update, Late: judge(t, c).late, Others: c.others != nil,
				Want: slices.DeleteFunc(slices.Clone(c.want), func(line string) bool { return line == unchecked }),
			}
			rows = append(rows, row)
			var told []string
			for _, line := range row.Want {
				told = append(told, code(longList.ReplaceAllString(line, "${1}…, ${2}")))
			}
			wrong := strings.TrimPrefix(c.reason, "Should refuse ")
			mark := ""
			if row.Late {
				mark = ` \*`
			}
			fmt.Fprintf(&page, "| %s%s%s | %s |\n", strings.ToUpper(wrong[:1]), strings.ReplaceAll(wrong[1:], "|", `\|`), mark, strings.Join(told, "<br>"))
		}
	}
	var table bytes.Buffer
	e := json.NewEncoder(&table)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(rows); err != nil {
		t.Fatal(err)
	}
	return platformtest.Files{"docs/bad-claims.md": page.String(), "test/claims/testdata/bad.json": table.String()}
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

// code quotes a message for a cell of a table.
func code(s string) string {
	s = strings.ReplaceAll(s, "|", `\|`)
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
