package compute_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/functions/compute"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

var update = flag.Bool("update", false, "write docs/environment.md instead of comparing with it")

const preamble = `# What containers are told

Generated from the code: ` + "`go test ./functions/compute -run TestEnvironmentDocs -update`" + `. The examples are those of
[examples/claims/production.yaml](../examples/claims/production.yaml). The names are the same in docker-compose.

- Plain variables are in the task definition. A claim adds to them, or changes them, with
  ` + "`spec.compute.services.<service>.environment`" + `; nothing secret belongs there.
- Secrets are filled in by ECS from Secrets Manager when a task starts, and never again. A new value that the platform makes
  (` + "`spec.secrets.rotation`" + `) rolls out every service that reads it. Aurora's password RDS changes by itself, every
  ` + "`spec.data.aurora.passwordRotationDays`" + `: connections that are open stay open, new ones fail. A service must then fail its
  health check, or exit: ECS replaces the task, and the new one has the new password.
- Without ` + "`spec.domain`" + ` there is no SITE_URL and no API_URL: AWS chooses the names, after the services are there. Give
  them in the claim if the code needs them.
`

// TestEnvironmentDocs holds docs/environment.md to what is composed. (R-ECS-6)
func TestEnvironmentDocs(t *testing.T) {
	var doc strings.Builder
	doc.WriteString(preamble)
	layers := functions.Layers(platformtest.Random())
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range layers {
		if l.Name == "compute" {
			layers[i].Compose = func(s *layer.Scope) {
				for _, svc := range s.Platform.Services() {
					doc.WriteString(table(s, &svc))
				}
				l.Compose(s)
			}
		}
	}
	r := eventual(t, "production")
	if _, err := (&render.Renderer{Layers: layers, Steps: steps}).Once(platformtest.XR(t, "production", nil), platformtest.Observed(r)); err != nil {
		t.Fatal(err)
	}

	file := platformtest.Path(t, "docs", "environment.md")
	if *update {
		if err := os.WriteFile(file, []byte(doc.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), doc.String()); diff != "" {
		t.Errorf("docs/environment.md should say what containers are told. If the change is meant: go test ./functions/compute -run TestEnvironmentDocs -update\n-documented, +composed:\n%s", diff)
	}
}

// table documents one service.
func table(s *layer.Scope, svc *platform.Service) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n", svc.Name)
	told := compute.Tell(s, svc)
	if len(told) == 0 {
		return b.String() + "Nothing.\n"
	}
	b.WriteString("| variable | source | example |\n|---|---|---|\n")
	for _, v := range told {
		example := "`" + v.Value + "`"
		if v.Secret {
			example = "secret"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.Name, v.Source, example)
	}
	return b.String()
}

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
				secret := slices.ContainsFunc(slices.Collect(s.Platform.Credentials()), func(c *platform.Credential) bool { return c.Name == use })
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
