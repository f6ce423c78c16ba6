package adopt

import (
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// Observed is what the provider will observe of a resource that has a name of the platform, of the parameters that the platform
// gives it. What the state does not mention is taken to be as the platform would have it: nothing is known of it.
func Observed(r *Resource, name string, parameters map[string]any) map[string]any {
	a := platform.FindAdoptable(name)
	if a == nil {
		return nil
	}
	return observed(a.Key, "", parameters, r.Values)
}

func observed(key kinds.Key, path string, parameters, values map[string]any) map[string]any {
	out := map[string]any{}
	for name, want := range parameters {
		below := strings.TrimPrefix(path+"."+name, ".")
		field := kinds.Lookup(key, below)
		value, known := values[field.Terraform]
		switch {
		case field.Terraform == "" || kinds.IsReference(name):
		case !known:
			out[name] = want
		case value == nil:
		default:
			out[name] = converted(key, below, want, value)
		}
	}
	return out
}

// converted is an attribute's value in the form of the field: a block that there is at most one of may be an object.
func converted(key kinds.Key, path string, want, value any) any {
	blocks, isList := value.([]any)
	switch w := want.(type) {
	case map[string]any:
		if !isBlock(key, path, w) {
			return value // such as tags
		}
		if isList {
			if len(blocks) == 0 {
				return nil
			}
			value = blocks[0]
		}
		o, _ := value.(map[string]any)
		return observed(key, path, w, o)
	case []any:
		all := map[string]any{} // whatever one of them has
		for _, entry := range w {
			o, _ := entry.(map[string]any)
			maps.Copy(all, o)
		}
		if !isBlock(key, path, all) {
			return value
		}
		if !isList {
			blocks = []any{value}
		}
		out := slices.Clone(blocks)
		for i, block := range blocks {
			if o, ok := block.(map[string]any); ok {
				out[i] = observed(key, path, all, o)
			}
		}
		return out
	}
	return value
}

// isBlock reports whether what is in an object are fields of the kind, and no names of people's.
func isBlock(key kinds.Key, path string, o map[string]any) bool {
	for name := range o {
		if kinds.Has(key, path+"."+name) {
			return true
		}
	}
	return false
}
