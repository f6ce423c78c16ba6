package mockaws

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/aws/crds"
)

// allowed is how many kinds may be unserved: lower it as soon as one is served.
const allowed = 0

func TestUnserved(t *testing.T) {
	t.Parallel()
	if n := len(Unserved); n > allowed {
		t.Errorf("Should serve ever more kinds: %d are not, %d were", n, allowed)
	}
	for _, list := range []map[string]string{Unserved, Slow} {
		for kind, why := range list {
			if why == "" {
				t.Errorf("Should say why %s is not served", kind)
			}
			if !composed(t, kind) {
				t.Errorf("Should list only kinds that we compose, %s is none", kind)
			}
		}
	}
}

// composed says whether an example has a resource of a kind once everything is observed.
func composed(t *testing.T, kind string) bool {
	t.Helper()
	root, err := crds.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "examples", "observed", "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples of what is observed: %v", err)
	}
	return slices.ContainsFunc(files, func(f string) bool {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(raw), "\nkind: "+kind+"\n")
	})
}

func TestProviderConfig(t *testing.T) {
	t.Parallel()
	documents := strings.Split(ProviderConfig("http://127.0.0.1:4566", "crossplane-system", catalog.Kinds()), "---\n")
	var secret struct{ StringData map[string]string }
	if err := yaml.Unmarshal([]byte(documents[0]), &secret); err != nil || secret.StringData["credentials"] != credentials {
		t.Errorf("Should have credentials as the provider reads them: %v, %q", err, secret.StringData)
	}
	var config struct {
		Spec struct {
			Endpoint struct {
				Services []string
				URL      struct{ Static string }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(documents[1]), &config); err != nil {
		t.Fatal(err)
	}
	e := config.Spec.Endpoint
	for _, service := range []string{"sts", "ec2", "logs", "cloudwatch", "appautoscaling", "elbv2", "servicediscovery"} {
		if !slices.Contains(e.Services, service) {
			t.Errorf("Should lead the provider to the mock for %s too, or it asks AWS itself", service)
		}
	}
	if slices.Contains(e.Services, "cloudwatchlogs") {
		t.Error("Should name a service as the Terraform provider does")
	}
	if e.URL.Static != "http://127.0.0.1:4566" {
		t.Errorf("Should lead to the endpoint, got %s", e.URL.Static)
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	s := &Server{Root: "/r", Address: "127.0.0.1:4566", Account: "111122223333", Zones: map[string]string{"Z2": "b.io", "Z1": "a.io"}}
	want := []string{"python3", "/r/test/e2e/mockaws/server", "127.0.0.1", "4566", "111122223333", "Z1=a.io", "Z2=b.io"}
	if diff := cmp.Diff(want, s.Command()); diff != "" {
		t.Errorf("Should start the server with its zones: -want, +got:\n%s", diff)
	}
	p := &Provider{Binary: "/b", Kubeconfig: "/k", Certs: "/c", Endpoint: "http://127.0.0.1:4567", Poll: time.Minute}
	argv, env := p.Command()
	for _, a := range []string{"--certs-dir=/c", "--poll=1m0s"} {
		if !slices.Contains(argv, a) {
			t.Errorf("Should pass %s, got %v", a, argv)
		}
	}
	for _, e := range []string{"KUBECONFIG=/k", "AWS_ENDPOINT_URL=http://127.0.0.1:4567", "HTTP_PROXY=http://127.0.0.1:4567", "AWS_EC2_METADATA_DISABLED=true"} {
		if !slices.Contains(env, e) {
			t.Errorf("Should set %s, got %v", e, env)
		}
	}
}
