package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Names of the packages in the registry, which are those of their metadata.
const (
	configurationName = "morket-platform"
	functionName      = "function-morket-platform"
	// nextSuffix ends the name under which the channel next finds the same function: docs/tasks/channels.md.
	nextSuffix = "-next"
)

// architectures that the function is built for. The Configuration holds YAML only, and has none.
var architectures = []string{"amd64", "arm64"}

// A source is a commit to make packages of.
type source struct {
	root     string
	version  *semver.Version
	tag      string
	revision string
	time     time.Time

	configuration, function, functionNext name.Tag
}

func newSource(root, registry, version, revision string, at time.Time) (*source, error) {
	v, err := semver.StrictNewVersion(version[min(1, len(version)):])
	if err != nil || version[0] != 'v' {
		return nil, fmt.Errorf("version %q is no semantic version with a v: Crossplane finds dependencies by those only; give VERSION=v0.1.0, for example", version)
	}
	if strings.Contains(registry, "://") {
		return nil, fmt.Errorf("registry %q is a URL: give host and path only, such as ghcr.io/acme", registry)
	}
	root, err = filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	s := &source{root: root, version: v, tag: version, revision: revision, time: at.UTC()}
	for ref, repository := range map[*name.Tag]string{&s.configuration: configurationName, &s.function: functionName, &s.functionNext: functionName + nextSuffix} {
		if *ref, err = name.NewTag(registry+"/"+repository+":"+version, name.StrictValidation); err != nil {
			return nil, fmt.Errorf("registry %q: %w", registry, err)
		}
	}
	return s, nil
}

// build makes the packages. Their SBOMs are written to a directory. The function is in two of them, so that two channels can have
// different versions of it.
func (s *source) build(ctx context.Context, out string) ([]*pkg, error) {
	function := &pkg{ref: s.function, sbom: s.sbomFile(functionName)}
	next := &pkg{ref: s.functionNext, sbom: function.sbom}
	var binaries []binary
	for _, arch := range architectures {
		images, b, err := s.buildFunction(ctx, arch, out)
		if err != nil {
			return nil, fmt.Errorf("cannot build the function for %s: %w", arch, err)
		}
		function.images = append(function.images, images[0])
		next.images = append(next.images, images[1])
		binaries = append(binaries, b)
	}
	if err := s.writeFunctionSBOM(binaries, out); err != nil {
		return nil, err
	}
	img, err := s.buildConfiguration(ctx, out)
	if err != nil {
		return nil, fmt.Errorf("cannot build the Configuration: %w", err)
	}
	return []*pkg{function, next, {ref: s.configuration, images: []v1.Image{img}, sbom: s.sbomFile(configurationName)}}, nil
}

// labels say in an image where it comes from.
func (s *source) labels(title string) map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":    title,
		"org.opencontainers.image.version":  s.tag,
		"org.opencontainers.image.revision": s.revision,
		"org.opencontainers.image.source":   "https://github.com/morket-io/platform",
		"org.opencontainers.image.licenses": "Apache-2.0",
	}
}
