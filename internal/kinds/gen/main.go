// Command gen writes the list of all kinds with their facts, and a table of their fields: the Terraform argument that each
// becomes, by the tags of the provider's Go types, and whether AWS can change it in place.
//
// The provider never replaces a resource: where Terraform would destroy and create, it refuses and stays unsynced. Which
// arguments those are is nowhere in the provider's CRDs or JSON schemas. It is in the source of
// terraform-provider-aws, as `ForceNew: true` and RequiresReplace(), so that is what this reads: it evaluates the schema literals of
// exactly the resources behind internal/aws/kinds.yaml, without building a provider that takes an hour. What it read
// is then held against the provider's JSON schema, attribute for attribute, so that nothing is missed in silence.
//
// Run it with `make update ONLY=replacements`; it downloads terraform-provider-aws (50 MB) unless the module cache has it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/morket-io/platform/internal/aws/crds"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := crds.Root()
	if err != nil {
		return err
	}
	sources, err := locate(root)
	if err != nil {
		return err
	}
	kinds, err := readKinds(filepath.Join(root, "internal", "aws", "kinds.yaml"), sources.provider)
	if err != nil {
		return err
	}
	out, err := generate(sources, kinds)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "internal", "kinds", "zz_generated.kinds.go"), out, 0o644) //nolint:gosec // Source code is for everyone to read.
}
