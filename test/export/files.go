// Package export loses the control planes of both environments, and finds the platforms again with what was exported before.
package export

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are the exports of both environments, the ids by which Terraform imports them, and the table in docs/tasks/lost.md of how the provider finds what.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	out := platformtest.Files{"docs/tasks/lost.md": page(t)}
	for _, env := range platformtest.Environments {
		r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		p, notes, err := export.Read(platformtest.Claim(t, env), r.Observed, slices.Collect(maps.Keys(r.Resources)))
		if err != nil || len(notes) > 0 {
			t.Fatal(notes, err)
		}
		var file bytes.Buffer
		if err := export.Claim(&file, p); err != nil {
			t.Fatal(err)
		}
		out["examples/export/"+env+".yaml"] = file.String()
		p.Importable()
		var list bytes.Buffer
		if err := export.IDs(&list, p); err != nil {
			t.Fatal(err)
		}
		out["examples/export/"+env+".tsv"] = list.String()
	}
	return out
}

// outcomes are the rows of the table.
var outcomes = []struct {
	finding export.Finding
	text    string
}{
	{export.ByName, "finds it by its name"},
	{export.ByPlace, "finds it by what it belongs to, or writes the same again"},
	{export.Again, "creates a second one, which replaces the first; the first holds nothing and stays unused"},
	{export.Refused, "asks AWS for a second one, which AWS refuses: the layer stays unready"},
	{export.Twice, "**creates a second one**"},
}

func page(t platformtest.T) string {
	t.Helper()
	const begin, end = "<!-- findings -->\n", "<!-- /findings -->"
	head, rest, _ := strings.Cut(platformtest.Read(t, "docs/tasks/lost.md"), begin)
	_, tail, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("docs/tasks/lost.md should have a place for the table")
	}
	var b strings.Builder
	b.WriteString("| kinds | without an entry in `spec.adopt` the provider |\n|---|---|\n")
	for _, o := range outcomes {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.Join(export.Kinds(o.finding), "`, `"), o.text)
	}
	return head + begin + b.String() + end + tail
}
