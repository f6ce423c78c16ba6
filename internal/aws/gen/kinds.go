package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// A kind is one entry of kinds.yaml.
type kind struct {
	apiVersion string
	kind       string
}

// group returns the API group.
func (k kind) group() string {
	group, _, _ := strings.Cut(k.apiVersion, "/")
	return group
}

// readKinds reads kinds.yaml: lists of kinds by API version. It returns them sorted by group and kind.
func readKinds(path string) ([]kind, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	byVersion := map[string][]string{}
	if err := yaml.UnmarshalStrict(data, &byVersion); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	var kinds []kind
	for apiVersion, names := range byVersion {
		for _, name := range names {
			kinds = append(kinds, kind{apiVersion: apiVersion, kind: name})
		}
	}
	slices.SortFunc(kinds, func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.group(), b.group()), cmp.Compare(a.kind, b.kind), cmp.Compare(a.apiVersion, b.apiVersion))
	})
	for i := 1; i < len(kinds); i++ {
		a, b := kinds[i-1], kinds[i]
		if a.group() == b.group() && a.kind == b.kind {
			return nil, fmt.Errorf("%s lists kind %s twice: in %s and %s", path, a.kind, a.apiVersion, b.apiVersion)
		}
	}
	return kinds, nil
}
