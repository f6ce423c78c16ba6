// Package stack runs a real control plane as plain processes, without a container engine: etcd, kube-apiserver and
// kube-controller-manager; Crossplane and its RBAC manager under the permissions of Crossplane's own chart; a package
// registry; and our function, installed by Crossplane's package manager. It must run in a network namespace of its own,
// see package netns: ports are fixed, and Crossplane listens on every address.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws"
)

// Namespace is Crossplane's.
const Namespace = "crossplane-system"

// Where things listen.
const (
	etcd      = "http://127.0.0.1:2379"
	apiServer = "https://127.0.0.1:6443"
	registry  = "127.0.0.1:5000"
)

// Tools are paths of binaries.
type Tools struct {
	Etcd, APIServer, ControllerManager string
	Crossplane, CrossplaneCLI, Kubectl string
	Function                           string
}

// Options say what to run.
type Options struct {
	Dir   string // for state and logs; must not exist, or be empty
	Root  string // of the repository
	Tools Tools
	Log   io.Writer // gets a line per step

	// Baseline is a checkout of an earlier release with its function in bin/function. It is installed at first, and Upgrade installs what is
	// in Root. Empty: what is in Root is installed at first.
	Baseline string

	// Breaker leaves Crossplane's circuit breaker as it is by default.
	Breaker bool

	// Real says that the provider will be the real one, which converts between versions of its resources, with
	// ConversionCerts. It is kept from the kinds in Paused: their resources are paused from their birth.
	Real   bool
	Paused []string
}

// A Stack is a control plane that runs.
type Stack struct {
	Options
	Client     client.Client
	Config     *rest.Config
	Kubeconfig string // of an administrator

	// Kinds are the managed resources that have a definition.
	Kinds []*aws.Kind

	mu        sync.Mutex
	processes []*process
	ends      []End
	ca        *authority // of the API server and its users
	functions *authority // Crossplane's own, that functions are known by
	endpoints map[string]string
	module    string   // directory of Crossplane's module
	providers []string // packages that our Configuration depends on
	cancel    context.CancelFunc
	began     time.Time
}

// Start starts everything, up to a Crossplane that has installed our Configuration and all that it depends on. What runs
// is stopped if something fails.
func Start(ctx context.Context, o Options) (_ *Stack, err error) {
	s := &Stack{Options: o, endpoints: map[string]string{}, began: time.Now()}
	ctx, s.cancel = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if s.module, err = module(o.Root); err != nil {
		return nil, err
	}
	published := make(chan error, 1)
	go func() { published <- s.publish(ctx) }()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"etcd, kube-apiserver, kube-controller-manager", s.startKubernetes},
		{"packages in the registry", func(context.Context) error { return <-published }},
		{"Crossplane", s.startCrossplane},
		{"the function", func(context.Context) error {
			return s.startFunction("function", s.installed(), functionPackage+":"+Version, "127.0.0.1:9461")
		}},
		{"our Configuration and what it depends on", s.install},
	} {
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
		s.lap(step.name)
	}
	return s, nil
}

// lap logs how long a step took.
func (s *Stack) lap(step string) {
	fmt.Fprintf(s.Log, "%6.1f s  %s\n", time.Since(s.began).Seconds(), step) //nolint:errcheck // a log
	s.began = time.Now()
}

// Stop stops everything.
func (s *Stack) Stop() {
	s.cancel()
	s.mu.Lock()
	processes := s.processes
	s.mu.Unlock()
	for i := len(processes) - 1; i >= 0; i-- {
		processes[i].stop(syscall.SIGKILL) // nothing is worth keeping
	}
}

// connect makes a client out of the administrator's kubeconfig.
func (s *Stack) connect() (err error) {
	if s.Config, err = clientcmd.BuildConfigFromFlags("", s.Kubeconfig); err != nil {
		return err
	}
	s.Config.QPS = -1 // the tests are not to be held back
	s.Config.WarningHandler = rest.NoWarnings{}
	s.Client, err = client.New(s.Config, client.Options{})
	return err
}

// Until polls until f has no error, or returns the last one when the time is over.
func Until(ctx context.Context, limit time.Duration, f func() error) error {
	return Every(ctx, 200*time.Millisecond, limit, f)
}

// Every is Until with another pause between two looks, for one that costs the API server something.
func Every(ctx context.Context, pause, limit time.Duration, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", limit, err)
		case <-time.After(pause):
		}
	}
}

// Documents splits a YAML stream into objects.
func Documents(stream string) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	for d := range strings.SplitSeq("\n"+stream, "\n---") {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(d), &u.Object); err != nil {
			return nil, err
		}
		if len(u.Object) > 0 {
			out = append(out, u)
		}
	}
	return out, nil
}

// Apply applies a YAML stream as kubectl does on the server's side, refusing fields that no schema knows.
func (s *Stack) Apply(ctx context.Context, stream string) error {
	objects, err := Documents(stream)
	if err != nil {
		return err
	}
	for _, u := range objects {
		if err := s.Client.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), client.FieldOwner("e2e"), client.ForceOwnership); err != nil {
			return fmt.Errorf("%s %s: %w", u.GetKind(), u.GetName(), err)
		}
	}
	return nil
}

// ApplyFile applies a file of the repository.
func (s *Stack) ApplyFile(ctx context.Context, path string) error {
	raw, err := os.ReadFile(filepath.Join(s.Root, path))
	if err != nil {
		return err
	}
	return s.Apply(ctx, string(raw))
}

// Object is an empty one to be read.
func Object(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	u.SetNamespace(namespace)
	u.SetName(name)
	return u
}

// Condition returns the status and the message of one of an object's conditions.
func Condition(u *unstructured.Unstructured, typ string) (status, message string) {
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, c := range conditions {
		if m, ok := c.(map[string]any); ok && m["type"] == typ {
			status, _ = m["status"].(string)
			reason, _ := m["reason"].(string)
			message, _ = m["message"].(string)
			return status, strings.TrimSuffix(reason+": "+message, ": ")
		}
	}
	return "", ""
}

// wait waits until an object has a condition.
func (s *Stack) wait(ctx context.Context, limit time.Duration, u *unstructured.Unstructured, conditions ...string) error {
	return Until(ctx, limit, func() error {
		if err := s.Client.Get(ctx, client.ObjectKeyFromObject(u), u); err != nil {
			return err
		}
		var errs []error
		for _, typ := range conditions {
			if status, message := Condition(u, typ); status != "True" {
				errs = append(errs, fmt.Errorf("%s %s: %s is %q: %s", u.GetKind(), u.GetName(), typ, status, message))
			}
		}
		return errors.Join(errs...)
	})
}

// Listens says whether somebody does, on an address.
func Listens(address string) error {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		c.Close() //nolint:errcheck,gosec // only looked
	}
	return err
}

func dashed(name string) string { return strings.NewReplacer(":", "-", "/", "-").Replace(name) }
