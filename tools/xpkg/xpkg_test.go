package main

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser"
	packageyaml "github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/parser/yaml"
	apiextensions "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	pkgmeta "github.com/crossplane/crossplane/apis/v2/pkg/meta/v1"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

const version = "v1.2.3"

// run builds and pushes from a directory, and returns what was written.
func run(t *testing.T, root, org string, push bool) map[string]string {
	t.Helper()
	cli := &CLI{Root: root, Out: filepath.Join(t.TempDir(), "dist"), Registry: org, Version: version, Revision: "abc", Time: 1_700_000_000, Push: push}
	if err := cli.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(cli.Out)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(cli.Out, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(raw)
	}
	return files
}

// local is a registry in memory, on loopback.
func local(t *testing.T) (host string) {
	t.Helper()
	s := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// copySource copies the files that git knows to another directory, as another clone of the same commit.
func copySource(t *testing.T) (dir string) {
	t.Helper()
	root, dir := platformRoot(t), t.TempDir()
	out, err := exec.CommandContext(t.Context(), "git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	for file := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		raw, err := os.ReadFile(filepath.Join(root, file))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, raw, 0o600); err != nil { //nolint:gosec // git's own names of files
			t.Fatal(err)
		}
	}
	return dir
}

// platformRoot is the root of the product, not of this module.
func platformRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// digests are the packages of packages.txt, without the paths of their SBOMs, which are elsewhere in each test.
func digests(files map[string]string) (out []string) {
	for line := range strings.Lines(files["packages.txt"]) {
		pinned, _, _ := strings.Cut(line, " ")
		out = append(out, pinned)
	}
	return out
}

// pull gets a package as Crossplane or a kubelet would on an architecture.
func pull(t *testing.T, ref, arch string) v1.Image {
	t.Helper()
	r, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	img, err := remote.Image(r, remote.WithPlatform(v1.Platform{OS: "linux", Architecture: arch}))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// files are those of an image, but for package.yaml, which Crossplane reads and no container.
func files(t *testing.T, img v1.Image) (content map[string][]byte, modes map[string]int64) {
	t.Helper()
	content, modes = map[string][]byte{}, map[string]int64{}
	r := mutate.Extract(img)
	defer r.Close() //nolint:errcheck // only read
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return content, modes
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		raw, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		content[h.Name], modes[h.Name] = raw, h.Mode
	}
}

// packageOf parses the layer that Crossplane finds by its annotation.
func packageOf(t *testing.T, img v1.Image) *parser.Package {
	t.Helper()
	manifest, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range manifest.Layers {
		if l.Annotations[xpkg.AnnotationKey] != xpkg.PackageAnnotation {
			continue
		}
		found, err := img.LayerByDigest(l.Digest)
		if err != nil {
			t.Fatal(err)
		}
		rc, err := found.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { rc.Close() }) //nolint:errcheck,gosec // only read
		tr := tar.NewReader(rc)
		if h, err := tr.Next(); err != nil || h.Name != xpkg.StreamFile {
			t.Fatalf("the annotated layer should hold %s: %v, %v", xpkg.StreamFile, h, err)
		}
		p, err := packageyaml.New()
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := p.Parse(t.Context(), io.NopCloser(tr))
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	t.Fatalf("no layer is annotated %s=%s: Crossplane would unpack the whole image", xpkg.AnnotationKey, xpkg.PackageAnnotation)
	return nil
}

// TestPackages builds, pushes to a registry, pulls, and runs what was pulled. (R-PKG-1, R-CD-4)
func TestPackages(t *testing.T) {
	host := local(t)
	org := host + "/acme/platforms" // not where the Composition in the repository expects the function
	built := run(t, platformRoot(t), org, true)

	t.Run("Reproducible", func(t *testing.T) {
		again := run(t, copySource(t), org, false)
		for file, want := range built {
			if file != "packages.txt" && again[file] != want {
				t.Errorf("%s: another clone of the same commit should give the same bytes", file)
			}
		}
		if diff := cmp.Diff(digests(built), digests(again)); diff != "" {
			t.Errorf("The digests should be the same: -here, +another clone:\n%s", diff)
		}
	})

	t.Run("Digests", func(t *testing.T) {
		for line := range strings.Lines(built["packages.txt"]) {
			pinned, sbom, _ := strings.Cut(strings.TrimSpace(line), " ")
			if built[filepath.Base(sbom)] == "" {
				t.Errorf("packages.txt should name the SBOM of %s, not %q", pinned, sbom)
			}
			repository, digest, _ := strings.Cut(pinned, "@")
			ref, err := name.ParseReference(repository + ":" + version)
			if err != nil {
				t.Fatal(err)
			}
			got, err := remote.Head(ref)
			if err != nil {
				t.Fatal(err)
			}
			if got.Digest.String() != digest {
				t.Errorf("packages.txt should say what the registry has for %s: want %s, got %s", ref, got.Digest, digest)
			}
		}
	})

	for _, arch := range architectures {
		t.Run("Function/"+arch, func(t *testing.T) {
			stable, next := pull(t, org+"/function-morket-platform:"+version, arch), pull(t, org+"/function-morket-platform-next:"+version, arch)
			checkFunction(t, stable, arch)
			checkNext(t, stable, next)
		})
	}
	t.Run("SBOM", func(t *testing.T) { checkSBOM(t, built["function-morket-platform-"+version+".cdx.json"]) })
	t.Run("Configuration", func(t *testing.T) {
		checkConfiguration(t, packageOf(t, pull(t, org+"/morket-platform:"+version, runtime.GOARCH)), org)
	})
	t.Run("Runs", func(t *testing.T) {
		content, _ := files(t, pull(t, org+"/function-morket-platform:"+version, runtime.GOARCH))
		checkRuns(t, content["function"])
	})
}

