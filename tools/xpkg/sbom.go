package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
	"sigs.k8s.io/yaml"
)

// What is in the packages is known exactly: the linker writes the modules of a binary into it, which is where a scanner
// of images would read them too, and the Configuration is a list of other packages. So the bills are written from those,
// in CycloneDX, by CycloneDX' own library, and are the same for the same bytes.

// A binary is what is known of one in an image.
type binary struct {
	platform string
	sum      string
	info     *debug.BuildInfo
}

func inspect(platform string, raw []byte) (binary, error) {
	info, err := buildinfo.Read(bytes.NewReader(raw))
	if err != nil {
		return binary{}, fmt.Errorf("cannot read what is in the binary: %w", err)
	}
	return binary{platform: platform, sum: hash(raw), info: info}, nil
}

// writeFunctionSBOM writes the bill of materials of the function's images: what any of the binaries is linked from.
func (s *source) writeFunctionSBOM(binaries []binary, out string) error {
	var libraries []cdx.Component
	var hashes strings.Builder
	parts := make([]cdx.Component, 0, len(binaries))
	for _, b := range binaries {
		libraries = append(libraries, golang("stdlib", strings.TrimPrefix(b.info.GoVersion, "go")))
		for _, m := range b.info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			libraries = append(libraries, golang(m.Path, m.Version))
		}
		parts = append(parts, cdx.Component{
			BOMRef: b.platform, Type: cdx.ComponentTypeFile, Name: "/" + binaryPath, Description: b.platform,
			Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: b.sum}},
		})
		hashes.WriteString(b.sum)
	}
	if bundle, ok := bundleVersion(); ok {
		libraries = append(libraries, golang(bundlePath, bundle))
	}
	slices.SortFunc(libraries, func(a, b cdx.Component) int { return strings.Compare(a.BOMRef, b.BOMRef) })
	libraries = slices.CompactFunc(libraries, func(a, b cdx.Component) bool { return a.BOMRef == b.BOMRef })

	main := cdx.Component{BOMRef: s.function.String(), Type: cdx.ComponentTypeContainer, Name: functionName, Version: s.tag, Components: &parts}
	return s.writeSBOM(main, libraries, hashes.String(), out)
}

// bundlePath is the module that the image's root certificates come from.
const bundlePath = "golang.org/x/crypto/x509roots/fallback"

// bundleVersion is the version of that module that this program was built with.
func bundleVersion() (string, bool) {
	self, ok := debug.ReadBuildInfo()
	if !ok {
		return "", false
	}
	for _, m := range self.Deps {
		if m.Path == bundlePath {
			return m.Version, true
		}
	}
	return "", false
}

// writeConfigurationSBOM writes what the Configuration brings with it: other packages, whose versions are ranges.
func (s *source) writeConfigurationSBOM(stream []byte, out string) error {
	var meta struct {
		Spec struct {
			DependsOn []struct{ Kind, Package, Version string }
		}
	}
	if err := yaml.Unmarshal(stream, &meta); err != nil { // the first document, which is the metadata
		return err
	}
	components := make([]cdx.Component, 0, len(meta.Spec.DependsOn))
	for _, d := range meta.Spec.DependsOn {
		components = append(components, cdx.Component{
			BOMRef: d.Package, Type: cdx.ComponentTypeContainer, Name: d.Package, Version: d.Version, Description: "Crossplane " + d.Kind,
		})
	}
	main := cdx.Component{BOMRef: s.configuration.String(), Type: cdx.ComponentTypeContainer, Name: configurationName, Version: s.tag}
	return s.writeSBOM(main, components, hash(stream), out)
}

func hash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// sbomFile is what a package's bill is called.
func (s *source) sbomFile(name string) string {
	return name + "-" + s.tag + ".cdx.json"
}

func golang(path, version string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url}
}

// writeSBOM writes a bill, which is told from others by its content.
func (s *source) writeSBOM(main cdx.Component, components []cdx.Component, content, out string) error {
	refs := make([]string, len(components))
	for i, c := range components {
		refs[i] = c.BOMRef
	}
	bom := cdx.NewBOM()
	// A serial number that is the same for the same content, where a random one would make every bill another.
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, []byte(main.BOMRef+content)).URN()
	bom.Metadata = &cdx.Metadata{Timestamp: s.time.Format(time.RFC3339), Component: &main}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}

	path := filepath.Join(out, s.sbomFile(main.Name))
	f, err := os.Create(path) //nolint:gosec // the path is what the caller asked for
	if err != nil {
		return err
	}
	if err := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		f.Close() //nolint:errcheck,gosec // it is broken already
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return f.Close()
}
