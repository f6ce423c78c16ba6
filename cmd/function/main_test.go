package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// beServer makes this test binary the command itself, so that a test runs the server as Crossplane does: as a process.
const beServer = "MORKET_TEST_BE_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(beServer) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command is the server with a command line and, beside what it needs, nothing in its environment.
func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append([]string{beServer + "=1", "GOCOVERDIR=" + t.TempDir()}, env...)
	return cmd
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only looked for a port
	return l.Addr().String()
}

// listens says whether somebody does, and waits a while for it.
func listens(address string, wait time.Duration) bool {
	for end := time.Now().Add(wait); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			c.Close() //nolint:errcheck,gosec // only looked
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// serve starts the server, and stops it with the test.
func serve(t *testing.T, env []string, args ...string) (address string) {
	t.Helper()
	address = free(t)
	cmd := command(t, env, append(args, "--address", address)...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck,gosec // it may be gone
		cmd.Wait()         //nolint:errcheck,gosec // it was killed
		if t.Failed() {
			t.Log("the server said:", out.String())
		}
	})
	if !listens(address, 20*time.Second) {
		t.Fatal("the server does not listen")
	}
	return address
}

func dial(t *testing.T, address string, c credentials.TransportCredentials) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() }) //nolint:errcheck,gosec // the test is done
	return conn
}

func timeout(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// An answer is what a test looks at of a response.
type answer struct {
	Code       codes.Code
	VPC        string
	Conditions []string
	Fatal      []string
}

// ask calls RunFunction for the staging platform.
func ask(t *testing.T, conn *grpc.ClientConn) answer {
	t.Helper()
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := fnv1.NewFunctionRunnerServiceClient(conn).RunFunction(timeout(t), &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "test"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: platformtest.XR(t, "staging", nil)}},
		Input:    steps[0].Input,
	})
	got := answer{
		Code: status.Code(err),
		VPC:  fields.Text(rsp.GetDesired().GetResources()["vpc"].GetResource(), "kind"),
	}
	for _, c := range rsp.GetConditions() {
		got.Conditions = append(got.Conditions, c.GetType())
	}
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			got.Fatal = append(got.Fatal, r.GetMessage())
		}
	}
	return got
}

// An authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := &authority{cert: template}
	crt, _, private := a.sign(t, template)
	parsed, err := x509.ParseCertificate(mustDecode(crt))
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert: parsed, key: private, pem: crt}
}

func mustDecode(raw []byte) []byte {
	block, _ := pem.Decode(raw)
	return block.Bytes
}

// sign makes a key and a certificate for it. An authority without a key lets it sign itself.
func (a *authority) sign(t *testing.T, template *x509.Certificate) (crt, key []byte, private *ecdsa.PrivateKey) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := a.key
	if signer == nil {
		signer = private
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &private.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), private
}

// leaf makes a certificate for a use.
func (a *authority) leaf(t *testing.T, use x509.ExtKeyUsage) (crt, key []byte) {
	t.Helper()
	crt, key, _ = a.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use},
	})
	return crt, key
}

