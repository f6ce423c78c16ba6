package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// environments are the profiles beside the one that all environments share, in the order in which descriptions name them.
var environments = []string{"staging", "production"}

// shared is the profile of what does not depend on the environment.
const shared = "defaults"

// whole is an object whose default replaces the whole object: a claim's own repository must not get the default tag.
const whole = "images.temporalServer"

// profiles are the values that a claim's fields have by default: by profile, by the field's path.
type profiles map[string]map[string]any

// readProfiles reads the sizing profiles in a directory.
func readProfiles(dir fs.FS) (profiles, error) {
	out := profiles{}
	for _, name := range append([]string{shared}, environments...) {
		raw, err := fs.ReadFile(dir, name+".yaml")
		if err != nil {
			return nil, err
		}
		var values any
		if err := yaml.UnmarshalStrict(raw, &values); err != nil {
			return nil, fmt.Errorf("cannot read %s.yaml: %w", name, err)
		}
		out[name] = map[string]any{}
		flatten(out[name], "", values)
	}
	return out, nil
}

func flatten(out map[string]any, path string, v any) {
	m, ok := v.(map[string]any)
	if !ok || path == whole {
		out[path] = v
		return
	}
	for name, below := range m {
		flatten(out, strings.TrimPrefix(path+"."+name, "."), below)
	}
}

// reference is how a rule or message in apis/v1alpha1 names a profile's value: $(staging.data.redis.nodes).
var reference = regexp.MustCompile(`\$\(([a-z]+)\.([A-Za-z0-9.]+)\)`)

// expand replaces references to the profiles' values.
func (p profiles) expand(crd string) (string, error) {
	var errs []error
	out := reference.ReplaceAllStringFunc(crd, func(s string) string {
		m := reference.FindStringSubmatch(s)
		v, ok := p[m[1]][m[2]]
		if !ok {
			errs = append(errs, fmt.Errorf("%s: no sizing profile has this value", s))
		}
		return fmt.Sprint(v)
	})
	return out, errors.Join(errs...)
}

// fill writes the profiles' values into the schema at a path below the spec, and reports whether it wrote any. A shared value becomes
// the API server's default. An object that holds a value gets an empty default: without it, the API server would not look inside.
func (p profiles) fill(path string, s *extv1.JSONSchemaProps) (bool, error) {
	said, err := p.say(path)
	filled := said != ""
	if v, ok := p[shared][path]; ok && err == nil {
		filled = true
		if s.Default != nil {
			return false, fmt.Errorf("spec.%s: has a default beside the sizing profiles': remove the marker", path)
		}
		s.Default = &extv1.JSON{}
		s.Default.Raw, err = json.Marshal(v)
	}
	errs := []error{err}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		below := s.Properties[name]
		ok, err := p.fill(strings.TrimPrefix(path+"."+name, "."), &below)
		errs = append(errs, err)
		if ok {
			filled = true
		}
		s.Properties[name] = below
	}
	if !filled || path == "" {
		return filled, errors.Join(errs...)
	}
	if strings.Contains(s.Description, "Default:") {
		errs = append(errs, fmt.Errorf("spec.%s: its description names a default: leave that to the generator", path))
	}
	if said != "" {
		s.Description += "\nDefault: " + said + "."
	} else if s.Default == nil {
		s.Default = &extv1.JSON{Raw: []byte("{}")}
	}
	return true, errors.Join(errs...)
}

// say returns what a description says of a field's default, and nothing for a field without one or an object.
func (p profiles) say(path string) (string, error) {
	if v, ok := p[shared][path]; ok {
		return literal(v)
	}
	if _, ok := p[environments[0]][path]; !ok {
		return "", nil
	}
	var each []string
	same := true
	for _, env := range environments {
		text, err := literal(p[env][path])
		if err != nil {
			return "", err
		}
		each = append(each, env+" "+text)
		same = same && text == strings.TrimPrefix(each[0], environments[0]+" ")
	}
	if same {
		return strings.TrimPrefix(each[0], environments[0]+" "), nil
	}
	return strings.Join(each, ", "), nil
}

// literal returns a value as a claim would write it, and nothing for an object.
func literal(v any) (string, error) {
	switch v := v.(type) {
	case map[string]any:
		return "", nil
	case []any:
		var out []string
		for _, e := range v {
			text, err := literal(e)
			if err != nil {
				return "", err
			}
			out = append(out, text)
		}
		return "[" + strings.Join(out, ", ") + "]", nil
	case string:
		if strings.Contains(v, ":") {
			return `"` + v + `"`, nil
		}
	}
	out, err := yaml.Marshal(v)
	return strings.TrimSpace(strings.ReplaceAll(string(out), "'", `"`)), err
}
