package docs

import (
	"fmt"
	"strings"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/functions/compute"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

const environmentIntro = `# What containers are told

Generated from the code: ` + "`make update`" + `. The examples are those of
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

// environment is docs/environment.md: what the containers of production get. (R-ECS-6)
func environment(t platformtest.T, production *render.Result) string {
	t.Helper()
	var page strings.Builder
	page.WriteString(environmentIntro)
	layers := functions.Layers(platformtest.Random())
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range layers {
		if l.Name == "compute" {
			layers[i].Compose = func(s *layer.Scope) {
				for _, svc := range s.Platform.Services() {
					page.WriteString(variables(s, &svc))
				}
				l.Compose(s)
			}
		}
	}
	if _, err := (&render.Renderer{Layers: layers, Steps: steps}).Once(platformtest.XR(t, "production", nil), platformtest.Observed(production)); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// variables documents one service.
func variables(s *layer.Scope, svc *platform.Service) string {
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
