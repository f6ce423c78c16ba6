package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/morket-io/platform/internal/aws/crds"
	"github.com/morket-io/platform/test/e2e/netns"
	"github.com/morket-io/platform/test/e2e/simulated"
	"github.com/morket-io/platform/test/e2e/stack"
)

// The control plane that all tests share, and the provider in it.
var (
	control  *stack.Stack
	provider *simulated.Provider
	watched  cache.Cache // of composed resources
)

// realProvider is the path of the real provider, empty if the simulated one is wanted.
var realProvider = os.Getenv("MORKET_E2E_PROVIDER_AWS")

// baseline is a checkout of the release that an upgrade begins with, empty if nothing is upgraded.
var baseline = os.Getenv("MORKET_E2E_BASELINE")

// breaker reports whether Crossplane's circuit breaker is as it is by default: BREAKER=default.
func breaker() bool { return os.Getenv("BREAKER") == "default" }

// TestMain runs the tests in a network namespace of their own, on one control plane.
func TestMain(m *testing.M) {
	flag.Parse()
	if !netns.Inside() {
		code, err := netns.Run()
		if err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
			code = 1
		}
		os.Exit(code)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir, err := start(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "e2e: cannot start the control plane: %v\nits logs are in %s\n", err, dir)
		return 1
	}
	code := m.Run()
	if err := saveReport(); err != nil {
		fmt.Fprintln(os.Stderr, "e2e: cannot write the report:", err)
		code = 1
	}
	printReport(os.Stdout)
	control.Stop()
	if code != 0 {
		fmt.Fprintln(os.Stderr, "e2e: logs are in", dir)
		return code
	}
	os.RemoveAll(dir) //nolint:errcheck,gosec // in a temporary directory
	return 0
}

func start(ctx context.Context) (dir string, err error) {
	if err := netns.Up(); err != nil {
		return "", err
	}
	root, err := crds.Root()
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "morket-e2e-"); err != nil {
		return "", err
	}
	tools, err := stack.ToolsFromEnvironment(filepath.Join(root, "bin", "function"))
	if err != nil {
		return dir, err
	}
	if control, err = stack.Start(ctx, stack.Options{
		Dir: dir, Root: root, Tools: tools, Log: os.Stderr,
		Real: realProvider != "", Paused: unserved(), Baseline: baseline, Breaker: breaker(),
	}); err != nil {
		return dir, err
	}
	log.SetLogger(logr.Discard()) // of client libraries, which tell of every connection that a fault breaks
	if watched, err = cache.New(control.Config, cache.Options{Mapper: control.Client.RESTMapper()}); err != nil {
		return dir, err
	}
	go watched.Start(ctx) //nolint:errcheck // ends with the context
	if realProvider != "" {
		return dir, startReal(ctx, realProvider)
	}
	provider, err = simulated.Start(ctx, control.Config, watched, control.Kinds)
	return dir, err
}
