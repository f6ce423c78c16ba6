package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Validate checks an environment's claim, our definition, the Composition, the inputs of its functions, what was
// rendered and what it was rendered from, and returns how many documents these are. A field that a schema does not know is an error, and so is a
// document without a schema.
func (e *engine) Validate(ctx context.Context, environment string, r *rendered) (int, error) {
	docs := r.All()
	paths := []string{filepath.Join(environment, "claim.yaml"), e.definition, e.composition}
	observed, err := filepath.Glob(filepath.Join(environment, "observed", "*.yaml"))
	if err != nil {
		return 0, err
	}
	for _, path := range append(paths, observed...) {
		read, err := readStream(path)
		if err != nil {
			return 0, err
		}
		docs = append(docs, read...)
	}
	// The CLI takes the inputs out of a Composition and checks them as documents of their own.
	return len(docs) + e.inputs, e.validate(ctx, docs, e.inputs)
}

// validate checks documents, which contain some function inputs.
func (e *engine) validate(ctx context.Context, docs []document, inputs int) error {
	provider, err := findCRDs(e.provider, docs)
	if err != nil {
		return err
	}
	schemas := append([]string{e.definition, filepath.Join(e.module.Dir, "cluster", "crds")}, e.schemas...)
	schemas = append(schemas, provider...)

	documents := filepath.Join(e.work, "documents.yaml")
	if err := os.WriteFile(documents, writeStream(docs), 0o600); err != nil {
		return err
	}
	// The CLI wants the schemas of a Crossplane image, whatever else it is given. It takes an empty directory for the
	// downloaded image; the schemas of the Crossplane that we render with are among ours.
	cache := filepath.Join(e.work, "cache")
	if err := os.MkdirAll(filepath.Join(cache, "xpkg.crossplane.io", "crossplane", "crossplane@stable"), 0o700); err != nil {
		return err
	}
	out, err := e.crossplane(ctx, "resource", "validate", strings.Join(schemas, ","), documents,
		"--cache-dir="+cache, "--error-on-missing-schemas", "--skip-success-results")
	if err != nil {
		return fmt.Errorf("%s%w", out, err)
	}
	// The summary is all it prints when nothing is wrong: a failed default, for one, is no error to the CLI.
	want := fmt.Sprintf("Total %d resources: 0 missing schemas, %[1]d success cases, 0 failure cases", len(docs)+inputs)
	if got := strings.TrimSpace(string(out)); got != want {
		return fmt.Errorf("crossplane resource validate should say %q, not:\n%s", want, got)
	}
	return nil
}

// findCRDs returns the files of the provider's definitions for the kinds of some documents. The provider has 2,015 of
// them: all take 14 seconds and 1.3 GB to read, those of a platform half a second. A kind that is not the provider's
// is left out, and what has no schema at all is for the validator to tell.
func findCRDs(dir string, docs []document) ([]string, error) {
	kinds := map[string]map[string]bool{} // by group
	for _, d := range docs {
		if kinds[d.Group()] == nil {
			kinds[d.Group()] = map[string]bool{}
		}
		kinds[d.Group()][d.Kind()] = true
	}
	var found []string
	for group := range kinds {
		files, err := filepath.Glob(filepath.Join(dir, group+"_*.yaml"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			_, rest, _ := bytes.Cut(data, []byte("\n    kind: ")) // spec.names.kind: parsing all would take minutes.
			kind, _, _ := bytes.Cut(rest, []byte("\n"))
			if kinds[group][string(kind)] {
				found = append(found, file)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
