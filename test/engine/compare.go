package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// compare returns the differences between what Crossplane and what morket render, resource by resource, or nothing.
// It changes the documents. What differs by nature is not compared: the values in Secrets, which are random and which
// morket redacts, and Crossplane's bookkeeping, which only a control plane needs: the time of conditions, the made-up uid
// that owner references carry, the list of references to composed resources, the types of conditions that the claim is to
// have, and the condition of the watches.
func compare(crossplane, morket []document) string {
	want, got := byKey(crossplane), byKey(morket)

	var diffs []string
	for _, key := range sortedKeys(want, got) {
		switch {
		case len(want[key]) > 1 || len(got[key]) > 1:
			diffs = append(diffs, fmt.Sprintf("%s: rendered %d times by Crossplane, %d times by morket\n", key, len(want[key]), len(got[key])))
		case want[key] == nil:
			diffs = append(diffs, key+": rendered by morket only\n")
		case got[key] == nil:
			diffs = append(diffs, key+": rendered by Crossplane only\n")
		default:
			if diff := cmp.Diff(want[key][0], got[key][0]); diff != "" {
				diffs = append(diffs, fmt.Sprintf("%s: -crossplane, +morket:\n%s", key, diff))
			}
		}
	}
	return strings.Join(diffs, "\n")
}

// byKey returns what is compared of each document, by the documents' keys. It changes the documents.
func byKey(docs []document) map[string][]map[string]any {
	objects := make(map[string][]map[string]any, len(docs))
	for _, d := range docs {
		d.normalize()
		objects[d.Key()] = append(objects[d.Key()], d.Object)
	}
	return objects
}

// normalize removes what differs by nature.
func (d document) normalize() {
	if d.APIVersion() == "v1" && d.Kind() == "Secret" {
		for _, field := range []string{"data", "stringData"} {
			values, _ := d.Object[field].(map[string]any)
			for k := range values {
				values[k] = "<redacted>"
			}
		}
	}
	metadata, _ := d.Object["metadata"].(map[string]any)
	owners, _ := metadata["ownerReferences"].([]any)
	for _, o := range owners {
		owner, _ := o.(map[string]any)
		delete(owner, "uid")
	}
	if spec, ok := d.Object["spec"].(map[string]any); ok {
		delete(spec, "resourceRefs")
	}
	status, _ := d.Object["status"].(map[string]any)
	delete(status, "claimConditionTypes")
	conditions, _ := status["conditions"].([]any)
	kept := map[string]any{}
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		delete(condition, "lastTransitionTime")
		if typ, _ := condition["type"].(string); typ != "Responsive" {
			kept[typ] = condition
		}
	}
	if conditions != nil {
		status["conditions"] = kept // their order means nothing
	}
}

// sortedKeys returns the keys of both maps, each once.
func sortedKeys[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}
