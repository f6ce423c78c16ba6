package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/examples"
	packageyaml "github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/yaml"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/spf13/afero"
	"sigs.k8s.io/yaml"
)

// functionStream is what a package of the function tells Crossplane: its metadata, and the CRD of its input. The package of the channel
// next comes without the CRD, because Crossplane lets one package own it.
func (s *source) functionStream(suffix string) ([]byte, error) {
	if suffix == "" {
		return s.read("package/crossplane.yaml", "package/input/*.yaml")
	}
	meta, err := s.read("package/crossplane.yaml")
	if err != nil {
		return nil, err
	}
	return edit(meta, func(o map[string]any) error {
		metadata, _ := o["metadata"].(map[string]any)
		metadata["name"] = functionName + suffix
		return nil
	})
}

// buildConfiguration makes the Configuration's package: its metadata, the definition of our API and the Compositions.
func (s *source) buildConfiguration(ctx context.Context, out string) (v1.Image, error) {
	stream, err := s.configurationStream()
	if err != nil {
		return nil, err
	}
	if err := s.writeConfigurationSBOM(stream, out); err != nil {
		return nil, err
	}
	return s.buildPackage(ctx, empty.Image, stream, configurationName)
}

// configurationStream is the Configuration's YAML, with the function found where it is pushed to.
//
// Crossplane names what it installs for a dependency after the dependency's repository, not after its metadata:
// ghcr.io/morket-io/function-morket-platform becomes the Function morket-io-function-morket-platform. The
// Compositions call it so, and must call it otherwise where the packages are pushed elsewhere.
func (s *source) configurationStream() ([]byte, error) {
	meta, err := s.read("crossplane.yaml")
	if err != nil {
		return nil, err
	}
	if meta, err = edit(meta, s.pinFunction); err != nil {
		return nil, fmt.Errorf("crossplane.yaml: %w", err)
	}
	apis, err := s.read("apis/definition.yaml", "apis/activation.yaml")
	if err != nil {
		return nil, err
	}
	docs := [][]byte{meta, apis}
	for _, path := range []string{"compositions/platform.yaml", "compositions/next.yaml"} {
		composition, err := s.read(path)
		if err != nil {
			return nil, err
		}
		if composition, err = edit(composition, s.callFunction); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		docs = append(docs, composition)
	}
	return bytes.Join(docs, []byte("\n---\n")), nil
}

// pinFunction makes the Configuration depend on the function in the registry that it is pushed to.
func (s *source) pinFunction(o map[string]any) error {
	spec, _ := o["spec"].(map[string]any)
	dependencies, _ := spec["dependsOn"].([]any)
	for _, d := range dependencies {
		if d, _ := d.(map[string]any); d["kind"] == "Function" {
			d["package"] = s.function.Context().String()
			d["version"] = s.functionVersions()
			return nil
		}
	}
	return errors.New("depends on no Function")
}

// functionVersions are those that this version's Configuration works with: its own and later patches, and those of the minor version
// before. The Configuration is upgraded first, so that the channel next can have the new function while the channel stable has the
// previous one; make e2e-upgrade tries it.
func (s *source) functionVersions() string {
	major, minor := s.version.Major(), s.version.Minor()
	return fmt.Sprintf(">=v%d.%d.0-0 <v%d.%d.0-0", major, max(minor, 1)-1, major, minor+1) // -0 comes before all prereleases
}

// calledName is what the Composition in the repository calls the function.
const calledName = "morket-io-function-morket-platform"

// callFunction makes the steps of a Composition call the function by the name that it has when it is installed.
func (s *source) callFunction(o map[string]any) error {
	spec, _ := o["spec"].(map[string]any)
	steps, _ := spec["pipeline"].([]any)
	calls := 0
	for _, step := range steps {
		step, _ := step.(map[string]any)
		ref, _ := step["functionRef"].(map[string]any)
		if name, _ := ref["name"].(string); name == calledName || name == calledName+nextSuffix {
			ref["name"] = s.functionObject() + strings.TrimPrefix(name, calledName)
			calls++
		}
	}
	if calls == 0 {
		return fmt.Errorf("calls %s nowhere", calledName)
	}
	return nil
}

// functionObject is the name of the Function that Crossplane makes for the dependency.
func (s *source) functionObject() string {
	return xpkg.ToDNSLabel(s.function.RepositoryStr())
}

// edit changes an object.
func edit(raw []byte, change func(map[string]any) error) ([]byte, error) {
	var o map[string]any
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	if err := change(o); err != nil {
		return nil, err
	}
	return yaml.Marshal(o)
}

// read joins files of the repository, by pattern and sorted, into a stream.
func (s *source) read(patterns ...string) ([]byte, error) {
	var docs [][]byte
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(s.root, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		if len(paths) == 0 {
			return nil, fmt.Errorf("there is no %s in %s", pattern, s.root)
		}
		for _, path := range paths {
			raw, err := os.ReadFile(filepath.Clean(path))
			if err != nil {
				return nil, err
			}
			docs = append(docs, raw)
		}
	}
	return bytes.Join(docs, []byte("\n---\n")), nil
}

// buildPackage has Crossplane's own builder parse and lint a stream, and add it to a base image.
func (s *source) buildPackage(ctx context.Context, base v1.Image, stream []byte, title string) (v1.Image, error) {
	p, err := packageyaml.New()
	if err != nil {
		return nil, err
	}
	noExamples := parser.NewFsBackend(afero.NewMemMapFs(), parser.FsDir("none"))
	img, _, err := xpkg.New(parser.NewEchoBackend(string(stream)), noExamples, p, examples.New()).Build(ctx, xpkg.WithBase(base))
	if err != nil {
		return nil, err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.Created = v1.Time{Time: s.time}
	maps.Copy(config.Config.Labels, s.labels(title))
	return mutate.ConfigFile(img, config)
}

// A pkg is a package for one or more architectures, and where it is pushed to.
type pkg struct {
	ref    name.Tag
	images []v1.Image
	sbom   string // file beside it
}

// file is what a package of this is called as a file.
func (p *pkg) file(img v1.Image) string {
	base := filepath.Base(p.ref.RepositoryStr()) + "-" + p.ref.TagStr()
	if config, err := img.ConfigFile(); err == nil && config.Architecture != "" {
		base += "-" + config.OS + "-" + config.Architecture
	}
	return base + xpkg.XpkgExtension
}
