package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// module returns the directory of the module that Crossplane is built from: its chart, definitions and webhooks are in it.
func module(root string) (string, error) {
	const path = "github.com/crossplane/crossplane/v2"
	c := exec.Command("go", "mod", "download", "-json", path) //nolint:gosec // a constant
	c.Dir = filepath.Join(root, "tools", "crossplane")
	c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "PWD="+c.Dir)
	out, err := c.Output()
	m := struct{ Dir, Error string }{}
	if jerr := json.Unmarshal(out, &m); err == nil {
		err = jerr
	}
	if err != nil || m.Error != "" {
		return "", fmt.Errorf("cannot find %s: %w %s", path, err, m.Error)
	}
	return m.Dir, nil
}

// webhookPort is where Crossplane's webhooks listen, and where its Service says so, because no kube-proxy leads from one to
// the other. Its own choice is a provider's too.
const webhookPort = "9543"

// applyChart applies what Crossplane's own chart renders, but for its Deployments.
func (s *Stack) applyChart(ctx context.Context) error {
	chart, err := loader.Load(filepath.Join(s.module, "cluster", "charts", "crossplane"))
	if err != nil {
		return err
	}
	values, err := chartutil.ToRenderValues(chart, map[string]any{}, chartutil.ReleaseOptions{Name: "crossplane", Namespace: Namespace, IsInstall: true}, chartutil.DefaultCapabilities)
	if err != nil {
		return err
	}
	files, err := engine.Render(chart, values)
	if err != nil {
		return err
	}
	for file, stream := range files {
		if strings.HasSuffix(file, "deployment.yaml") || !strings.HasSuffix(file, ".yaml") {
			continue
		}
		objects, err := Documents(stream)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, u := range objects {
			if u.GetKind() == "Service" {
				ports, _, _ := unstructured.NestedSlice(u.Object, "spec", "ports")
				for _, p := range ports {
					if m, ok := p.(map[string]any); ok {
						m["port"], _ = strconv.ParseInt(webhookPort, 10, 64)
					}
				}
				if err := unstructured.SetNestedSlice(u.Object, ports, "spec", "ports"); err != nil {
					return err
				}
			}
			if u.GetKind() != "ClusterRole" && u.GetKind() != "ClusterRoleBinding" {
				u.SetNamespace(Namespace)
			}
			if err := s.Client.Create(ctx, u); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return nil
}

// startCrossplane initializes and starts Crossplane and its RBAC manager, each as its service account.
func (s *Stack) startCrossplane(ctx context.Context) error { //nolint:funlen // the steps of a start, from top to bottom
	if err := s.Apply(ctx, "apiVersion: v1\nkind: Namespace\nmetadata: {name: "+Namespace+"}"); err != nil {
		return err
	}
	// Crossplane's initialization applies its definitions and at once a Lock: if that is not served yet, all is done again.
	lock, err := os.ReadFile(filepath.Join(s.module, "cluster", "crds", "pkg.crossplane.io_locks.yaml"))
	if err != nil {
		return err
	}
	if err := s.Apply(ctx, string(lock)); err != nil {
		return err
	}
	if err := s.applyChart(ctx); err != nil {
		return fmt.Errorf("cannot apply Crossplane's chart: %w", err)
	}
	groups := []string{"system:serviceaccounts", "system:serviceaccounts:" + Namespace}
	core, err := s.kubeconfig("system:serviceaccount:"+Namespace+":crossplane", groups...)
	if err != nil {
		return err
	}
	rbac, err := s.kubeconfig("system:serviceaccount:"+Namespace+":rbac-manager", groups...)
	if err != nil {
		return err
	}
	tls, cache := filepath.Join(s.Dir, "tls"), filepath.Join(s.Dir, "cache")
	env := []string{
		"KUBECONFIG=" + core, "POD_NAMESPACE=" + Namespace, "POD_SERVICE_ACCOUNT=crossplane",
		"CRDS_PATH=" + filepath.Join(s.module, "cluster", "crds"), "WEBHOOK_CONFIGS_PATH=" + filepath.Join(s.module, "cluster", "webhookconfigurations"),
		"WEBHOOK_SERVICE_NAME=crossplane-webhooks", "WEBHOOK_SERVICE_NAMESPACE=" + Namespace, "WEBHOOK_SERVICE_PORT=" + webhookPort, "WEBHOOK_PORT=" + webhookPort,
		"TLS_CA_SECRET_NAME=crossplane-root-ca",
		"TLS_SERVER_SECRET_NAME=crossplane-tls-server", "TLS_SERVER_CERTS_DIR=" + filepath.Join(tls, "server"),
		"TLS_CLIENT_SECRET_NAME=crossplane-tls-client", "TLS_CLIENT_CERTS_DIR=" + filepath.Join(tls, "client"),
		"CACHE_DIR=" + cache, "PACKAGE_RUNTIME=External", "METRICS_PORT=8180", "HEALTH_PROBE_PORT=8181",
	}
	// As a pod's init container is, it is tried again until it succeeds: definitions may not be served at once.
	if err := Until(ctx, time.Minute, func() error {
		return s.once("crossplane-init", env, s.Tools.Crossplane, "core", "init") // our Configuration activates the kinds
	}); err != nil {
		return fmt.Errorf("cannot initialize: %w", err)
	}
	for secret, dir := range map[string]string{"crossplane-tls-server": "server", "crossplane-tls-client": "client"} {
		data, err := s.secret(ctx, secret)
		if err != nil {
			return err
		}
		if err := writeFiles(filepath.Join(tls, dir), data); err != nil {
			return err
		}
	}
	root, err := s.secret(ctx, "crossplane-root-ca")
	if err != nil {
		return err
	}
	if s.functions, err = readAuthority(root["tls.crt"], root["tls.key"]); err != nil {
		return err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return err
	}
	start := []string{s.Tools.Crossplane, "core", "start", "--debug"}
	if !s.Breaker {
		// The simulated provider does in a second what AWS takes minutes for: by default, a hundred events at once make
		// Crossplane look at a platform every thirty seconds only.
		start = append(start, "--circuit-breaker-burst=5000", "--circuit-breaker-refill-rate=100")
	}
	if err := s.run("crossplane", env, start...); err != nil {
		return err
	}
	if err := s.run("crossplane-rbac", []string{"KUBECONFIG=" + rbac, "POD_NAMESPACE=" + Namespace},
		s.Tools.Crossplane, "rbac", "start", "--provider-clusterrole=crossplane:allowed-provider-permissions"); err != nil {
		return err
	}
	return Until(ctx, time.Minute, func() error { return s.CrossplaneReady(ctx) })
}

// CrossplaneReady says whether Crossplane is.
func (s *Stack) CrossplaneReady(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:8181/readyz", nil)
	if err != nil {
		return err
	}
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	if rsp.StatusCode != http.StatusOK {
		return errors.New("Crossplane says " + rsp.Status)
	}
	return nil
}

func (s *Stack) secret(ctx context.Context, name string) (map[string][]byte, error) {
	x := &corev1.Secret{}
	err := s.Client.Get(ctx, client.ObjectKey{Namespace: Namespace, Name: name}, x)
	return x.Data, err
}

// startFunction serves a version of our function, and remembers where for whoever asks for its package.
func (s *Stack) startFunction(name string, from release, image, address string) error {
	certs := filepath.Join(s.Dir, "tls", name)
	if err := s.functions.writeServer(certs, name); err != nil {
		return err
	}
	if err := s.run(name, nil, from.function, "--address="+address, "--tls-certs-dir="+certs, "--debug"); err != nil {
		return err
	}
	s.mu.Lock()
	s.endpoints[image] = address
	s.mu.Unlock()
	return Until(context.Background(), 20*time.Second, func() error { return Listens(address) })
}
