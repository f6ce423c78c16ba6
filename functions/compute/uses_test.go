package compute_test

import (
	"slices"
	"testing"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/functions/compute"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestUses: what a service says it uses is something that its container is told of.
func TestUses(t *testing.T) {
	layers := functions.Layers(platformtest.Random())
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	layers[0].Compose = func(s *layer.Scope) {
		for _, svc := range s.Platform.Services() {
			for _, use := range svc.Uses {
				seen++
				secret := slices.ContainsFunc(s.Platform.Credentials(), func(c *platform.Credential) bool { return c.Name == use })
				other := slices.ContainsFunc(s.Platform.Services(), func(o platform.Service) bool { return o.Name == use && o.Host != "" })
				if !compute.Describes(use) && !secret && !other {
					t.Errorf("%s uses %q, which is neither described nor a secret nor a service", svc.Name, use)
				}
			}
		}
	}
	if _, err := (&render.Renderer{Layers: layers, Steps: steps}).Once(platformtest.XR(t, "staging", nil), nil); err != nil || seen == 0 {
		t.Fatalf("saw %d uses: %v", seen, err)
	}
}
