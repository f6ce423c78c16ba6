package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/crds"
)

// terraform is the import path of terraform-provider-aws. tools/provider-aws/go.mod replaces it with the provider's fork.
const terraform = "github.com/hashicorp/terraform-provider-aws"

// Sources are the modules that are read.
type sources struct {
	provider, providerVersion   string // directory of provider-aws, and its version
	terraform, terraformVersion string // directory of terraform-provider-aws, and its version
}

// locate finds both modules, at the versions that tools/provider-aws/go.mod pins.
func locate(root string) (*sources, error) {
	pin := filepath.Join(root, "tools", "provider-aws")
	s := &sources{}
	var err error
	if s.provider, s.providerVersion, _, err = download(pin, crds.Module); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(pin, "go.mod")) //nolint:gosec // A generator reads its sources.
	if err != nil {
		return nil, err
	}
	fork, version, err := replacement(string(raw))
	if err != nil {
		return nil, err
	}
	dir, version, sum, err := download(pin, fork+"@"+version)
	if err != nil {
		return nil, err
	}
	s.terraform, s.terraformVersion = dir, version
	sums, err := os.ReadFile(filepath.Join(s.provider, "go.sum"))
	if err != nil {
		return nil, err
	}
	if line := fmt.Sprintf("%s %s %s\n", fork, version, sum); !strings.Contains(string(sums), line) {
		return nil, fmt.Errorf("%s@%s is not what provider-aws %s is built from: its go.sum lacks %s", fork, version, s.providerVersion, line)
	}
	return s, nil
}

// replacement returns what a go.mod replaces terraform-provider-aws with.
func replacement(mod string) (path, version string, err error) {
	for line := range strings.Lines(mod) {
		words := strings.Fields(line)
		if at := slices.Index(words, "=>"); at > 0 && words[at-1] == terraform && len(words) == at+3 {
			return words[at+1], words[at+2], nil
		}
	}
	return "", "", fmt.Errorf("tools/provider-aws/go.mod does not replace %s: provider-aws needs its fork", terraform)
}

// download returns the directory, version and checksum of a module. The public checksum database is not asked for the
// fork: locate holds it against the checksum that provider-aws itself records.
func download(dir, module string) (path, version, sum string, err error) {
	cmd := exec.Command("go", "mod", "download", "-json", module) //nolint:gosec // A module that go.mod names.
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GONOSUMDB=github.com/upbound/terraform-provider-aws", "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	m := struct{ Dir, Version, Sum, Error string }{}
	if jerr := json.Unmarshal(out, &m); err == nil {
		err = jerr
	}
	if err != nil {
		return "", "", "", fmt.Errorf("cannot download %s: %w: %s%s", module, err, m.Error, stderr.String())
	}
	return m.Dir, m.Version, m.Sum, nil
}

// A kind is a managed resource, and the Terraform resource behind it.
type kind struct {
	group, version, name string
	resource             string // such as aws_vpc
}

var resourceType = regexp.MustCompile(`func \(mg \*(\w+)\) GetTerraformResourceType\(\) string \{\s*return "(\w+)"`)

// readKinds reads kinds.yaml, and looks up the Terraform resources in the provider's generated code.
func readKinds(path, provider string) ([]kind, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // A generator reads its sources.
	if err != nil {
		return nil, err
	}
	byVersion := map[string][]string{}
	if err := yaml.UnmarshalStrict(raw, &byVersion); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	var out []kind
	for apiVersion, names := range byVersion {
		group, version, _ := strings.Cut(apiVersion, "/")
		resources, err := resourcesOf(typesDir(provider, group, version))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if resources[name] == "" {
				return nil, fmt.Errorf("provider-aws has no Terraform resource of %s %s", apiVersion, name)
			}
			out = append(out, kind{group: group, version: version, name: name, resource: resources[name]})
		}
	}
	slices.SortFunc(out, func(a, b kind) int { return strings.Compare(a.key(), b.key()) })
	return out, nil
}

// key is the kind's key: every kind is there in one version.
func (k kind) key() string { return fmt.Sprintf("{%q, %q}", k.group, k.name) }

// service is the group without the provider's part of it.
func (k kind) service() string {
	service, _, _ := strings.Cut(k.group, ".")
	return service
}

// typesDir is where the provider keeps the cluster-scoped types of a group and version.
func typesDir(provider, group, version string) string {
	return filepath.Join(provider, "apis", "cluster", kind{group: group}.service(), version)
}

// resourcesOf returns the Terraform resources of the kinds in a directory.
func resourcesOf(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "zz_*_terraformed.go"))
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(files))
	for _, file := range files {
		raw, err := os.ReadFile(file) //nolint:gosec // A file of the module cache.
		if err != nil {
			return nil, err
		}
		for _, m := range resourceType.FindAllStringSubmatch(string(raw), -1) {
			out[m[1]] = m[2]
		}
	}
	return out, nil
}
