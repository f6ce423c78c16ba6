package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What Crossplane rendered for an environment.
type rendered struct {
	Composite document
	Composed  []document
	Warnings  []string // of the functions
}

// All returns the composite resource and the composed resources.
func (r *rendered) All() []document { return append([]document{r.Composite}, r.Composed...) }

// Render renders an environment with the Composition, whose steps are all served by fn.
func (e *engine) Render(ctx context.Context, fn *function, environment string) (*rendered, error) {
	functions := filepath.Join(e.work, "functions.yaml")
	if err := os.WriteFile(functions, functionsYAML(e.functions, fn.Address), 0o600); err != nil {
		return nil, err
	}
	args := []string{
		"composition", "render", filepath.Join(environment, "xr.yaml"), e.composition, functions,
		"--crossplane-binary=" + e.core,
		"--xrd=" + e.definition, // Without it a composite resource of a v1 definition is taken for a v2 one.
		"--include-full-xr",
		"--include-function-results",
	}
	if observed := filepath.Join(environment, "observed"); isDir(observed) {
		args = append(args, "--observed-resources="+observed)
	}
	out, err := e.crossplane(ctx, args...)
	if err != nil {
		return nil, errors.New(strings.TrimSpace(err.Error() + "\n" + fn.log.String()))
	}
	docs, err := parseStream(out)
	if err != nil {
		return nil, fmt.Errorf("cannot read what crossplane rendered: %w", err)
	}
	return sortRendered(docs)
}

// sortRendered tells apart what crossplane composition render prints: the composite resource, which comes first, the
// composed resources and the events.
func sortRendered(docs []document) (*rendered, error) {
	if len(docs) == 0 {
		return nil, errors.New("crossplane rendered nothing")
	}
	r := &rendered{Composite: docs[0]}
	for _, d := range docs[1:] {
		if d.Group() != "render.crossplane.io" {
			r.Composed = append(r.Composed, d)
			continue
		}
		if d.str("severity") == "Warning" {
			r.Warnings = append(r.Warnings, d.str("message"))
		}
	}
	return r, nil
}

// functionsYAML returns a Function for each name. Crossplane is told that they run already, at an address.
func functionsYAML(names []string, address string) []byte {
	var b strings.Builder
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		fmt.Fprintf(&b, `---
apiVersion: pkg.crossplane.io/v1
kind: Function
metadata:
  name: %s
  annotations:
    render.crossplane.io/runtime: Development
    render.crossplane.io/runtime-development-target: %s
spec:
  package: %[1]s
`, name, address)
	}
	return []byte(b.String())
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
