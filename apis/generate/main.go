// Command generate turns the CustomResourceDefinition that controller-gen makes of apis/v1alpha1 into
// apis/definition.yaml, the CompositeResourceDefinition of the platform, with the defaults of the sizing profiles, and
// apis/crds.json, the CRDs that Crossplane makes of that.
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

	"github.com/morket-io/platform/internal/xrd/crd"
)

func main() {
	in := flag.String("crd", "", "file with the CustomResourceDefinition of the composite resource, as controller-gen writes it")
	types := flag.String("types", "apis/v1alpha1", "directory of the Go types")
	sizings := flag.String("profiles", "internal/platform/profiles", "directory of the sizing profiles")
	out := flag.String("o", "apis/definition.yaml", "file to write")
	crds := flag.String("crds", "apis/crds.json", "file to write the CRDs to")
	flag.Parse()

	if err := run(*in, *types, *sizings, *out, *crds); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run reads everything before it writes anything, so that a failure leaves the former definition in place.
func run(from, types, sizings, out, crds string) error {
	m, err := readMarkers(os.DirFS(types))
	if err != nil {
		return err
	}
	p, err := readProfiles(os.DirFS(sizings))
	if err != nil {
		return err
	}
	in, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	xrd, err := definition(in, m.connectionSecretKeys, p)
	if err != nil {
		return err
	}
	encoded, err := crd.Encode(xrd)
	if err != nil {
		return err
	}
	for path, content := range map[string][]byte{out: xrd, crds: encoded} {
		if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // Source files, read by everyone.
			return err
		}
	}
	return nil
}
