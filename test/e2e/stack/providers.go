package stack

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/aws/crds"
)

// family is the package that every provider family depends on: it has the provider's configuration.
const family = "xpkg.upbound.io/upbound/provider-family-aws"

// publishProviders pushes a stand-in for each provider package: the provider's own definitions of those kinds that we have
// models for, and no program. A definition is cut to the version that we use, because nobody would convert the others, and
// its descriptions are left out.
// What a layer composes and crossplane.yaml does not depend on is not there.
func (s *Stack) publishProviders(packages []string) error {
	source, err := crds.Locate()
	if err != nil {
		return err
	}
	var config bytes.Buffer
	fmt.Fprintf(&config, "apiVersion: meta.pkg.crossplane.io/v1\nkind: Provider\nmetadata: {name: provider-family-aws}\nspec: {}\n")
	for _, plural := range []string{"providerconfigs", "providerconfigusages"} {
		raw, err := os.ReadFile(filepath.Join(source.Dir, "aws.upbound.io_"+plural+".yaml"))
		if err != nil {
			return err
		}
		fmt.Fprintf(&config, "---\n%s\n", bytes.TrimPrefix(raw, []byte("---\n")))
	}
	if err := pushStream(family+":"+providerVersion, config.Bytes()); err != nil {
		return err
	}
	for _, p := range packages {
		stream, err := s.provider(source, p)
		if err != nil {
			return err
		}
		if err := pushStream(p+":"+providerVersion, stream); err != nil {
			return err
		}
	}
	return nil
}

func pushStream(image string, stream []byte) error {
	i, err := xpkg(stream)
	if err != nil {
		return err
	}
	return push(image, i)
}

// provider is a stand-in for a provider package.
func (s *Stack) provider(source *crds.Source, pkg string) ([]byte, error) {
	service := strings.TrimPrefix(filepath.Base(pkg), "provider-aws-")
	var b bytes.Buffer
	fmt.Fprintf(&b, `apiVersion: meta.pkg.crossplane.io/v1
kind: Provider
metadata:
  name: provider-aws-%s
  labels: {pkg.crossplane.io/provider-family: provider-family-aws}
spec:
  capabilities: [safe-start]
  dependsOn: [{provider: %s, version: ">=%s"}]
`, service, family, providerVersion)
	found := false
	for _, k := range catalog.Kinds() {
		if k.Group != service+".aws.upbound.io" {
			continue
		}
		definition, err := cut(filepath.Join(source.Dir, k.Group+"_"+k.Plural+".yaml"), k.APIVersion)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "---\n%s", definition)
		s.Kinds = append(s.Kinds, k)
		found = true
	}
	if !found {
		return nil, fmt.Errorf("crossplane.yaml depends on %s, of which we have no model: leave it out", pkg)
	}
	return b.Bytes(), nil
}

// undescribe removes what a schema says to people: two thirds of it, which cost the API server and Crossplane minutes.
func undescribe(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["description"].(string); ok {
			delete(v, "description")
		}
		for _, x := range v {
			undescribe(x)
		}
	case []any:
		for _, x := range v {
			undescribe(x)
		}
	}
}

// cut reads a definition and leaves one version of it, without its descriptions.
func cut(path, apiVersion string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var o map[string]any
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	_, version, _ := strings.Cut(apiVersion, "/")
	spec, _ := o["spec"].(map[string]any)
	versions, _ := spec["versions"].([]any)
	for _, v := range versions {
		if m, ok := v.(map[string]any); ok && m["name"] == version {
			m["storage"], m["served"] = true, true
			spec["versions"] = []any{m}
			delete(spec, "conversion")
			undescribe(m["schema"])
			return yaml.Marshal(o)
		}
	}
	return nil, fmt.Errorf("%s has no version %s", path, version)
}
