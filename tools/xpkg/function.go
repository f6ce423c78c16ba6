package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// Where the image has its two files. Go looks for the certificates there by itself.
const (
	binaryPath       = "function"
	certificatesPath = "etc/ssl/certs/ca-certificates.crt"
)

// nonRoot is the user that distroless images call nonroot. Crossplane runs functions as one of its own unless told
// otherwise, so nothing may depend on it.
const nonRoot = "65532"

// buildFunction makes the function's packages for an architecture, that of the channel next last: a runtime image that holds the binary
// and nothing else but CA certificates, and the package's metadata as its last layer.
func (s *source) buildFunction(ctx context.Context, arch, out string) ([]v1.Image, binary, error) {
	path := filepath.Join(out, "function-linux-"+arch)
	if err := s.compile(ctx, arch, path); err != nil {
		return nil, binary{}, err
	}
	defer os.Remove(path) //nolint:errcheck // it is in the package
	raw, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, binary{}, err
	}
	b, err := inspect("linux/"+arch, raw)
	if err != nil {
		return nil, binary{}, err
	}
	runtime, err := s.runtimeImage(arch, raw)
	if err != nil {
		return nil, binary{}, err
	}
	var images []v1.Image
	for _, suffix := range []string{"", nextSuffix} {
		stream, err := s.functionStream(suffix)
		if err != nil {
			return nil, binary{}, err
		}
		img, err := s.buildPackage(ctx, runtime, stream, functionName+suffix)
		if err != nil {
			return nil, binary{}, err
		}
		images = append(images, img)
	}
	return images, b, nil
}

// compile builds a static binary. It knows nothing of where it was built: no paths, and no state of a git repository,
// which a shallow clone would not have.
func (s *source) compile(ctx context.Context, arch, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", binary, "./cmd/function") //nolint:gosec // builds what it is told to
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-trimpath", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

func (s *source) runtimeImage(arch string, binary []byte) (v1.Image, error) {
	certificates, err := certificates()
	if err != nil {
		return nil, err
	}
	layers := make([]v1.Layer, 0, 2)
	for _, f := range []struct {
		path string
		mode int64
		data []byte
	}{
		{certificatesPath, 0o644, certificates},
		{binaryPath, 0o755, binary},
	} {
		l, err := layer(f.path, f.mode, f.data)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	img, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		return nil, err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", arch
	config.Config = v1.Config{
		Entrypoint:   []string{"/" + binaryPath},
		ExposedPorts: map[string]struct{}{"9443/tcp": {}},
		User:         nonRoot + ":" + nonRoot,
		WorkingDir:   "/",
	}
	return mutate.ConfigFile(img, config)
}

// certificates are Mozilla's roots as PEM, from a pinned module: those of the machine that builds differ from the next.
func certificates() ([]byte, error) {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		// A root that must not be trusted for what is issued from some date on cannot be told so in a PEM file.
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	if b.Len() == 0 {
		return nil, errors.New("the bundle of root certificates is empty")
	}
	return b.Bytes(), nil
}

// layer makes a layer of one file and the directories above it, owned by root, without times.
func layer(path string, mode int64, data []byte) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	var parents []string
	for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
		parents = append(parents, dir)
	}
	slices.Reverse(parents)
	for _, dir := range parents {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755}); err != nil {
			return nil, err
		}
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: mode, Size: int64(len(data))}); err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
}
