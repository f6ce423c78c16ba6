package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
	"sigs.k8s.io/yaml"
)

// What is in the packages is known exactly: the linker writes the modules of a binary into it, which is where a scanner
// of images would read them too, and the Configuration is a list of other packages. So the bills are written from those,
// in CycloneDX, by CycloneDX' own library, and are the same for the same bytes.

// writeFunctionSBOM writes the bill of materials of the function's image.
func (s *source) writeFunctionSBOM(binary string, raw []byte, arch, out string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("cannot read what is in the binary: %w", err)
	}
	components := []cdx.Component{golang("stdlib", info.GoVersion[len("go"):])}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		components = append(components, golang(m.Path, m.Version))
	}
	if bundle, ok := bundleVersion(); ok {
		components = append(components, golang(bundlePath, bundle))
	}
	sum := sha256.Sum256(raw)
	main := golang(info.Main.Path, s.tag)
	main.Type = cdx.ComponentTypeApplication
	main.Name = functionName
	main.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
	return s.writeSBOM(main, components, filepath.Join(out, fmt.Sprintf("%s-%s-linux-%s.cdx.json", functionName, s.tag, arch)))
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
	sum := sha256.Sum256(stream)
	main := cdx.Component{
		BOMRef: s.configuration.String(), Type: cdx.ComponentTypeContainer, Name: configurationName, Version: s.tag,
		Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
	}
	return s.writeSBOM(main, components, filepath.Join(out, fmt.Sprintf("%s-%s.cdx.json", configurationName, s.tag)))
}

func golang(path, version string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url}
}

func (s *source) writeSBOM(main cdx.Component, components []cdx.Component, path string) error {
	refs := make([]string, len(components))
	for i, c := range components {
		refs[i] = c.BOMRef
	}
	bom := cdx.NewBOM()
	// A serial number that is the same for the same content, where a random one would make every bill another.
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, []byte(main.BOMRef+(*main.Hashes)[0].Value)).URN()
	bom.Metadata = &cdx.Metadata{Timestamp: s.time.Format(time.RFC3339), Component: &main}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}

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