func checkFunction(t *testing.T, img v1.Image, arch string) {
	t.Helper()
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	type image struct {
		Arch, OS, User string
		Entrypoint     []string
		Ports          map[string]struct{}
	}
	want := image{Arch: arch, OS: "linux", User: "65532:65532", Entrypoint: []string{"/function"}, Ports: map[string]struct{}{"9443/tcp": {}}}
	got := image{config.Architecture, config.OS, config.Config.User, config.Config.Entrypoint, config.Config.ExposedPorts}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config: -want +got:\n%s", diff)
	}
	if got := config.Config.Labels["org.opencontainers.image.revision"]; got != "abc" {
		t.Errorf("Should be labelled with its commit, got %q", got)
	}

	content, modes := files(t, img)
	wantModes := map[string]int64{"function": 0o755, "etc/ssl/certs/ca-certificates.crt": 0o644, "package.yaml": 0o644}
	if diff := cmp.Diff(wantModes, modes); diff != "" {
		t.Errorf("Should hold the binary, CA certificates and Crossplane's package.yaml, and nothing else: -want +got:\n%s", diff)
	}
	roots := 0
	for rest := content["etc/ssl/certs/ca-certificates.crt"]; ; roots++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err != nil || !c.IsCA {
			t.Errorf("certificate %d should be a CA's: %v", roots, err)
		}
	}
	if roots < 50 {
		t.Errorf("Should hold Mozilla's roots, got %d", roots)
	}

	p := packageOf(t, img)
	if err := xpkg.NewFunctionLinter().Lint(p); err != nil {
		t.Error(err)
	}
	if f, ok := p.GetMeta()[0].(*pkgmeta.Function); !ok || f.Name != functionName {
		t.Errorf("Should be the metadata of %s, got %v", functionName, p.GetMeta()[0])
	}
	if len(p.GetObjects()) != 1 {
		t.Errorf("Should bring the CRD of its input, got %d objects", len(p.GetObjects()))
	}
}

// checkNext checks that the channel next has the same program. Crossplane lets one package own a definition, so the package for next brings
// none.
func checkNext(t *testing.T, stable, next v1.Image) {
	t.Helper()
	want, _ := files(t, stable)
	got, _ := files(t, next)
	if !bytes.Equal(want["function"], got["function"]) {
		t.Error("Both packages of the function should hold the same program")
	}
	p := packageOf(t, next)
	if f, ok := p.GetMeta()[0].(*pkgmeta.Function); !ok || f.Name != functionName+"-next" || len(p.GetObjects()) != 0 {
		t.Errorf("Should be the metadata of %s-next and nothing else, got %v and %d objects", functionName, p.GetMeta()[0], len(p.GetObjects()))
	}
	if err := xpkg.NewFunctionLinter().Lint(p); err != nil {
		t.Error(err)
	}
}

