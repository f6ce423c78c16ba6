// Command e2e leaves the control plane of the end-to-end tests running, to look around in: with our Configuration
// installed, a simulated provider at work, and the claim of staging applied.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/morket-io/platform/internal/aws/crds"
	"github.com/morket-io/platform/test/e2e/netns"
	"github.com/morket-io/platform/test/e2e/simulated"
	"github.com/morket-io/platform/test/e2e/stack"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
}

// socket is where the API server is reached from outside the namespace: a file, because namespaces share those.
const socket = "MORKET_E2E_SOCKET"

func run() error {
	root, err := crds.Root()
	if err != nil {
		return err
	}
	if netns.Inside() {
		return inside(root)
	}
	dir, err := os.MkdirTemp("", "morket-e2e-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // in a temporary directory
	if err := os.Setenv(socket, filepath.Join(dir, "apiserver.sock")); err != nil {
		return err
	}
	pid := filepath.Join(root, "bin", "e2e.pid")
	if err := os.WriteFile(pid, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return err
	}
	defer os.Remove(pid) //nolint:errcheck // it may be gone
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := os.Setenv("MORKET_E2E_ADDRESS", l.Addr().String()); err != nil {
		return err
	}
	go relay(l, "unix", os.Getenv(socket))
	code, err := netns.Run()
	if err == nil && code != 0 {
		err = errors.New("the control plane has ended")
	}
	return err
}

func inside(root string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := netns.Up(); err != nil {
		return err
	}
	tools, err := stack.ToolsFromEnvironment(filepath.Join(root, "bin", "function"))
	if err != nil {
		return err
	}
	dir := filepath.Join(filepath.Dir(os.Getenv(socket)), "state")
	s, err := stack.Start(ctx, stack.Options{Dir: dir, Root: root, Tools: tools, Log: os.Stderr})
	if err != nil {
		return err
	}
	defer s.Stop()
	log.SetLogger(logr.Discard()) // of the client library
	watched, err := cache.New(s.Config, cache.Options{Mapper: s.Client.RESTMapper()})
	if err != nil {
		return err
	}
	go watched.Start(ctx) //nolint:errcheck // ends with the context
	if _, err := simulated.Start(ctx, s.Config, watched, s.Kinds); err != nil {
		return err
	}
	l, err := net.Listen("unix", os.Getenv(socket))
	if err != nil {
		return err
	}
	go relay(l, "tcp", "127.0.0.1:6443")

	config, err := clientcmd.LoadFromFile(s.Kubeconfig)
	if err != nil {
		return err
	}
	for _, c := range config.Clusters {
		c.Server = "https://" + os.Getenv("MORKET_E2E_ADDRESS")
	}
	kubeconfig := filepath.Join(root, "bin", "e2e.kubeconfig")
	if err := clientcmd.WriteToFile(*config, kubeconfig); err != nil {
		return err
	}
	if err := s.ApplyFile(ctx, "examples/claims/staging.yaml"); err != nil {
		return err
	}
	fmt.Printf(`
The control plane is up; its logs are in %s.

  export KUBECONFIG=%s
  kubectl get morketplatforms -A
  kubectl get managed
  kubectl describe morketplatform -n morket morket-staging
  crossplane resource trace morketplatform morket-staging -n morket

Ctrl-C or make e2e-down stops it.
`, dir, kubeconfig)
	<-ctx.Done()
	return nil
}

// relay passes on every connection.
func relay(l net.Listener, network, address string) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer in.Close() //nolint:errcheck // nothing is lost
			out, err := net.Dial(network, address)
			if err != nil {
				return
			}
			defer out.Close() //nolint:errcheck // nothing is lost
			go func() {
				io.Copy(out, in) //nolint:errcheck,gosec // the other side tells
				out.Close()      //nolint:errcheck,gosec // nothing is lost
			}()
			io.Copy(in, out) //nolint:errcheck,gosec // the other side tells
		}()
	}
}
