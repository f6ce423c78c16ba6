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
	"path/filepath"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are the activation policy, of exactly the composed kinds, and the provider's IAM policies.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# Derived from what the layers compose by ` + "`make update`" + `. It matters where Crossplane was installed with
# provider.defaultActivations set to none: then the providers bring these kinds to the cluster instead of all two thousand.
apiVersion: apiextensions.crossplane.io/v1alpha1
kind: ManagedResourceActivationPolicy
metadata:
  name: morket-platform
  annotations:
    argocd.argoproj.io/sync-wave: "-2"
spec:
  activate:
`)
	for _, name := range slices.Sorted(maps.Values(composed(t))) {
		fmt.Fprintf(&b, "    - %s\n", name)
	}
	out := platformtest.Files{"examples/install/activation.yaml": b.String()}
	for _, f := range files {
		var policy bytes.Buffer
		if err := json.Indent(&policy, []byte(*f.policy().JSON()), "", "  "); err != nil {
			t.Fatal(err)
		}
		out["examples/install/policies/"+f.name+".json"] = policy.String() + "\n"
	}
	return out
}

// composed are the managed resources that the layers compose, by group and kind, with their definitions' names. They are
// read from the layers' source: what only some claims have, such as a service-linked role, is in no environment's render.
func composed(t platformtest.T) map[string]string {
	t.Helper()
	definitions := map[string]string{} // by what the source calls them: ec2.VPC
	for _, r := range catalog.Resources() {
		k := r.Kind()
		definitions[strings.TrimPrefix(fmt.Sprintf("%T", r), "*")] = k.Plural + "." + k.Group
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
