// Package diff says what a change does to a platform, by comparing what it renders to before and after: which resources
// are added, changed and removed, and what the API server would refuse.
package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/xrd"
)

// A Report is the difference between two renders of a platform. Everything in it is sorted.
type Report struct {
	// Refused are the reasons why the API server would not let the claim be changed like that, such as that of a field
	// that cannot be changed after creation.
	Refused []string
	// Added, Changed and Removed are the resources that are.
	Added, Changed, Removed []Resource
}

// A Resource is a composed resource, or the platform itself.
type Resource struct {
	// Name is its name in the composition.
	Name string
	// Kind with its group, such as VPC.ec2.aws.upbound.io.
	Kind string
	// Fields are what has changed in it.
	Fields []Field
}

// A Field is a value that has changed. The values are JSON; that of a field that is not there is empty.
type Field struct{ Path, Old, New string }

// Empty says whether there is no difference.
func (r *Report) Empty() bool {
	return len(r.Refused)+len(r.Added)+len(r.Changed)+len(r.Removed) == 0
}

// Compare compares two renders, as `morket render` prints them. It changes what it is given.
func Compare(base, head []map[string]any) (*Report, error) {
	before, oldXR := index(base)
	after, newXR := index(head)
	r := &Report{}
	if oldXR != nil && newXR != nil {
		problems, err := refused(oldXR, newXR)
		if err != nil {
			return nil, err
		}
		r.Refused = problems
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		old, found := before[key]
		switch {
		case !found:
			r.Added = append(r.Added, key.resource(nil))
		default:
			if fields := compare(old, after[key], "", nil); len(fields) > 0 {
				r.Changed = append(r.Changed, key.resource(fields))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, found := after[key]; !found {
			r.Removed = append(r.Removed, key.resource(nil))
		}
	}
	return r, nil
}

// A key is what stays of a resource when everything else changes: its name in the composition, and its kind. It is a
// string, so that keys are sorted by name.
type key string

func (k key) resource(fields []Field) Resource {
	name, kind, _ := strings.Cut(string(k), "\x00")
	return Resource{Name: name, Kind: kind, Fields: fields}
}

// index returns the objects by key, and the platform itself among them.
func index(objects []map[string]any) (all map[key]map[string]any, xr map[string]any) {
	all = make(map[key]map[string]any, len(objects))
	for _, o := range objects {
		metadata, _ := o["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		name, ok := annotations["crossplane.io/composition-resource-name"].(string)
		if !ok {
			name, _ = metadata["name"].(string)
		}
		kind, _ := o["kind"].(string)
		if apiVersion, _ := o["apiVersion"].(string); strings.Contains(apiVersion, "/") {
			group, _, _ := strings.Cut(apiVersion, "/")
			kind += "." + group
		}
		if o["kind"] == v1alpha1.KindComposite {
			delete(o, "status") // it says again what the resources say
			xr = o
		}
		all[key(name+"\x00"+kind)] = render.Redact(o)
	}
	return all, xr
}

// refused is what the API server would say to the change of a platform.
func refused(old, xr map[string]any) ([]string, error) {
	schema, err := xrd.Load(apis.Definition)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range schema.ValidateUpdate(xr, old) {
		out = append(out, p.String())
	}
	return out, nil
}

// compare adds what differs between two values to fields.
func compare(old, v any, path string, fields []Field) []Field {
	if reflect.DeepEqual(old, v) {
		return fields
	}
	switch v := v.(type) {
	case map[string]any:
		o, ok := old.(map[string]any)
		if !ok {
			break
		}
		names := maps.Clone(o)
		maps.Copy(names, v)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			below := name
			if path != "" {
				below = path + "." + name
			}
			before, had := o[name]
			after, has := v[name]
			switch {
			case !had:
				fields = append(fields, Field{Path: below, New: text(after)})
			case !has:
				fields = append(fields, Field{Path: below, Old: text(before)})
			default:
				fields = compare(before, after, below, fields)
			}
		}
		return fields
	case []any:
		o, ok := old.([]any)
		if !ok || len(o) != len(v) {
			break
		}
		for i := range v {
			fields = compare(o[i], v[i], fmt.Sprintf("%s[%d]", path, i), fields)
		}
		return fields
	case string: // policies and container definitions are JSON in a string
		o, ok := old.(string)
		before, was := document(o)
		after, is := document(v)
		if ok && was && is {
			if inside := compare(before, after, path, nil); len(inside) > 0 {
				return append(fields, inside...)
			}
		}
	}
	return append(fields, Field{Path: path, Old: text(old), New: text(v)})
}

// document is the object or list that a string holds.
func document(s string) (any, bool) {
	if !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return nil, false
	}
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil, false
	}
	return v, true
}

// text is a value as JSON, in a line.
func text(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
