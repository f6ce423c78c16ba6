package stack

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// auditPolicy has the API server write down who made and deleted what, and nothing of what is in it.
const auditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - level: None
    nonResourceURLs: ["*"]
  - level: None
    resources: [{group: coordination.k8s.io}, {group: "", resources: [events]}, {group: authentication.k8s.io}, {group: authorization.k8s.io}]
  - level: Metadata
    verbs: [create, patch, update, delete, deletecollection]
`

func (s *Stack) startKubernetes(ctx context.Context) (err error) { //nolint:funlen // the steps of a start, from top to bottom
	if s.ca, err = newAuthority("e2e"); err != nil {
		return err
	}
	tls := filepath.Join(s.Dir, "apiserver")
	if err := s.ca.writeServer(tls, "kube-apiserver"); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // signs the tokens of service accounts
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := writeFiles(tls, map[string][]byte{
		"sa.key":     pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		"sa.pub":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}),
		"audit.yaml": []byte(auditPolicy),
	}); err != nil {
		return err
	}
	if s.Kubeconfig, err = s.kubeconfig("admin", "system:masters"); err != nil {
		return err
	}
	if err := os.Chmod(s.Kubeconfig, 0o600); err != nil {
		return err
	}

	// A machine that fails is none of the tests' faults: no write waits for the disk.
	if err := s.run("etcd", nil, s.Tools.Etcd, "--data-dir", filepath.Join(s.Dir, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", "http://127.0.0.1:2380",
		"--quota-backend-bytes=4294967296", "--log-level=warn"); err != nil {
		return err
	}
	// A fifth of the API server's time would go into collecting garbage: there is memory for less of it.
	var more []string
	if s.Real { // see pause
		more = []string{"--feature-gates=MutatingAdmissionPolicy=true", "--runtime-config=admissionregistration.k8s.io/v1beta1=true"}
	}
	if err := s.run("kube-apiserver", []string{"GOGC=400"}, append([]string{s.Tools.APIServer, "--etcd-servers", etcd, "--secure-port=6443",
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", // there is no default route to find one by
		"--tls-cert-file", filepath.Join(tls, "tls.crt"), "--tls-private-key-file", filepath.Join(tls, "tls.key"), "--client-ca-file", filepath.Join(tls, "ca.crt"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file", filepath.Join(tls, "sa.pub"), "--service-account-signing-key-file", filepath.Join(tls, "sa.key"),
		// These addresses are on the loopback interface: the API server reaches Crossplane's webhook without kube-proxy.
		"--service-cluster-ip-range=127.96.0.0/16", "--endpoint-reconciler-type=none",
		"--authorization-mode=RBAC", "--anonymous-auth=false",
		"--audit-policy-file", filepath.Join(tls, "audit.yaml"), "--audit-log-path", s.AuditLog(), "--audit-log-mode=blocking",
		"--audit-log-maxsize=100000", // MiB: whoever reads it from where it was would miss what is before another file
	}, more...)...); err != nil {
		return err
	}
	if err := s.connectAndWait(ctx); err != nil {
		return err
	}
	if err := s.run("kube-controller-manager", nil, s.Tools.ControllerManager, "--kubeconfig", s.Kubeconfig, "--bind-address=127.0.0.1",
		"--leader-elect=false", "--kube-api-qps=200", "--kube-api-burst=400",
		"--controllers=garbage-collector-controller,namespace-controller,serviceaccount-controller,clusterrole-aggregation-controller"); err != nil {
		return err
	}
	return Until(ctx, time.Minute, func() error {
		if ends := s.Ends(); len(ends) > 0 {
			return errors.New(ends[0].String())
		}
		return s.Client.Get(ctx, client.ObjectKey{Namespace: "default", Name: "default"}, &corev1.ServiceAccount{})
	})
}

// AuditLog is the file in which the API server writes down who made, changed and deleted what.
func (s *Stack) AuditLog() string { return filepath.Join(s.Dir, "audit.log") }

// connectAndWait waits until the API server answers.
func (s *Stack) connectAndWait(ctx context.Context) error {
	return Until(ctx, time.Minute, func() error {
		if err := s.connect(); err != nil {
			return err
		}
		return s.Ready(ctx)
	})
}

// Ready says whether the API server answers.
func (s *Stack) Ready(ctx context.Context) error {
	return s.Client.Get(ctx, client.ObjectKey{Name: "default"}, &corev1.Namespace{})
}
