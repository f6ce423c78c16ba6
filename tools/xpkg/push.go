package main

import (
	"context"
	"fmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/google/go-containerregistry/pkg/authn"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// push pushes a package to its registry, as `crossplane xpkg push` does.
func (p *pkg) push(ctx context.Context) error {
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	if len(p.images) == 1 {
		img, err := p.image()
		if err != nil {
			return err
		}
		return remote.Write(p.ref, img, options...)
	}
	index, err := p.index()
	if err != nil {
		return err
	}
	return remote.WriteIndex(p.ref, index, options...)
}

// digest is what the package has in a registry.
func (p *pkg) digest() (v1.Hash, error) {
	if len(p.images) == 1 {
		img, err := p.image()
		if err != nil {
			return v1.Hash{}, err
		}
		return img.Digest()
	}
	index, err := p.index()
	if err != nil {
		return v1.Hash{}, err
	}
	return index.Digest()
}

// image is the only image, with the annotation that shows Crossplane the layer to read.
func (p *pkg) image() (v1.Image, error) {
	return xpkg.AnnotateLayers(p.images[0])
}

// index lists the images of all architectures.
func (p *pkg) index() (v1.ImageIndex, error) {
	adds := make([]mutate.IndexAddendum, 0, len(p.images))
	for _, img := range p.images {
		annotated, err := xpkg.AnnotateLayers(img)
		if err != nil {
			return nil, err
		}
		config, err := annotated.ConfigFile()
		if err != nil {
			return nil, err
		}
		platform := config.Platform()
		if platform == nil || platform.Architecture == "" {
			return nil, fmt.Errorf("%s: an image in an index must say its architecture", p.ref)
		}
		adds = append(adds, mutate.IndexAddendum{Add: annotated, Descriptor: v1.Descriptor{Platform: platform}})
	}
	return mutate.AppendManifests(empty.Index, adds...), nil
}
