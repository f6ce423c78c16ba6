// Command xpkg builds the platform's packages, the Configuration and the function under its two names, without Docker, and pushes them
// to a registry if told to. The same source and the same arguments give the same bytes.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// CLI is the command line.
type CLI struct {
	Root     string `default:"../.." type:"existingdir" help:"Root of the repository."`
	Out      string `default:"../../dist" type:"path" help:"Directory for packages, SBOMs and packages.txt, which names each package by digest, and its SBOM. What was in it is deleted."`
	Registry string `required:"" placeholder:"HOST/PATH" help:"Where the packages are pushed, and where the Configuration will look for the function: ghcr.io/morket-io, for example."`
	Version  string `required:"" help:"Semantic version of all packages, with its v. Their tag."`
	Revision string `required:"" help:"Commit they are built from, for their labels."`
	Time     int64  `required:"" help:"Time of that commit, in seconds since 1970: the only time in the packages."`
	Push     bool   `help:"Push to the registry, with the credentials that Docker's or Podman's login left."`
}

// Run builds, writes, and maybe pushes.
func (c *CLI) Run(ctx context.Context) error {
	s, err := newSource(c.Root, c.Registry, c.Version, c.Revision, time.Unix(c.Time, 0))
	if err != nil {
		return err
	}
	// A package of an earlier version must not be taken for one of this.
	if err := os.RemoveAll(c.Out); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return err
	}
	packages, err := s.build(ctx, c.Out)
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, p := range packages {
		for _, img := range p.images {
			if err := write(filepath.Join(c.Out, p.file(img)), img); err != nil {
				return err
			}
		}
		digest, err := p.digest()
		if err != nil {
			return err
		}
		sbom, err := filepath.Rel(s.root, filepath.Join(c.Out, p.sbom))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s@%s %s\n", p.ref.Context(), digest, sbom)
		if !c.Push {
			continue
		}
		if err := p.push(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "pushed %s\n", p.ref)
	}
	fmt.Print(list.String())
	return os.WriteFile(filepath.Join(c.Out, "packages.txt"), []byte(list.String()), 0o600)
}

// write writes a package as a file, as `crossplane xpkg build` does.
func write(path string, img v1.Image) error {
	f, err := os.Create(path) //nolint:gosec // the path is what the caller asked for
	if err != nil {
		return err
	}
	if err := tarball.Write(nil, img, f); err != nil {
		f.Close() //nolint:errcheck,gosec // it is broken already
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return f.Close()
}

func main() {
	cli := kong.Parse(&CLI{}, kong.Description("Builds the platform's packages, and pushes them."))
	cli.BindTo(context.Background(), (*context.Context)(nil))
	cli.FatalIfErrorf(cli.Run())
}
