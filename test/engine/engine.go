package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/crds"
)

// An engine is Crossplane's renderer and validator, with our definition and Composition.
type engine struct {
	cli, core string // Crossplane's binaries
	module    module // of Crossplane
	provider  string // directory of the provider's CRDs

	definition  string // file
	composition string // file
	functions   []string
	inputs      int      // how many steps of the Composition have one
	schemas     []string // files of the inputs' schemas

	work string // directory for what the CLI reads, removed by Close
}

// newEngine prepares an engine. It builds the Crossplane binaries that are not in the cache.
func newEngine(ctx context.Context, cache, definition, composition, inputs string) (*engine, error) {
	root, err := crds.Root()
	if err != nil {
		return nil, err
	}
	provider, err := crds.Locate()
	if err != nil {
		return nil, err
	}
	e := &engine{provider: provider.Dir, definition: definition, composition: composition}

	if err := e.readComposition(); err != nil {
		return nil, err
	}
	if e.schemas, err = filepath.Glob(filepath.Join(inputs, "*.yaml")); err != nil {
		return nil, err
	}
	if e.module, err = download(ctx, filepath.Join(root, "tools", "crossplane"), "github.com/crossplane/crossplane/v2"); err != nil {
		return nil, err
	}

	build := exec.CommandContext(ctx, filepath.Join(root, "tools", "build.sh"), cache)
	build.Stderr = os.Stderr // It tells what takes minutes.
	out, err := build.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot build Crossplane: %w", err)
	}
	binaries := strings.Fields(string(out))
	if len(binaries) != 2 {
		return nil, fmt.Errorf("tools/build.sh printed %q, not the paths of two binaries", out)
	}
	e.cli, e.core = binaries[0], binaries[1]

	e.work, err = os.MkdirTemp("", "engine-")
	return e, err
}

// Close removes the engine's files.
func (e *engine) Close() { _ = os.RemoveAll(e.work) }

// Version returns Crossplane's version without the v, such as 2.4.0.
func (e *engine) Version() string { return strings.TrimPrefix(e.module.Version, "v") }

// readComposition reads the functions of the Composition's pipeline.
func (e *engine) readComposition() error {
	data, err := os.ReadFile(e.composition)
	if err != nil {
		return err
	}
	composition := struct {
		Spec struct {
			Pipeline []struct {
				FunctionRef struct {
					Name string `json:"name"`
				} `json:"functionRef"`
				Input map[string]any `json:"input"`
			} `json:"pipeline"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal(data, &composition); err != nil {
		return fmt.Errorf("cannot read %s: %w", e.composition, err)
	}
	for _, step := range composition.Spec.Pipeline {
		e.functions = append(e.functions, step.FunctionRef.Name)
		if step.Input != nil {
			e.inputs++
		}
	}
	return nil
}

// crossplane runs Crossplane's CLI and returns its standard output, of a failure too.
func (e *engine) crossplane(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, e.cli, args...)
	cmd.Env = append(os.Environ(), "HOME="+e.work) // A person's configuration of the CLI changes nothing.
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(stderr.String()); said != "" {
			err = errors.New(said)
		}
		return stdout.Bytes(), err
	}
	return stdout.Bytes(), nil
}

// A module is a Go module in the module cache.
type module struct {
	Version string
	Dir     string
}

// download returns the module that the go.mod in dir pins. It needs the network only if the module is not there.
func download(ctx context.Context, dir, path string) (module, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", path)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "PWD="+dir)
	out, err := cmd.Output()

	m := module{}
	if jerr := json.Unmarshal(out, &m); err != nil || jerr != nil || m.Dir == "" {
		return module{}, fmt.Errorf("cannot download %s, which %s/go.mod pins: %w: %s", path, dir, err, out)
	}
	return m, nil
}
