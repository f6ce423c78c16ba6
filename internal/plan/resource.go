package plan

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// A resource is what is compared of a composed resource.
type resource struct {
	kind kinds.Key
	// parameters are spec.forProvider, nil of what is not AWS's.
	parameters kinds.Parameters
	// rest is everything else that somebody decides about: the rest of the spec, or a Secret's data.
	rest map[string]any
	// policies are managementPolicies, and what is observed of it by AWS.
	observed map[string]any
}

const externalName = "crossplane.io/external-name"

// object reads a resource.
func object(s *structpb.Struct) resource {
	o := s.AsMap()
	r := resource{kind: kinds.Parse(fieldpath.TextIn(o, "apiVersion"), fieldpath.TextIn(o, "kind")), rest: map[string]any{}}
	metadata, _ := o["metadata"].(map[string]any)
	if annotations, ok := metadata["annotations"].(map[string]any); ok && annotations[externalName] != nil {
		r.rest["externalName"] = annotations[externalName]
	}
	status, _ := o["status"].(map[string]any)
	r.observed, _ = status["atProvider"].(map[string]any)

	spec, _ := o["spec"].(map[string]any)
	if parameters, ok := spec["forProvider"].(map[string]any); ok {
		r.parameters = parameters
		for k, v := range spec {
			if k != "forProvider" {
				r.rest[k] = v
			}
		}
		return r
	}
	for k, v := range o {
		if k != "apiVersion" && k != "kind" && k != "metadata" && k != "status" {
			r.rest[k] = v
		}
	}
	return r
}

// composer begins the names under which Crossplane applies what functions desire.
const composer = "apiextensions.crossplane.io/composed"

// managed is what an observed resource's managed fields say that the composition decides about; nil if it has none, as
// kubectl hides them unless it is told --show-managed-fields.
func managed(s *structpb.Struct) *resource {
	metadata := s.GetFields()["metadata"].GetStructValue()
	for _, v := range metadata.GetFields()["managedFields"].GetListValue().GetValues() {
		entry := v.GetStructValue()
		manager := fieldpath.Text(entry, "manager")
		if !strings.HasPrefix(manager, composer) || fieldpath.Text(entry, "operation") != "Apply" {
			continue
		}
		fields := entry.GetFields()["fieldsV1"].GetStructValue().AsMap()
		own, _ := own(fields, s.AsMap(), "").(map[string]any)
		kept, err := structpb.NewStruct(own)
		if err != nil {
			return nil
		}
		kept.Fields["apiVersion"], kept.Fields["kind"] = s.GetFields()["apiVersion"], s.GetFields()["kind"]
		r := object(kept)
		return &r
	}
	return nil
}

// own is the part of a value that a set of managed fields names.
func own(fields map[string]any, v any, path string) any {
	o, ok := v.(map[string]any)
	if !ok { // a list is taken whole, whoever wrote to its entries
		return withoutDefaults(path, v)
	}
	out := map[string]any{}
	for key, below := range fields {
		name, isField := strings.CutPrefix(key, "f:")
		value, there := o[name]
		if !isField || !there {
			continue
		}
		next, _ := below.(map[string]any)
		if len(next) == 0 {
			out[name] = withoutDefaults(join(path, name), value)
			continue
		}
		out[name] = own(next, value, join(path, name))
	}
	if len(fields) == 0 {
		return v
	}
	return out
}

// defaults are what the definitions of our kinds fill in of their own accord, by how a field's path ends. Elsewhere managed
// fields tell it from what is desired; in a list they do not.
var defaults = map[string]any{
	"policy.resolution":   "Required", // of a reference
	"defaultAction.index": "default",  // of a listener
}

// withoutDefaults is a value less what the API server filled in. path is of field names alone.
func withoutDefaults(path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			below := join(path, name)
			if d, ok := defaults[lastTwo(below)]; ok && x == d {
				continue
			}
			out[name] = withoutDefaults(below, x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = withoutDefaults(path, x)
		}
		return out
	default:
		return v
	}
}

// lastTwo is how a path ends.
func lastTwo(path string) string {
	words := strings.Split(path, ".")
	return strings.Join(words[max(0, len(words)-2):], ".")
}

// digits and hexDigits are what the ends of names consist of that tell apart resources which replace each other.
const (
	digits    = "0123456789"
	hexDigits = digits + "abcdef"
	minHash   = 6
)

// stem is a name without what tells it apart from those that it replaces or that replace it: the hash of its content, or
// a count.
func stem(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		count := strings.Trim(w, digits) == ""
		hash := len(w) >= minHash && strings.Trim(w, hexDigits) == ""
		if i > 0 && w != "" && (count || hash) {
			words[i] = "*"
		}
	}
	return strings.Join(words, "-")
}

// pair finds which of the created resources replace which of the deleted ones: those of one kind whose names are the same
// but for a hash or a count, where there are as many of the ones as of the others; each by the one that differs least from it.
// It returns both, each by the other.
func pair(deleted, created []string, kind func(name string) kinds.Key, differences func(old, updated string) int) map[string]string {
	group := func(names []string) map[string][]string {
		out := map[string][]string{}
		for _, n := range names {
			if s := stem(n); s != n {
				s += " " + kind(n).String()
				out[s] = append(out[s], n)
			}
		}
		return out
	}
	gone, come := group(deleted), group(created)
	pairs := map[string]string{}
	for _, s := range slices.Sorted(maps.Keys(gone)) {
		if len(gone[s]) != len(come[s]) {
			continue
		}
		left := slices.Clone(come[s])
		for _, old := range gone[s] {
			best := slices.MinFunc(left, func(a, b string) int { return cmp.Compare(differences(old, a), differences(old, b)) })
			pairs[old], pairs[best] = best, old
			left = slices.DeleteFunc(left, func(name string) bool { return name == best })
		}
	}
	return pairs
}

func name(o *structpb.Struct) string {
	return fieldpath.Text(o, "metadata", "name")
}

// encode writes a value as JSON, in a line.
func encode(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "?" // nothing that came out of JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}
