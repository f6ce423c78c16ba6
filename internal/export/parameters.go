package export

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// parameters are a resource's as AWS has them. Where that is what the resource asks for, they are as it asks for them: AWS adds
// much that nobody chose. What is only observed may have more than the resource asks for, which Terraform would take off.
func parameters(r *Resource) map[string]any {
	want := fields.Object(r.Object, "spec", "forProvider").AsMap()
	has := fields.Object(r.Object, "status", "atProvider").AsMap()
	out := map[string]any{}
	for path, field := range kinds.Fields(r.Kind) {
		w, asked := want[path]
		if strings.Contains(path, ".") {
			continue
		}
		if isReference(path) {
			if asked {
				out[path] = w
			}
			continue
		}
		h, known := has[path]
		if actual, ok := has[path+"Actual"]; ok && asked && strings.HasPrefix(r.Kind.Group, "rds.") { // what a version that names less has become; ElastiCache takes no longer one
			w = actual
			h = actual
		}
		switch _, refers := reader(want, path); {
		case asked && (!known || h == nil || covers(r.Kind, path, h, w)):
			out[path] = w
		case asked, known && refers:
			if h = prune(r.Kind, path, h); h != nil {
				out[path] = h
			}
		case known && onlyObserves(r) && field.Flags&kinds.Kept == 0:
			if h = prune(r.Kind, path, h); h != nil && !empty(h) {
				out[path] = h
			}
		}
	}
	return out
}

// onlyProviders are parameters that tell the provider what to do, and that AWS knows nothing of. Of what is imported they are left
// out: Terraform would note them as changes, and forceNewDeployment would begin one.
var onlyProviders = []string{
	"allowOverwrite", "applyImmediately", "bypassPolicyLockoutSafetyCheck", "deletionWindowInDays", "forceDelete", "forceDestroy", "forceNewDeployment",
	"recoveryWindowInDays", "stopInstanceBeforeDetaching", "updateDefaultVersion", "waitForDeployment", "waitForSteadyState",
}

// reader returns the references that a parameter is filled in from.
func reader(parameters map[string]any, name string) (refs []any, ok bool) {
	if ref, ok := parameters[name+"Ref"].(map[string]any); ok {
		return []any{ref}, true
	}
	refs, ok = parameters[strings.TrimSuffix(name, "s")+"Refs"].([]any)
	return refs, ok
}

// onlyObserves reports whether the provider may do nothing but read.
func onlyObserves(r *Resource) bool {
	policies := fields.At(r.Object, "spec", "managementPolicies").GetListValue().GetValues()
	return len(policies) == 1 && policies[0].GetStringValue() == "Observe"
}

// covers reports whether AWS has what a resource asks for, however either writes it. In what has fields AWS may have more.
func covers(k kinds.Key, path string, has, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		h, ok := has.(map[string]any)
		if !ok {
			return false
		}
		if _, entries := fieldsBelow(k, path); entries && len(h) != len(w) {
			return false // of a map, such as tags
		}
		for name, v := range w {
			if !isReference(name) && !strings.HasSuffix(name, "SecretRef") && !covers(k, join(path, name), h[name], v) {
				return false
			}
		}
		return true
	case []any:
		h, _ := has.([]any)
		return coversAll(k, path, h, w)
	case string:
		h, ok := has.(string)
		return w == "" && empty(has) || ok && (h == w || sameText(h, w)) || !ok && has != nil && fmt.Sprint(has) == w
	case bool:
		return has == want || empty(has) && !w || has == strconv.FormatBool(w)
	default:
		return reflect.DeepEqual(has, want) || empty(has) && empty(want)
	}
}

// coversAll reports whether each of a list's elements is covered by another one, in any order.
func coversAll(k kinds.Key, path string, has, want []any) bool {
	left := slices.Clone(has)
	for _, v := range want {
		i := slices.IndexFunc(left, func(h any) bool { return covers(k, path, h, v) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(left) == 0
}

// sameText reports whether two strings are the same to AWS: the same document, or the name and the ARN that ends with it.
func sameText(has, want string) bool {
	if strings.HasPrefix(has, "arn:") && (strings.HasSuffix(has, "/"+want) || strings.HasSuffix(has, ":"+want)) {
		return true
	}
	a, b := document(has), document(want)
	return a != nil && reflect.DeepEqual(a, b)
}

// fieldsBelow reports whether a parameter has fields of its own, or is a map with keys that people choose.
func fieldsBelow(k kinds.Key, path string) (nested, entries bool) {
	for other := range kinds.Fields(k) {
		if strings.HasPrefix(other, path+".") {
			return true, false
		}
	}
	_, known := kinds.Fields(k)[path]
	return false, known
}

// prune takes off what AWS has and nobody has set, nil if nothing is left: Terraform refuses many an empty argument beside
// another one.
func prune(k kinds.Key, path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		nested, _ := fieldsBelow(k, path)
		out := map[string]any{}
		for name, entry := range v {
			field, known := kinds.Fields(k)[join(path, name)]
			if !nested {
				out[name] = entry
				continue
			}
			if !known || isReference(name) {
				continue
			}
			_, isBool := entry.(bool)
			if entry = prune(k, join(path, name), entry); entry != nil && (isBool || !empty(entry) || field.Flags&kinds.Required != 0) {
				out[name] = entry
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, entry := range v {
			if entry = prune(k, path, entry); entry != nil {
				out = append(out, entry)
			}
		}
		return out
	default:
		return v
	}
}

// empty reports whether a value is what Terraform takes for nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case float64:
		return v == 0
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	default:
		return false
	}
}
