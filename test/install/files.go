package install

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are the activation policy, of exactly the composed kinds, and the provider's IAM policies.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# Derived from what the layers compose by ` + "`make update`" + `, and part of the Configuration package, so that it always fits what the
# function composes. Where Crossplane was installed with provider.defaultActivations empty, the providers bring these kinds to the cluster
# instead of all two thousand.
apiVersion: apiextensions.crossplane.io/v1alpha1
kind: ManagedResourceActivationPolicy
metadata:
  name: morket-platform
spec:
  activate:
`)
	for _, name := range slices.Sorted(maps.Values(composed(t))) {
		fmt.Fprintf(&b, "    - %s\n", name)
	}
	out := platformtest.Files{"apis/activation.yaml": b.String(), "examples/install/providers.yaml": providers(t)}
	for _, f := range files {
		var policy bytes.Buffer
		if err := json.Indent(&policy, []byte(*f.policy().JSON()), "", "  "); err != nil {
			t.Fatal(err)
		}
		out["examples/install/policies/"+f.name+".json"] = policy.String() + "\n"
	}
	return out
}

// family is the provider that all families depend on. It holds the provider configs.
const family = "xpkg.upbound.io/upbound/provider-family-aws"

// providers pins the provider families that crossplane.yaml asks for, at the lowest version that it takes.
func providers(t platformtest.T) string {
	t.Helper()
	raw, err := os.ReadFile(platformtest.Path(t, "crossplane.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Spec struct {
			DependsOn []struct{ Kind, Package, Version string }
		}
	}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# The provider families that the Configuration depends on, derived from crossplane.yaml by ` + "`make update`" + `. Without this file Crossplane
# installs them by itself, each at the newest version that the Configuration allows. Here each has the version that the platform is
# validated against, and the runtime config of runtime.yaml. The names are those that Crossplane gives dependencies, so none is installed
# twice. To upgrade, change the version of all of them at once: docs/tasks/upgrade.md.
`)
	separator := ""
	write := func(pkg, version string) {
		_, repository, _ := strings.Cut(pkg, "/")
		b.WriteString(separator)
		fmt.Fprintf(&b, `apiVersion: pkg.crossplane.io/v1
kind: Provider
metadata:
  name: %s
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  package: %s:%s
  runtimeConfigRef:
    name: provider-aws
`, strings.ReplaceAll(repository, "/", "-"), pkg, version)
		separator = "---\n"
	}
	for i, d := range c.Spec.DependsOn {
		version, _, _ := strings.Cut(strings.TrimPrefix(d.Version, ">="), " ")
		if i == 0 {
			continue // the function
		}
		if i == 1 {
			write(family, version)
		}
		write(d.Package, version)
	}
	return b.String()
}

// composed are the managed resources that the layers compose, by group and kind, with their definitions' names. They are
// read from the layers' source: what only some claims have, such as a service-linked role, is in no environment's render.
func composed(t platformtest.T) map[string]string {
	t.Helper()
	definitions := map[string]string{} // by what the source calls them: ec2.VPC
	for _, r := range catalog.Resources() {
		k := r.Kind()
		definitions[strings.TrimPrefix(fmt.Sprintf("%T", r), "*")] = k.Definition()
	}
	out := map[string]string{}
	err := filepath.WalkDir(platformtest.Path(t, "functions"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.CompositeLit); ok {
				name := types.ExprString(l.Type)
				if definition, ok := definitions[name]; ok {
					out[strings.Replace(name, ".", " ", 1)] = definition
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
