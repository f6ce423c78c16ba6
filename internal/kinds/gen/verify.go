package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A block of the JSON schema that provider-aws ships. It says everything of an argument but whether it forces replacement.
type block struct {
	Attributes map[string]struct {
		Optional, Required, Computed bool
		NestedType                   any `json:"nested_type"`
	} `json:"attributes"`
	BlockTypes map[string]struct {
		Block block `json:"block"`
	} `json:"block_types"`
}

// readSchemas reads the JSON schemas of all resources.
func readSchemas(provider string) (map[string]block, error) {
	raw, err := os.ReadFile(filepath.Join(provider, "config", "schema.json")) //nolint:gosec // A generator reads its sources.
	if err != nil {
		return nil, err
	}
	doc := struct {
		ProviderSchemas map[string]struct {
			ResourceSchemas map[string]struct {
				Block block `json:"block"`
			} `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}{}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	out := map[string]block{}
	for _, p := range doc.ProviderSchemas {
		for name, r := range p.ResourceSchemas {
			out[name] = r.Block
		}
	}
	return out, nil
}

// added are arguments that Terraform adds to every resource, and that no resource's source has.
var added = map[string]bool{"id": true, "region": true, "timeouts": true}

// verify holds what was read of a resource against its JSON schema: the same arguments, with the same flags.
func verify(path string, got map[string]*attribute, want block) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(want.Attributes)) {
		w, g := want.Attributes[name], got[name]
		switch {
		case path == "" && added[name], name == "timeouts":
		case g == nil:
			errs = append(errs, fmt.Errorf("%s%s: not found in the source", path, name))
		case g.optional != w.Optional || g.required != w.Required || g.computed != w.Computed:
			errs = append(errs, fmt.Errorf("%s%s: optional, required, computed are %t, %t, %t in the source, and %t, %t, %t in the schema",
				path, name, g.optional, g.required, g.computed, w.Optional, w.Required, w.Computed))
		case w.NestedType != nil && (w.Optional || w.Required):
			errs = append(errs, fmt.Errorf("%s%s: an attribute with attributes: internal/export writes these as blocks only", path, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.BlockTypes)) {
		switch {
		case path == "" && added[name], name == "timeouts":
		case got[name] == nil:
			errs = append(errs, fmt.Errorf("%s%s: not found in the source", path, name))
		default:
			errs = append(errs, verify(path+name+".", got[name].nested, want.BlockTypes[name].Block))
		}
	}
	return errors.Join(errs...)
}
