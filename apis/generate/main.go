// Command generate turns the CustomResourceDefinition that controller-gen makes of apis/v1alpha1 into
// apis/definition.yaml, the CompositeResourceDefinition of the platform, with the defaults of the sizing profiles.
//
// It exists because no tool writes XRDs from Go types, and because four mistakes are silent otherwise: a marker that
// controller-gen does not know, a field without a description, a keyword that Crossplane drops when it makes its own
// CRDs of ours, and a rule in the status that would stop status updates.
//
//	controller-gen crd paths=./apis/v1alpha1 output:crd:dir=$dir
//	go run ./apis/generate -crd $dir/platform.morket.io_xmorketplatforms.yaml -types apis/v1alpha1 -o apis/definition.yaml
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	crd := flag.String("crd", "", "file with the CustomResourceDefinition of the composite resource, as controller-gen writes it")
	types := flag.String("types", "apis/v1alpha1", "directory of the Go types")
	sizings := flag.String("profiles", "internal/platform/profiles", "directory of the sizing profiles")
	out := flag.String("o", "apis/definition.yaml", "file to write")
	flag.Parse()

	if err := run(*crd, *types, *sizings, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run reads everything before it writes anything, so that a failure leaves the former definition in place.
func run(crd, types, sizings, out string) error {
	m, err := readMarkers(os.DirFS(types))
	if err != nil {
		return err
	}
	p, err := readProfiles(os.DirFS(sizings))
	if err != nil {
		return err
	}
	in, err := os.ReadFile(crd)
	if err != nil {
		return err
	}
	xrd, err := definition(in, m.connectionSecretKeys, p)
	if err != nil {
		return err
	}
	return os.WriteFile(out, xrd, 0o644) //nolint:gosec // A source file, read by everyone.
}
