// Package mockaws has what the end-to-end tests need to run the real provider for AWS without AWS: moto, with what it
// lacks of our services (server), as a process; the provider's process, and its configuration, that lead it there; a proxy
// between the two that counts calls and makes faults; and a comparison of what AWS has with what a claim asks for.
package mockaws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/morket-io/platform/internal/aws"
)

// MotoVersion is moto's, which the server's additions were written for.
const MotoVersion = "5.2.1"

// A Server is AWS, as a process.
type Server struct {
	Root    string            // of the repository
	Address string            // it listens on, such as 127.0.0.1:4566
	Account string            // twelve digits
	Zones   map[string]string // domains of hosted zones that the account already has, by id
}

// Installed says whether moto is, and what is missing.
func Installed(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "python3", "-c", "import flask, moto; print(moto.__version__)").Output()
	switch version := strings.TrimSpace(string(out)); {
	case err != nil:
		return fmt.Errorf("moto is not installed: pip install 'moto[server]==%s'", MotoVersion)
	case version != MotoVersion:
		return fmt.Errorf("moto is %s, the tests are written for %s: pip install 'moto[server]==%s'", version, MotoVersion, MotoVersion)
	}
	return nil
}

// Command is how to start the server.
func (s *Server) Command() []string {
	host, port, _ := strings.Cut(s.Address, ":")
	argv := []string{"python3", filepath.Join(s.dir(), "server"), host, port, s.Account}
	for id, domain := range s.Zones {
		argv = append(argv, id+"="+domain)
	}
	slices.Sort(argv[5:])
	return argv
}

func (s *Server) dir() string { return filepath.Join(s.Root, "test", "e2e", "mockaws") }

// URL is where the server answers.
func (s *Server) URL() string { return "http://" + s.Address }

// Ready says whether the server answers.
func (s *Server) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/moto-api/", http.NoBody)
	if err != nil {
		return err
	}
	rsp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer rsp.Body.Close() //nolint:errcheck // only to see that it answers
	if rsp.StatusCode != http.StatusOK {
		return errors.New(rsp.Status)
	}
	return nil
}

// credentials are nobody's: moto takes any.
const credentials = "[default]\naws_access_key_id = test\naws_secret_access_key = test\n" //nolint:gosec // nobody's

// packages are the names that the Terraform provider has for services that we name otherwise: by our API groups.
var packages = map[string]string{"cloudwatchlogs": "logs"}

// services are those that the kinds belong to, by the names that a ProviderConfig takes, and sts, which says whose the
// credentials are. The provider asks the real AWS for a service that is not among them.
func services(kinds []*aws.Kind) []string {
	out := []string{"sts"}
	for _, k := range kinds {
		group, _, _ := strings.Cut(k.Group, ".")
		if name, ok := packages[group]; ok {
			group = name
		}
		if !slices.Contains(out, group) {
			out = append(out, group)
		}
	}
	slices.Sort(out)
	return out
}

// ProviderConfig is the "default" one, as YAML, which leads the provider to endpoint, and the Secret in namespace that it
// refers to.
func ProviderConfig(endpoint, namespace string, kinds []*aws.Kind) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Secret
metadata: {name: mockaws, namespace: %[2]s}
stringData: {credentials: %[3]q}
---
apiVersion: aws.upbound.io/v1beta1
kind: ProviderConfig
metadata: {name: default}
spec:
  credentials: {source: Secret, secretRef: {name: mockaws, namespace: %[2]s, key: credentials}}
  endpoint:
    hostnameImmutable: true
    partitionId: aws
    signingRegion: us-east-1
    source: Custom
    url: {type: Static, static: %[1]q}
    services: [%[4]s]
  s3_use_path_style: true
  skip_metadata_api_check: true
  skip_region_validation: true
  # Both false: the account's id is asked for, because it is part of every ARN.
  skip_credentials_validation: false
  skip_requesting_account_id: false
`, endpoint, namespace, credentials, strings.Join(services(kinds), ", "))
}

// A Provider is the real one, as a process. It listens on every address, for its webhook, metrics and health: it belongs in
// a network namespace.
type Provider struct {
	Binary     string // tools/build.sh CACHE provider-aws
	Kubeconfig string
	Certs      string        // directory of tls.crt and tls.key, which its conversion webhook serves with
	Endpoint   string        // where AWS is
	Poll       time.Duration // how often it looks for what changed in AWS; its own default is 10 minutes
}

// WebhookPort is where the provider converts between versions.
const WebhookPort = 9443

// Command is how to start the provider: arguments, and what is added to the environment.
func (p *Provider) Command() (argv, env []string) {
	argv = []string{
		p.Binary,
		"--certs-dir=" + p.Certs,
		"--poll=" + p.Poll.String(),
		"--max-reconcile-rate=20", // also the number of resources of a kind that it works at together
		fmt.Sprintf("--webhook-port=%d", WebhookPort),
		"--metrics-bind-address=" + metricsAddress,
		"--health-probe-bind-addr=127.0.0.1:9445",
	}
	env = []string{
		"KUBECONFIG=" + p.Kubeconfig,
		"AWS_EC2_METADATA_DISABLED=true",
		// For a service that is not in the ProviderConfig, rather than the real AWS.
		"AWS_ENDPOINT_URL=" + p.Endpoint,
		// For what puts something before the host's name, such as an account: names that nobody can resolve.
		"HTTP_PROXY=" + p.Endpoint,
		"NO_PROXY=127.0.0.1",
	}
	return argv, env
}
