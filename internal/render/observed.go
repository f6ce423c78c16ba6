package render

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
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
	observed := make(map[string]*fnv1.Resource)
	for _, file := range files {
		objects, err := readFile(file)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			if err := observe(observed, o); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return observed, nil
}

// observe adds an object, or those of a List.
func observe(observed map[string]*fnv1.Resource, o map[string]any) error {
	if items, ok := o["items"].([]any); ok {
		for _, v := range items {
			if item, ok := v.(map[string]any); ok {
				if err := observe(observed, item); err != nil {
					return err
				}
			}
		}
		return nil
	}
	kind := text(o, "kind")
	if kind == "XMorketPlatform" || kind == "MorketPlatform" {
		return nil
	}
	what := kind + " " + text(o, "metadata", "name")
	name := text(o, "metadata", "annotations", "crossplane.io/composition-resource-name")
	if name == "" {
		return fmt.Errorf("%s has no annotation crossplane.io/composition-resource-name: only composed resources can be observed", what)
	}
	if other, ok := observed[name]; ok {
		return fmt.Errorf("%s and %s are both called %s in the composition: observe the resources of one platform at a time", what, fields(other.GetResource(), "metadata")["name"].GetStringValue(), name)
	}
	s, err := ToStruct(o)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", what, err)
	}
	observed[name] = &fnv1.Resource{Resource: s}
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
