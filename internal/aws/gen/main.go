// Command gen writes the typed models of the managed resources listed in internal/aws/kinds.yaml, one Go package
// per API group, from the CRDs that ship with provider-aws. Files of kinds that are no longer listed are removed.
//
//	go run ./internal/aws/gen               # write internal/aws/*/zz_generated.*.go
//	go run ./internal/aws/gen --print-crds  # print the directory of the CRDs
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/morket-io/platform/internal/aws/crds"
)

func main() {
	printCRDs := flag.Bool("print-crds", false, "print the directory of the CRDs, downloading them if need be, and stop")
	flag.Parse()

	if err := run(*printCRDs); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(printCRDs bool) error {
	source, err := crds.Locate()
	if err != nil {
		return err
	}
	if printCRDs {
		fmt.Println(source.Dir)
		return nil
	}
	root, err := crds.Root()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "internal", "aws")
	files, err := generate(source, filepath.Join(dir, "kinds.yaml"))
	if err != nil {
		return err
	}
	return write(dir, files)
}

// generate returns the content of every generated file by its path below internal/aws.
func generate(source *crds.Source, kindsFile string) (map[string][]byte, error) {
	kinds, err := readKinds(kindsFile)
	if err != nil {
		return nil, err
	}
	var models []*model
	for _, k := range kinds {
		d, err := source.Load(k.apiVersion, k.kind)
		if err != nil {
			return nil, fmt.Errorf("%s lists %w", filepath.Base(kindsFile), err)
		}
		m, err := newModel(d)
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	if err := checkConflicts(models); err != nil {
		return nil, err
	}
	return render(models, crds.Module+" "+source.Version)
}
