package compute_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestSixthService adds a service: its entry, and its name at the stores that it uses, are all there is to it, ports in the
// security groups included.
func TestSixthService(t *testing.T) {
	layers := functions.Layers(platformtest.Random())
	for i, l := range layers {
		layers[i].Compose = func(s *layer.Scope) {
			if !slices.ContainsFunc(s.Platform.Services(), func(svc platform.Service) bool { return svc.Name == "mailer" }) {
				s.Platform.AddService(platform.Service{
					Name: "mailer", Size: s.Platform.Services()[0].Size, Repository: "mailer", Image: s.Platform.RepositoryURL("mailer") + ":1",
					Port: 4000, Host: "mailer", Paths: []string{"/mail/*"}, Priority: 30, HealthPath: "/healthz", StartSeconds: 30,
					Uses: []string{"application", "scraper", "service-api-key"},
				})
				redis := s.Platform.Store(platform.Redis)
				redis.UsedBy = []platform.Use{{Services: append(redis.UsedBy[0].Services, "mailer"), Variables: redis.UsedBy[0].Variables, Secrets: redis.UsedBy[0].Secrets}}
			}
			l.Compose(s)
		}
	}
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	five, err := (&render.Renderer{Layers: functions.Layers(platformtest.Random()), Steps: steps}).Eventually(platformtest.XR(t, "production", set("Own", "spec", "compute", "registry", "mode")), nil)
	if err != nil {
		t.Fatal(err)
	}
	six, err := (&render.Renderer{Layers: layers, Steps: steps}).Eventually(platformtest.XR(t, "production", set("Own", "spec", "compute", "registry", "mode")), nil)
	if err != nil {
		t.Fatal(err)
	}
	var added []string
	for name := range six.Resources {
		if five.Resources[name] == nil {
			if strings.HasPrefix(name, "task-mailer-") {
				name = "task-mailer-…"
			}
			added = append(added, name)
		}
	}
	slices.Sort(added)
	want := []string{
		"alarm-ecs-mailer-cpu", "alarm-ecs-mailer-errors", "alarm-ecs-mailer-memory",
		"discovery-mailer", "errors-mailer", "errors-mailer-plain", "log-group-mailer", "repository-mailer", "repository-mailer-lifecycle", "repository-mailer-policy",
		"role-mailer-execution", "role-mailer-execution-policy", "role-mailer-task", "rule-https-mailer",
		"scaling-mailer", "scaling-mailer-in", "scaling-mailer-in-alarm", "scaling-mailer-out", "scaling-mailer-out-alarm",
		"service-mailer", "sg-alb-to-ecs-4000", "sg-ecs-from-alb-4000", "sg-ecs-from-ecs-4000", "target-mailer", "task-mailer-…",
	}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("-want, +added:\n%s", diff)
	}
	for name, o := range five.Resources {
		if six.Resources[name] == nil {
			t.Errorf("%s should still be there", name)
		} else if name == "dashboard" {
			continue // it shows the sixth too
		} else if diff := cmp.Diff(o.AsMap(), six.Resources[name].AsMap()); diff != "" {
			t.Errorf("%s should not change: -five, +six:\n%s", name, diff)
		}
	}
	_, c := definition(t, six, "mailer")
	got := variables(c)
	if got["PORT"] != "4000" || got["SCRAPER_URL"] != "http://scraper.morket.local:8001" || got["REDIS_URL"] == nil {
		t.Errorf("Should be told of what it uses, got %v", got)
	}
	if !six.Ready["service-mailer"] {
		t.Error("Should become ready.")
	}
}
