// Package crds finds and reads the custom resource definitions that ship inside the provider-aws Go module. It is used by
// the generator and by tests.
package crds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// Module is the Go module that ships the definitions.
const Module = "github.com/upbound/provider-aws/v2"

// A Source is a directory of definitions.
type Source struct {
	Dir     string // of the YAML files, named <group>_<plural>.yaml
	Version string // of the module, such as "v2.7.0"

	files map[string]map[string]string // by group and kind
	known map[string]*Definition       // by apiVersion and kind
}

// Locate returns the definitions that test/provider pins: the single source of the schemas. It downloads the module (43 MB)
// if the module cache does not have it.
func Locate() (*Source, error) { return locate("test", "provider") }

// Built returns the definitions of the provider that make e2e-aws builds and runs. tools/provider-aws pins it.
func Built() (*Source, error) { return locate("tools", "provider-aws") }

// locate returns the definitions that the go.mod in a directory of the repository pins.
func locate(directory ...string) (*Source, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	pin := filepath.Join(append([]string{root}, directory...)...)

	// GOFLAGS and GOWORK are reset because a person's -mod=vendor or workspace would make this fail.
	cmd := exec.Command("go", "mod", "download", "-json", Module)
	cmd.Dir = pin
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "PWD="+pin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()

	m := struct{ Dir, Version, Error string }{}
	if jerr := json.Unmarshal(out, &m); err == nil {
		err = jerr
	}
	if err != nil {
		return nil, fmt.Errorf("cannot find the CRDs of provider-aws: %w: %s%s (to get them run: cd %s && go mod download -json %s)", err, m.Error, stderr.String(), filepath.Join(directory...), Module)
	}
	return &Source{Dir: filepath.Join(m.Dir, "package", "crds"), Version: m.Version}, nil
}

// Root returns the root of this repository, found upwards from the working directory.
func Root() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "test", "provider", "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("cannot find test/provider/go.mod in %s or above", wd)
		}
	}
}

// A Definition is one version of a kind.
type Definition struct {
	APIVersion string
	Kind       string
	Group      string
	Plural     string
	Spec       Schema // of the resource's spec
}

// A Schema is the part of OpenAPI that the definitions of provider-aws use.
type Schema struct {
	Type        string            `json:"type"`
	Description string            `json:"description"`
	Properties  map[string]Schema `json:"properties"`
	Required    []string          `json:"required"`
	Default     any               `json:"default"`

	Items                *Schema `json:"items"`
	AdditionalProperties *Schema `json:"additionalProperties"`

	// ListMapKeys tell the entries of a list apart.
	ListMapKeys []string `json:"x-kubernetes-list-map-keys"`

	IntOrString           bool `json:"x-kubernetes-int-or-string"`
	PreserveUnknownFields bool `json:"x-kubernetes-preserve-unknown-fields"`

	Validations []struct {
		Message string `json:"message"`
	} `json:"x-kubernetes-validations"`
}

// ForProvider returns the schema of spec.forProvider.
func (d *Definition) ForProvider() Schema { return d.Spec.Properties["forProvider"] }

// InitProvider returns the schema of spec.initProvider.
func (d *Definition) InitProvider() Schema { return d.Spec.Properties["initProvider"] }

// Load reads the definition of a kind, once.
func (s *Source) Load(apiVersion, kind string) (*Definition, error) {
	if d := s.known[apiVersion+" "+kind]; d != nil {
		return d, nil
	}
	group, version, _ := strings.Cut(apiVersion, "/")
	files, err := s.index(group)
	if err != nil {
		return nil, err
	}
	if files[kind] == "" {
		return nil, fmt.Errorf("%s %s: provider-aws %s has no such kind", apiVersion, kind, s.Version)
	}
	data, err := os.ReadFile(files[kind])
	if err != nil {
		return nil, err
	}
	d, err := parse(data, version)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w in %s", apiVersion, kind, err, files[kind])
	}
	if s.known == nil {
		s.known = map[string]*Definition{}
	}
	s.known[apiVersion+" "+kind] = d
	return d, nil
}

// index returns the files of a group by kind. It reads only as far as the line that names the kind: parsing a
// group's YAML would take minutes.
func (s *Source) index(group string) (map[string]string, error) {
	if files, ok := s.files[group]; ok {
		return files, nil
	}
	paths, err := filepath.Glob(filepath.Join(s.Dir, group+"_*.yaml"))
	if err != nil {
		return nil, err
	}
	files := make(map[string]string, len(paths))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		_, rest, _ := bytes.Cut(data, []byte("\n    kind: "))
		kind, _, _ := bytes.Cut(rest, []byte("\n"))
		files[string(kind)] = path
	}
	if s.files == nil {
		s.files = map[string]map[string]string{}
	}
	s.files[group] = files
	return files, nil
}

func parse(data []byte, version string) (*Definition, error) {
	crd := struct {
		Spec struct {
			Group string `json:"group"`
			Names struct {
				Kind   string `json:"kind"`
				Plural string `json:"plural"`
			} `json:"names"`
			Versions []struct {
				Name   string `json:"name"`
				Served bool   `json:"served"`
				Schema struct {
					OpenAPI Schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal(data, &crd); err != nil {
		return nil, err
	}
	var served []string
	for _, v := range crd.Spec.Versions {
		if !v.Served {
			continue
		}
		served = append(served, v.Name)
		if v.Name == version {
			return &Definition{
				APIVersion: crd.Spec.Group + "/" + version,
				Kind:       crd.Spec.Names.Kind,
				Group:      crd.Spec.Group,
				Plural:     crd.Spec.Names.Plural,
				Spec:       v.Schema.OpenAPI.Properties["spec"],
			}, nil
		}
	}
	return nil, fmt.Errorf("no version %q, only %s", version, strings.Join(served, ", "))
}