// checkConfiguration checks that what the Configuration asks for is what was pushed.
func checkConfiguration(t *testing.T, p *parser.Package, org string) {
	t.Helper()
	if err := xpkg.NewConfigurationLinter().Lint(p); err != nil {
		t.Fatal(err)
	}
	meta := p.GetMeta()[0].(*pkgmeta.Configuration)
	providers, function := 0, ""
	for _, d := range meta.Spec.DependsOn {
		switch *d.Kind {
		case "Provider":
			providers++
		case "Function":
			ref, err := name.NewRepository(*d.Package)
			if err != nil {
				t.Fatal(err)
			}
			if want := org + "/function-morket-platform"; *d.Package != want {
				t.Errorf("Should depend on the function where it was pushed: want %s, got %s", want, *d.Package)
			}
			function = xpkg.ToDNSLabel(ref.RepositoryStr()) // as Crossplane's resolver names it
			checkRange(t, d.Version)
		}
	}
	if providers == 0 {
		t.Error("Should depend on the provider families")
	}

	kinds := map[string]int{}
	for _, o := range p.GetObjects() {
		kinds[o.GetObjectKind().GroupVersionKind().Kind]++
		c, ok := o.(*apiextensions.Composition)
		if !ok {
			continue
		}
		want := function
		if c.Labels["platform.morket.io/channel"] == "next" {
			want += "-next"
		}
		for _, step := range c.Spec.Pipeline {
			if got := step.FunctionRef.Name; got != want {
				t.Errorf("step %s of %s should call the Function by the name that it has in the cluster: want %s, got %s", step.Step, c.Name, want, got)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"CompositeResourceDefinition": 1, "ManagedResourceActivationPolicy": 1, "Composition": 2}, kinds); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func checkRange(t *testing.T, constraint string) {
	t.Helper()
	c, err := semver.NewConstraint(constraint)
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range map[string]bool{"v1.0.9": false, "v1.1.0": true, "v1.2.2": true, "v1.2.3-rc.1": true, "v1.2.3": true, "v1.2.9": true, "v1.3.0-rc.1": false, "v1.3.0": false} {
		if got := c.Check(semver.MustParse(v)); got != want {
			t.Errorf("a Configuration of v1.2.3 should take a function of %s: %v, got %v by %q", v, want, got, constraint)
		}
	}
}

// checkSBOM checks a bill for a module that the function cannot do without.
func checkSBOM(t *testing.T, raw string) {
	t.Helper()
	var bom struct {
		BOMFormat  string
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal([]byte(raw), &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" {
		t.Errorf("format: %q", bom.BOMFormat)
	}
	found := map[string]bool{}
	for _, c := range bom.Components {
		found[c.Name] = c.Version != "" && strings.HasSuffix(c.PURL, c.Name+"@"+c.Version)
	}
	for _, want := range []string{"stdlib", "google.golang.org/grpc", "github.com/crossplane/function-sdk-go"} {
		if !found[want] {
			t.Errorf("Should list %s with its version and URL", want)
		}
	}
}

// checkRuns starts a binary with nothing in its environment and asks it to compose the staging platform.
func checkRuns(t *testing.T, binary []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "function")
	if err := os.WriteFile(path, binary, 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() //nolint:errcheck,gosec // only looked for a port
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, "--insecure", "--address", address)
	cmd.Env = []string{}
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill() //nolint:errcheck,gosec // it may be gone
		cmd.Wait()         //nolint:errcheck,gosec // it was killed
		if t.Failed() {
			t.Log("the function said:", said.String())
		}
	}()

	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test is done
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	t.Chdir("../..") // platformtest looks for the claims upwards from here, and would stop at this module
	rsp, err := fnv1.NewFunctionRunnerServiceClient(conn).RunFunction(ctx, &fnv1.RunFunctionRequest{
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: platformtest.XR(t, "staging", nil)}},
		Input:    steps[0].Input,
	}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			t.Error(r.GetMessage())
		}
	}
	if got := rsp.GetDesired().GetResources()["vpc"].GetResource().GetFields()["kind"].GetStringValue(); got != "VPC" {
		t.Errorf("Should compose a VPC, got %q", got)
	}
}

func TestNewSource(t *testing.T) {
	cases := map[string]struct {
		reason, registry, version, want string
	}{
		"Good":        {reason: "Should take a release", registry: "ghcr.io/acme", version: "v0.1.0"},
		"Development": {reason: "Should take what the Makefile makes of a commit without a tag", registry: "127.0.0.1:5000/x", version: "v0.0.0-g1485017-dirty"},
		"NoV":         {reason: "Should refuse a tag that Crossplane would not find", registry: "ghcr.io/acme", version: "0.1.0", want: "no semantic version with a v"},
		"Commit":      {reason: "Should refuse a commit for a version", registry: "ghcr.io/acme", version: "1485017", want: "no semantic version with a v"},
		"Empty":       {reason: "Should refuse no version", registry: "ghcr.io/acme", want: "no semantic version with a v"},
		"Registry":    {reason: "Should name a registry that is none", registry: "https://ghcr.io/acme", version: "v0.1.0", want: `registry "https://ghcr.io/acme"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := newSource(".", tc.registry, tc.version, "abc", time.Unix(0, 0))
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s: want %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}