// client makes what a client shows that trusts a, with certificates of another authority if there is one.
func (a *authority) client(t *testing.T, of *authority) credentials.TransportCredentials {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
	if of != nil {
		pair, err := tls.X509KeyPair(of.leaf(t, x509.ExtKeyUsageClientAuth))
		if err != nil {
			t.Fatal(err)
		}
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	return credentials.NewTLS(config)
}

// certificates writes a server's.
func (a *authority) certificates(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	crt, key := a.leaf(t, x509.ExtKeyUsageServerAuth)
	for name, raw := range map[string][]byte{"ca.crt": a.pem, "tls.crt": crt, "tls.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// network is the answer that a client gets that may ask.
var network = answer{VPC: "VPC", Conditions: conditions()}

// conditions are those of all layers.
func conditions() []string {
	var out []string
	for _, l := range functions.Layers(rand.Reader) {
		out = append(out, l.Condition)
	}
	return out
}

func TestServe(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	dir := ca.certificates(t)
	mtls := serve(t, []string{"TLS_SERVER_CERTS_DIR=" + dir})
	flag := serve(t, nil, "--tls-certs-dir", dir)
	open := serve(t, nil, "--insecure")

	cases := map[string]struct {
		reason  string
		address string
		client  credentials.TransportCredentials
		want    answer
	}{
		"Insecure": {
			reason: "Should answer anybody if told to", address: open, client: insecure.NewCredentials(), want: network,
		},
		"Certificate": {
			reason: "Should answer a client with a certificate of the CA, as Crossplane starts it", address: mtls, client: ca.client(t, ca), want: network,
		},
		"CertificateByFlag": {
			reason: "Should take certificates from a flag too", address: flag, client: ca.client(t, ca), want: network,
		},
		"NoCertificate": {
			reason: "Should refuse a client without a certificate", address: mtls, client: ca.client(t, nil), want: answer{Code: codes.Unavailable},
		},
		"Stranger": {
			reason: "Should refuse a client with a certificate of another CA", address: mtls, client: ca.client(t, stranger), want: answer{Code: codes.Unavailable},
		},
		"Plaintext": {
			reason: "Should refuse a client without TLS", address: mtls, client: insecure.NewCredentials(), want: answer{Code: codes.Unavailable},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ask(t, dial(t, tc.address, tc.client))); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRefusesToStart(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"NoCertificates": {
			reason: "Should not serve without certificates unless told to, and say what to do",
			want:   "no TLS certificates: give their directory with --tls-certs-dir or TLS_SERVER_CERTS_DIR, or serve without mTLS, for development only, with --insecure",
		},
		"EmptyDirectory": {
			reason: "Should name the file that is missing", args: []string{"--tls-certs-dir", t.TempDir()}, want: "tls.crt: no such file or directory",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			address := free(t)
			out, err := command(t, nil, append(tc.args, "--address", address)...).CombinedOutput()
			if err == nil {
				t.Errorf("%s: Should exit with a code other than 0", tc.reason)
			}
			if !strings.Contains(string(out), tc.want) {
				t.Errorf("%s\nwant: %s\ngot: %s", tc.reason, tc.want, out)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	type want struct {
		Code   codes.Code
		Status healthgrpc.HealthCheckResponse_ServingStatus
	}
	cases := map[string]struct {
		reason string
		args   []string
		want   want
	}{
		"Off": {reason: "Should not answer health checks by default", want: want{Code: codes.Unimplemented}},
		"On": {
			reason: "Should answer health checks if asked to", args: []string{"--health"},
			want: want{Status: healthgrpc.HealthCheckResponse_SERVING},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, serve(t, nil, append(tc.args, "--insecure")...), insecure.NewCredentials())
			rsp, err := healthgrpc.NewHealthClient(conn).Check(timeout(t), &healthgrpc.HealthCheckRequest{})
			if diff := cmp.Diff(tc.want, want{Code: status.Code(err), Status: rsp.GetStatus()}); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	// Somebody else may have the SDK's default port: then the server cannot have taken it, which is all that is asked.
	const byDefault = "127.0.0.1:8080"
	taken := listens(byDefault, 0)
	serve(t, nil, "--insecure")
	if !taken && listens(byDefault, 300*time.Millisecond) {
		t.Errorf("Should not serve metrics by default: somebody listens on %s", byDefault)
	}

	metrics := free(t)
	ask(t, dial(t, serve(t, nil, "--insecure", "--metrics-address", metrics), insecure.NewCredentials()))
	if !listens(metrics, 10*time.Second) {
		t.Fatalf("Should serve metrics if asked to: nobody listens on %s", metrics)
	}
	rsp, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(rsp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if want := `grpc_server_handled_total{grpc_code="OK",grpc_method="RunFunction",grpc_service="apiextensions.fn.proto.v1.FunctionRunnerService"`; !strings.Contains(string(body), want) {
		t.Errorf("Should count calls: want %s in\n%s", want, body)
	}
}
