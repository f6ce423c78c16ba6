package stack

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	ocireg "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"sigs.k8s.io/yaml"
)

// Our packages and their versions. Versions are those of the registry in the namespace, which nobody else sees.
const (
	configurationPackage = "ghcr.io/morket-io/morket-platform"
	functionPackage      = "ghcr.io/morket-io/function-morket-platform"
	nextPackage          = functionPackage + "-next" // of the channel next

	Version     = "v0.1.0"
	NextVersion = "v0.1.1" // of the function, to which a test upgrades

	UpgradeVersion = "v0.2.0" // of both, to which Upgrade upgrades

	// providerVersion is what the stand-ins of the provider families call themselves, because our Configuration asks for it.
	providerVersion = "v2.7.0"
)

// What the Configuration has beside what v0.1.0 had in it.
const (
	activation = "apis/activation.yaml" // among the examples of v0.1.0
	channel    = "compositions/next.yaml"
)

// ownFunction is what crossplane.yaml says of our function.
var ownFunction = regexp.MustCompile(`package: \S+/function-morket-platform, version: "[^"]*"`)

// publish starts a registry and fills it: with our function and our Configuration, built from the tree by Crossplane's CLI,
// and with a stand-in for each provider family that the Configuration depends on.
func (s *Stack) publish(ctx context.Context) error {
	l, err := net.Listen("tcp", registry)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: ocireg.New(ocireg.Logger(log.New(io.Discard, "", 0))), ReadHeaderTimeout: time.Minute}
	go server.Serve(l)                                //nolint:errcheck // it ends with the stack
	context.AfterFunc(ctx, func() { server.Close() }) //nolint:errcheck,gosec // the stack is stopped

	if err := s.publishFunction(ctx, s.installed(), functionPackage+":"+Version); err != nil {
		return err
	}
	if s.providers, err = s.publishConfiguration(ctx, s.installed(), Version); err != nil {
		return err
	}
	if s.Baseline != "" { // the providers come first
		if s.providers, err = s.publishConfiguration(ctx, s.tree(), UpgradeVersion); err != nil {
			return err
		}
	}
	return s.publishProviders(s.providers)
}

// A release is a checkout, and the function that was built from it.
type release struct{ root, function string }

// tree is what is being tested.
func (s *Stack) tree() release { return release{s.Root, s.Tools.Function} }

// installed is what is installed at first.
func (s *Stack) installed() release {
	if s.Baseline == "" {
		return s.tree()
	}
	return release{s.Baseline, filepath.Join(s.Baseline, "bin", "function")}
}

// publishFunction builds a package of the function, with the function's image in it, and pushes it. As in a release, the package of the
// channel next brings no definition.
func (s *Stack) publishFunction(ctx context.Context, from release, pkg string) error {
	binary, err := os.ReadFile(from.function)
	if err != nil {
		return err
	}
	layer, err := tarLayer("function", 0o755, binary)
	if err != nil {
		return err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return err
	}
	image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		Architecture: "amd64", OS: "linux",
		RootFS:  v1.RootFS{Type: "layers", DiffIDs: diffIDs(image)},
		History: []v1.History{{CreatedBy: "e2e"}},
		// A version is another package only if something differs.
		Config: v1.Config{Entrypoint: []string{"/function"}, ExposedPorts: map[string]struct{}{"9443/tcp": {}}, User: "65532", Labels: map[string]string{"package": pkg}},
	})
	if err != nil {
		return err
	}
	runtime := filepath.Join(s.Dir, dashed(pkg)+".tar")
	tag, err := name.NewTag("e2e/function:" + dashed(filepath.Base(pkg)))
	if err != nil {
		return err
	}
	if err := tarball.WriteToFile(runtime, tag, image); err != nil {
		return err
	}
	root := filepath.Join(from.root, "package")
	if strings.HasPrefix(pkg, nextPackage+":") {
		if root, err = s.onlyMeta(root); err != nil {
			return err
		}
	}
	return s.build(ctx, root, pkg, "--embed-runtime-image-tarball="+runtime)
}

// onlyMeta copies the metadata of a package into a directory of its own.
func (s *Stack) onlyMeta(root string) (dir string, err error) {
	raw, err := os.ReadFile(filepath.Join(root, "crossplane.yaml"))
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp(s.Dir, "package-"); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "crossplane.yaml"), raw, 0o600)
}

func diffIDs(image v1.Image) []v1.Hash {
	c, err := image.ConfigFile()
	if err != nil {
		return nil
	}
	return c.RootFS.DiffIDs
}

// publishConfiguration builds our Configuration and pushes it. It returns the provider packages that it depends on. As in a release, the
// Configuration works with the function of the version before, too.
func (s *Stack) publishConfiguration(ctx context.Context, from release, version string) (providers []string, err error) {
	dir := filepath.Join(s.Dir, "configuration-"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	meta := struct {
		Spec struct {
			DependsOn []struct{ Kind, Package string }
		}
	}{}
	for _, path := range []string{"crossplane.yaml", "apis/definition.yaml", activation, "compositions/platform.yaml", channel} {
		raw, err := os.ReadFile(filepath.Join(from.root, path))
		if (path == activation || path == channel) && os.IsNotExist(err) && from.root == s.Baseline {
			continue
		}
		if err != nil {
			return nil, err
		}
		if path == "crossplane.yaml" {
			raw = ownFunction.ReplaceAll(raw, []byte("package: "+functionPackage+", version: \">="+Version+"\""))
			if err := yaml.Unmarshal(raw, &meta); err != nil {
				return nil, err
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), raw, 0o600); err != nil {
			return nil, err
		}
	}
	for _, d := range meta.Spec.DependsOn {
		if d.Kind == "Provider" {
			providers = append(providers, d.Package)
		}
	}
	return providers, s.build(ctx, dir, configurationPackage+":"+version)
}

// build builds a package with Crossplane's CLI, as a release does, and pushes it.
func (s *Stack) build(ctx context.Context, root, image string, args ...string) error {
	file := filepath.Join(s.Dir, dashed(image)+".xpkg")
	c := exec.CommandContext(ctx, s.Tools.CrossplaneCLI, append([]string{"xpkg", "build", "--package-root=" + root, "--package-file=" + file}, args...)...) //nolint:gosec // our own tools
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("crossplane xpkg build %s: %w\n%s", root, err, out)
	}
	pkg, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		return err
	}
	return push(image, pkg)
}

// push writes an image into our registry, under the name that it has in the world.
func push(image string, i v1.Image) error {
	_, path, _ := strings.Cut(image, "/")
	ref, err := name.ParseReference(registry + "/" + path)
	if err != nil {
		return err
	}
	return remote.Write(ref, i)
}

// xpkg makes a package of one YAML stream.
func xpkg(stream []byte) (v1.Image, error) {
	layer, err := tarLayer("package.yaml", 0o644, stream)
	if err != nil {
		return nil, err
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{Layer: layer, Annotations: map[string]string{"io.crossplane.xpkg": "base"}})
	if err != nil {
		return nil, err
	}
	digest, err := layer.Digest()
	if err != nil {
		return nil, err
	}
	return mutate.Config(image, v1.Config{Labels: map[string]string{"io.crossplane.xpkg:" + digest.String(): "base"}})
}

// tarLayer is a layer with one file.
func tarLayer(path string, mode int64, raw []byte) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: path, Mode: mode, Size: int64(len(raw)), ModTime: time.Unix(0, 0)})
	if err == nil {
		_, err = w.Write(raw)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
}
