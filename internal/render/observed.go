package render

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// Observed reads the composed resources that a directory (or file) of YAML holds, by their names in the composition.
// `kubectl get managed -o yaml` and an earlier render give such files. The composite resource may be among them. Without a
// path nothing is observed.
func Observed(path string) (map[string]*fnv1.Resource, error) {
	if path == "" {
		return nil, nil
	}
	files, err := yamlFiles(path)
	if err != nil {
		return nil, err
	}
	all := make(map[string]*structpb.Struct)
	for _, file := range files {
		objects, err := readFile(file)
		if err != nil {
			return nil, err
		}
		if err := compose(all, Items(objects)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	observed := make(map[string]*fnv1.Resource, len(all))
	for name, o := range all {
		observed[name] = &fnv1.Resource{Resource: o}
	}
	return observed, nil
}

// ReadObserved reads every object that a directory (or file) of YAML holds, also of those that are no composed resources.
func ReadObserved(path string) ([]map[string]any, error) {
	files, err := yamlFiles(path)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, file := range files {
		objects, err := readFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, Items(objects)...)
	}
	return out, nil
}

// Items are objects, with those of Lists, as kubectl prints them, in their place.
func Items(objects []map[string]any) []map[string]any {
	var out []map[string]any
	for _, o := range objects {
		items, ok := o["items"].([]any)
		if !ok {
			out = append(out, o)
			continue
		}
		for _, v := range items {
			if item, ok := v.(map[string]any); ok {
				out = append(out, Items([]map[string]any{item})...)
			}
		}
	}
	return out
}

// Composed are the composed resources among objects, by their names in the composition. Beside them there may be the claim and
// the composite resource, and nothing else.
func Composed(objects []map[string]any) (map[string]*structpb.Struct, error) {
	all := make(map[string]*structpb.Struct)
	return all, compose(all, objects)
}

func compose(all map[string]*structpb.Struct, objects []map[string]any) error {
	for _, o := range objects {
		kind := fields.TextIn(o, "kind")
		if kind == "XMorketPlatform" || kind == "MorketPlatform" {
			continue
		}
		what := kind + " " + fields.TextIn(o, "metadata", "name")
		name := fields.TextIn(o, "metadata", "annotations", "crossplane.io/composition-resource-name")
		if name == "" {
			return fmt.Errorf("%s has no annotation crossplane.io/composition-resource-name: only composed resources can be observed", what)
		}
		if other, ok := all[name]; ok {
			return fmt.Errorf("%s and %s are both called %s in the composition: observe the resources of one platform at a time", what, fields.Text(other, "metadata", "name"), name)
		}
		s, err := ToStruct(o)
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", what, err)
		}
		all[name] = s
	}
	return nil
}

func yamlFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read observed resources: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	for _, pattern := range []string{"*.yaml", "*.yml", "*.json"} {
		found, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no YAML files of observed resources", path)
	}
	slices.Sort(files)
	return files, nil
}

func readFile(path string) ([]map[string]any, error) {
	f, err := os.Open(path) //nolint:gosec // reading the file it was given is what this is for
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	objects, err := ReadYAML(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return objects, nil
}
