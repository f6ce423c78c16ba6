package compute_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// definition is a service's task definition, and its one container.
func definition(t *testing.T, r *render.Result, service string) (task, container map[string]any) {
	t.Helper()
	for name, o := range ofKind(r, "TaskDefinition") {
		rest, ok := strings.CutPrefix(name, "task-"+service+"-")
		if !ok || strings.Contains(rest, "-") {
			continue
		}
		task = parameters(o)
		var containers []map[string]any
		raw, _ := task["containerDefinitions"].(string)
		if err := json.Unmarshal([]byte(raw), &containers); err != nil || len(containers) != 1 {
			t.Fatalf("%s: want one container: %v in %s", service, err, raw)
		}
		return task, containers[0]
	}
	t.Fatalf("%s has no task definition", service)
	return nil, nil
}

// TestTasks is R-ECS-2, R-ECS-5 and the health of R-ALB-3 and R-TMP-1: what runs, how large, on which port, and how ECS
// knows that it is well.
func TestTasks(t *testing.T) {
	const registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com/"
	type want struct {
		CPU, Memory, Image string
		Port               any
		Health             any
		Secrets            []string
	}
	cases := map[string]want{
		"backend":         {"512", "1024", registry + "morket-backend:3f2a9c1", 3000.0, "curl -f http://localhost:3000/api/v1/health || exit 1", nil},
		"scraper":         {"2048", "4096", registry + "morket-scraper:3f2a9c1", 8001.0, "curl -f http://localhost:8001/health || exit 1", nil},
		"frontend":        {"256", "512", registry + "morket-frontend:3f2a9c1", 80.0, "curl -f http://localhost:80/ || exit 1", nil},
		"temporal-worker": {"512", "1024", registry + "morket-backend:3f2a9c1", nil, nil, nil},
		"temporal-server": {
			"1024", "2048", "temporalio/auto-setup:1.29.3", 7233.0,
			"if command -v temporal >/dev/null; then temporal operator cluster health | grep -qw SERVING && temporal operator namespace list >/dev/null; else nc -z 127.0.0.1 7233; fi", nil,
		},
	}
	r, p := eventual(t, "production"), platformtest.Platform(t, "production")
	for _, svc := range p.Services() {
		service, w := svc.Name, cases[svc.Name]
		for _, v := range p.SecretVariables(&svc) { // TestRoles lists the secrets
			w.Secrets = append(w.Secrets, v.Name)
		}
		task, c := definition(t, r, service)
		got := want{CPU: task["cpu"].(string), Memory: task["memory"].(string), Image: c["image"].(string)}
		if ports := c["portMappings"].([]any); len(ports) == 1 {
			got.Port = ports[0].(map[string]any)["containerPort"]
			if diff := cmp.Diff(map[string]any{"containerPort": got.Port, "hostPort": got.Port, "protocol": "tcp"}, ports[0]); diff != "" {
				t.Errorf("%s: a port should be said as AWS says it: -want, +got:\n%s", service, diff)
			}
		}
		if h, ok := c["healthCheck"].(map[string]any); ok {
			got.Health = h["command"].([]any)[1]
		}
		for _, s := range c["secrets"].([]any) {
			got.Secrets = append(got.Secrets, s.(map[string]any)["name"].(string))
		}
		slices.Sort(w.Secrets)
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		wantLogs := map[string]any{"logDriver": "awslogs", "options": map[string]any{
			"awslogs-group": "/ecs/morket-production/" + service, "awslogs-region": "us-east-1", "awslogs-stream-prefix": service, "mode": "non-blocking", "max-buffer-size": "25m",
		}}
		if diff := cmp.Diff(wantLogs, c["logConfiguration"]); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		group := r.Resources["log-group-"+service]
		if external(group) != "/ecs/morket-production/"+service || parameters(group)["retentionInDays"] != 30.0 || ref(parameters(group)["kmsKeyIdRef"]) != "key" {
			t.Errorf("%s: should log for 30 days, encrypted with the platform's key, got %v", service, parameters(group))
		}
	}
}

// TestNormalised holds containers to the form in which AWS answers, or the provider would want to replace them for ever:
// all fields there, lists sorted by name.
func TestNormalised(t *testing.T) {
	for _, env := range platformtest.Environments {
		r := eventual(t, env, set(map[string]any{"ZZZ": "last", "AAA": "<first> & \"quoted\""}, "spec", "compute", "services", "backend", "environment"))
		for name, o := range ofKind(r, "TaskDefinition") {
			raw := parameters(o)["containerDefinitions"].(string)
			if strings.Contains(raw, `\u003c`) {
				t.Errorf("%s: should leave < and & as they are", name)
			}
			var containers []map[string]any
			if err := json.Unmarshal([]byte(raw), &containers); err != nil {
				t.Fatal(err)
			}
			for _, c := range containers {
				checkNormalised(t, name, c)
			}
		}
	}
}

