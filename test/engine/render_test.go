package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctionsYAML(t *testing.T) {
	docs := parse(t, string(functionsYAML([]string{"b", "a", "b"}, "127.0.0.1:1")))

	reason := "Should make one Function of each name, served at the address."
	want := []map[string]any{functionObject("a"), functionObject("b")}
	var got []map[string]any
	for _, d := range docs {
		got = append(got, d.Object)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("\n%s\nfunctionsYAML(...): -want, +got:\n%s", reason, diff)
	}
}

func functionObject(name string) map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1",
		"kind":       "Function",
		"metadata": map[string]any{"name": name, "annotations": map[string]any{
			"render.crossplane.io/runtime":                    "Development",
			"render.crossplane.io/runtime-development-target": "127.0.0.1:1",
		}},
		"spec": map[string]any{"package": name},
	}
}

func TestSortRendered(t *testing.T) {
	docs := parse(t, `---
apiVersion: platform.morket.io/v1alpha1
kind: XMorketPlatform
metadata: {name: shop}
`+vpc+`---
apiVersion: render.crossplane.io/v1beta1
kind: Result
severity: Normal
message: fine
---
apiVersion: render.crossplane.io/v1beta1
kind: Result
severity: Warning
message: careful
`)
	r, err := sortRendered(docs)
	if err != nil {
		t.Fatal(err)
	}
	if r.Composite.Kind() != "XMorketPlatform" || len(r.Composed) != 1 || r.Composed[0].Kind() != "VPC" {
		t.Errorf("\nShould tell the composite resource from the composed ones.\nsortRendered(...): %s", writeStream(r.All()))
	}
	if diff := cmp.Diff([]string{"careful"}, r.Warnings); diff != "" {
		t.Errorf("\nShould keep warnings and no other event.\nsortRendered(...): -want, +got:\n%s", diff)
	}
	if _, err := sortRendered(nil); err == nil {
		t.Errorf("\nShould refuse an empty rendering.\nsortRendered(nil): no error")
	}
}
