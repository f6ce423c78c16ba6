// Engine renders and validates environments with Crossplane's own code: the reconciler of the pinned Crossplane, run
// by its CLI, calls our function over gRPC, and the CLI's validator checks the claim, our definition and Composition
// and every rendered resource against the real schemas, of the provider, of Crossplane and of Kubernetes. Unlike our
// own renderer and tests it cannot share a mistake with us. It needs no cluster, no Docker and no network.
//
//	go run ./test/engine --cache DIR --function bin/function ENVIRONMENT...
//
// An environment is a directory, called after the environment, with
//
//	claim.yaml   the claim
//	xr.yaml      the composite resource Crossplane makes of it
//	observed/    what exists of its composed resources (optional)
//
// Anything but a clean result is an error, in the words of Crossplane's CLI.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	cache := flags.String("cache", "", "directory of the built Crossplane binaries; what is missing is built")
	function := flags.String("function", "bin/function", "binary of the function")
	definition := flags.String("definition", "apis/definition.yaml", "definition of the composite resource (XRD)")
	composition := flags.String("composition", "compositions/platform.yaml", "the Composition")
	inputs := flags.String("inputs", "package/input", "directory of the schemas of function inputs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *cache == "" || flags.NArg() == 0 {
		return errors.New("engine needs --cache DIR and at least one environment")
	}

	e, err := newEngine(ctx, *cache, *definition, *composition, *inputs)
	if err != nil {
		return err
	}
	defer e.Close()
	fn, err := startFunction(ctx, *function)
	if err != nil {
		return err
	}
	defer fn.Stop()

	for _, dir := range flags.Args() {
		name := filepath.Base(dir)
		rendered, err := e.Render(ctx, fn, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, w := range rendered.Warnings {
			fmt.Printf("%s: warning: %s\n", name, w)
		}
		valid, err := e.Validate(ctx, dir, rendered)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("%s: %d resources rendered by Crossplane %s, %d documents valid\n", name, len(rendered.Composed), e.Version(), valid)
	}
	return nil
}