func checkNormalised(t *testing.T, name string, c map[string]any) {
	t.Helper()
	for _, f := range []string{"name", "image", "cpu", "essential", "portMappings", "environment", "secrets", "mountPoints", "volumesFrom", "systemControls", "linuxParameters", "stopTimeout", "logConfiguration"} {
		if c[f] == nil {
			t.Errorf("%s: should give %s", name, f)
		}
	}
	for _, f := range []string{"environment", "secrets"} {
		var names []string
		for _, v := range c[f].([]any) {
			names = append(names, v.(map[string]any)["name"].(string))
		}
		if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%s: should sort %s, each name once: %v", name, f, names)
		}
	}
}

// TestImages is what runs when the claim says something else.
func TestImages(t *testing.T) {
	const registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-"
	cases := map[string]struct {
		reason string
		images map[string]any
		want   map[string]string
		pulls  map[string]string // what the execution role may pull from
	}{
		"Tag": {
			"Should run one tag everywhere, and Temporal's own.", map[string]any{"tag": "1a2b"},
			map[string]string{"backend": registry + "backend:1a2b", "temporal-worker": registry + "backend:1a2b", "frontend": registry + "frontend:1a2b", "temporal-server": "temporalio/auto-setup:1.29.3"},
			map[string]string{"backend": "arn:aws:ecr:us-east-1:111122223333:repository/morket-backend", "temporal-server": ""},
		},
		"OwnTags": {
			"Should run the tag of a service where it has one, the worker the backend's.", map[string]any{"tag": "1a2b", "backend": map[string]any{"tag": "b"}, "frontend": map[string]any{"tag": "f"}},
			map[string]string{"backend": registry + "backend:b", "temporal-worker": registry + "backend:b", "frontend": registry + "frontend:f", "scraper": registry + "scraper:1a2b"},
			nil,
		},
		"Worker": {
			"Should run the worker's own tag.", map[string]any{"tag": "1a2b", "backend": map[string]any{"tag": "b"}, "temporalWorker": map[string]any{"tag": "w"}},
			map[string]string{"backend": registry + "backend:b", "temporal-worker": registry + "backend:w"},
			nil,
		},
		"Elsewhere": {
			"Should pull from where the claim says, from a registry of AWS by the role's permission.",
			map[string]any{"tag": "1a2b", "backend": map[string]any{"repository": "999988887777.dkr.ecr.eu-west-1.amazonaws.com/team/api"}, "scraper": map[string]any{"repository": "ghcr.io/acme/scraper", "tag": "s"}},
			map[string]string{"backend": "999988887777.dkr.ecr.eu-west-1.amazonaws.com/team/api:1a2b", "scraper": "ghcr.io/acme/scraper:s", "temporal-worker": "999988887777.dkr.ecr.eu-west-1.amazonaws.com/team/api:1a2b"},
			map[string]string{"backend": "arn:aws:ecr:eu-west-1:999988887777:repository/team/api", "scraper": ""},
		},
		"Temporal": {
			"Should run the successor of Temporal's image.", map[string]any{"temporalServer": map[string]any{"repository": "temporalio/server", "tag": "1.31"}},
			map[string]string{"temporal-server": "temporalio/server:1.31"},
			nil,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", set(tc.images, "spec", "images"))
			got := map[string]string{}
			for service := range tc.want {
				_, c := definition(t, r, service)
				got[service] = c["image"].(string)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			for service, want := range tc.pulls {
				got := ""
				for _, s := range document(t, r.Resources["role-"+service+"-execution-policy"]).Statement {
					if s.Sid == "PullImage" {
						got = strings.Join(s.Resource, " ")
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("\n%s\n%s may pull: -want, +got:\n%s", tc.reason, service, diff)
				}
			}
		})
	}
}

// TestCommand lets the worker, whose image is the backend's, work and not answer as the backend does.
func TestCommand(t *testing.T) {
	r := eventual(t, "staging")
	for service, want := range map[string]any{"temporal-worker": []any{"node", "dist/worker.js"}, "backend": nil, "temporal-server": nil} {
		_, c := definition(t, r, service)
		if diff := cmp.Diff(want, c["command"]); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
	}
}
