package compute_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// eventual is a platform of which everything exists.
func eventual(t *testing.T, environment string, changes ...func(map[string]any)) *render.Result {
	t.Helper()
	return platformtest.Eventually(t, platformtest.XR(t, environment, func(o map[string]any) {
		for _, c := range changes {
			c(o)
		}
	}))
}

func set(value any, path ...string) func(map[string]any) { return platformtest.Set(value, path...) }

func parameters(o *structpb.Struct) map[string]any {
	return o.GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().AsMap()
}

// field is one of a resource's fields, by a path such as spec.deletionPolicy.
func field(o *structpb.Struct, path string) any {
	var v any = o.AsMap()
	for step := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

// ofKind are the resources of a kind, by name.
func ofKind(r *render.Result, kind string) map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, o := range r.Resources {
		if o.GetFields()["kind"].GetStringValue() == kind {
			out[name] = o
		}
	}
	return out
}

func ref(v any) string {
	m, _ := v.(map[string]any)
	name, _ := m["name"].(string)
	return strings.TrimPrefix(strings.TrimPrefix(name, "morket-staging-"), "morket-production-")
}

func refs(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, e := range list {
		out = append(out, ref(e))
	}
	return out
}

func condition(r *render.Result, typ string) *fnv1.Condition {
	for _, c := range r.Conditions {
		if c.GetType() == typ {
			return c
		}
	}
	return nil
}

func external(o *structpb.Struct) any {
	m, _ := field(o, "metadata.annotations").(map[string]any)
	return m["crossplane.io/external-name"]
}

// A policy document, as far as it is looked at.
type policy struct {
	Statement []struct {
		Sid, Effect      string
		Principal        map[string][]string
		Action, Resource []string
		Condition        map[string]map[string][]string
	}
}

func document(t *testing.T, o *structpb.Struct) policy {
	t.Helper()
	var p policy
	raw, _ := parameters(o)["policy"].(string)
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		t.Fatalf("no policy: %v: %q", err, raw)
	}
	return p
}

// TestRepositories is R-ECR-1 and R-ECR-2.
func TestRepositories(t *testing.T) {
	shared := set([]any{"morket-production"}, "spec", "compute", "registry", "sharedWith")
	cases := map[string]struct {
		reason      string
		environment string
		changes     []func(map[string]any)
		names       []string
		stays       bool
	}{
		"Staging":    {"Should own the three repositories, and take them along when the claim goes.", "staging", []func(map[string]any){set(map[string]any{}, "spec", "compute")}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, false},
		"Shared":     {"Should leave images behind that others run.", "staging", []func(map[string]any){shared}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, true},
		"Use":        {"Should compose none where another claim owns them.", "production", nil, nil, false},
		"Production": {"Should leave images of a protected platform behind.", "production", []func(map[string]any){set("Own", "spec", "compute", "registry", "mode")}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, true},
		"Prefix":     {"Should name them as the claim says.", "staging", []func(map[string]any){set(map[string]any{"registry": map[string]any{"repositoryPrefix": "acme/morket"}}, "spec", "compute")}, []string{"acme/morket-backend", "acme/morket-frontend", "acme/morket-scraper"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, tc.environment, tc.changes...)
			var names []string
			for name, o := range ofKind(r, "Repository") {
				names = append(names, external(o).(string))
				p := parameters(o)
				got := []any{p["imageScanningConfiguration"], p["encryptionConfiguration"], p["forceDelete"], field(o, "spec.deletionPolicy")}
				want := []any{map[string]any{"scanOnPush": true}, []any{map[string]any{"encryptionType": "KMS"}}, !tc.stays, map[bool]string{true: "Orphan", false: "Delete"}[tc.stays]}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, name, diff)
				}
				rules := parameters(r.Resources[name+"-lifecycle"])["policy"]
				const wantRules = `{"rules":[{"rulePriority":1,"description":"expire untagged images","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},{"rulePriority":2,"description":"keep the last tagged images","selection":{"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":20},"action":{"type":"expire"}}]}`
				if diff := cmp.Diff(wantRules, rules); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", name, diff)
				}
			}
			slices.Sort(names)
			if diff := cmp.Diff(tc.names, names); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPull is R-ECR-3: who may pull from a repository is who runs its images, here and in the platforms that it is shared
// with; and the roles that are named are the ones that those platforms have.
func TestPull(t *testing.T) {
	r := eventual(t, "staging", set([]any{"morket-production"}, "spec", "compute", "registry", "sharedWith"))
	other := eventual(t, "production")
	role := func(r *render.Result, service string) string {
		return "arn:aws:iam::111122223333:role/" + external(r.Resources["role-"+service+"-execution"]).(string)
	}
	want := map[string][]string{
		"repository-backend-policy":  {role(other, "backend"), role(other, "temporal-worker"), role(r, "backend"), role(r, "temporal-worker")},
		"repository-frontend-policy": {role(other, "frontend"), role(r, "frontend")},
		"repository-scraper-policy":  {role(other, "scraper"), role(r, "scraper")},
	}
	got := map[string][]string{}
	for name, o := range ofKind(r, "RepositoryPolicy") {
		s := document(t, o).Statement[0]
		got[name] = s.Condition["ArnEquals"]["aws:PrincipalArn"]
		if diff := cmp.Diff([]string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, s.Action); diff != "" {
			t.Errorf("%s should allow to pull and nothing else: -want, +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(map[string][]string{"AWS": {"arn:aws:iam::111122223333:root"}}, s.Principal); diff != "" {
			t.Errorf("%s should name nobody who may not exist yet: -want, +got:\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestCluster is R-ECS-1.
func TestCluster(t *testing.T) {
	r := eventual(t, "production")
	if diff := cmp.Diff([]any{map[string]any{"name": "containerInsights", "value": "enabled"}}, parameters(r.Resources["ecs-cluster"])["setting"]); diff != "" {
		t.Errorf("Should have container insights on: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff([]any{"FARGATE", "FARGATE_SPOT"}, parameters(r.Resources["ecs-capacity"])["capacityProviders"]); diff != "" {
		t.Errorf("Should run on Fargate, Spot too: -want, +got:\n%s", diff)
	}
	if got := external(r.Resources["ecs-cluster"]); got != "morket-production" {
		t.Errorf("Should be called like the platform, got %v", got)
	}
}

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
	aurora := []string{"DATABASE_PASSWORD", "DATABASE_USER"}
	cases := map[string]want{
		"backend": {
			"512", "1024", registry + "morket-backend:3f2a9c1", 3000.0, "curl -f http://localhost:3000/api/v1/health || exit 1",
			append(aurora, "CLICKHOUSE_PASSWORD", "CLICKHOUSE_USER", "ENCRYPTION_MASTER_KEY", "JWT_SECRET", "OPENSEARCH_PASSWORD", "OPENSEARCH_USER", "RABBITMQ_PASSWORD", "RABBITMQ_USER", "REDIS_PASSWORD", "SERVICE_API_KEY", "WEBHOOK_HMAC_SECRET"),
		},
		"scraper":  {"2048", "4096", registry + "morket-scraper:3f2a9c1", 8001.0, "curl -f http://localhost:8001/health || exit 1", []string{"RABBITMQ_PASSWORD", "RABBITMQ_USER", "SERVICE_API_KEY"}},
		"frontend": {"256", "512", registry + "morket-frontend:3f2a9c1", 80.0, "curl -f http://localhost:80/ || exit 1", nil},
		"temporal-worker": {
			"512", "1024", registry + "morket-backend:3f2a9c1", nil, nil,
			append(aurora, "CLICKHOUSE_PASSWORD", "CLICKHOUSE_USER", "ENCRYPTION_MASTER_KEY", "RABBITMQ_PASSWORD", "RABBITMQ_USER", "REDIS_PASSWORD", "SERVICE_API_KEY", "WEBHOOK_HMAC_SECRET"),
		},
		"temporal-server": {
			"1024", "2048", "temporalio/auto-setup:1.29.3", 7233.0,
			"if command -v temporal >/dev/null; then temporal operator cluster health | grep -qw SERVING && temporal operator namespace list >/dev/null; else nc -z 127.0.0.1 7233; fi",
			[]string{"POSTGRES_PWD", "POSTGRES_USER", "SQL_PASSWORD", "SQL_USER"},
		},
	}
	r := eventual(t, "production")
	for service, w := range cases {
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

// TestServices is R-ECS-3, and what a service is wired to.
func TestServices(t *testing.T) {
	type want struct {
		Min, Max  float64
		Desired   any
		Initially any
		Capacity  string
		Groups    []string
		Target    string
		Registry  string
	}
	web := func(desired, initially any, target, registry string) want {
		return want{100, 200, desired, initially, "FARGATE", []string{"sg-ecs"}, target, registry}
	}
	single := want{0, 100, 1.0, nil, "FARGATE", []string{"sg-ecs", "sg-temporal"}, "", "discovery-temporal-server"}
	spot := web(1.0, nil, "target-scraper", "discovery-scraper")
	spot.Capacity = "FARGATE_SPOT"
	cases := map[string]struct {
		reason, environment string
		changes             []func(map[string]any)
		want                map[string]want
	}{
		"Staging": {
			"Should run as many tasks as the claim says.", "staging", nil,
			map[string]want{
				"backend": web(1.0, nil, "target-backend", "discovery-backend"), "scraper": web(1.0, nil, "target-scraper", "discovery-scraper"),
				"frontend": web(1.0, nil, "target-frontend", ""), "temporal-worker": web(1.0, nil, "", ""), "temporal-server": single,
			},
		},
		"Production": {
			"Should begin with the least number of tasks and leave the number to the autoscaler; Temporal's server never scales.", "production", nil,
			map[string]want{
				"backend": web(nil, 2.0, "target-backend", "discovery-backend"), "scraper": web(nil, 2.0, "target-scraper", "discovery-scraper"),
				"frontend": web(nil, 2.0, "target-frontend", ""), "temporal-worker": web(nil, 2.0, "", ""), "temporal-server": single,
			},
		},
		"Spot": {
			"Should run on Spot, without a change of launch type, which AWS would refuse.", "staging", []func(map[string]any){set(true, "spec", "compute", "services", "scraper", "spot")},
			map[string]want{"scraper": spot},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, tc.environment, tc.changes...)
			for service, w := range tc.want {
				o := r.Resources["service-"+service]
				p := parameters(o)
				got := want{
					Min: p["deploymentMinimumHealthyPercent"].(float64), Max: p["deploymentMaximumPercent"].(float64),
					Desired: p["desiredCount"], Initially: field(o, "spec.initProvider.desiredCount"),
					Capacity: p["capacityProviderStrategy"].([]any)[0].(map[string]any)["capacityProvider"].(string),
					Groups:   refs(field(o, "spec.forProvider.networkConfiguration.securityGroupRefs")),
				}
				got.Target = owner(r, "LBTargetGroup", listed(p["loadBalancer"])["targetGroupArn"])
				got.Registry = owner(r, "Service", field(o, "spec.forProvider.serviceRegistries.registryArn"))
				if diff := cmp.Diff(w, got); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, service, diff)
				}
				same := map[string]any{
					"deploymentCircuitBreaker": map[string]any{"enable": true, "rollback": true}, "deploymentController": map[string]any{"type": "ECS"},
					"waitForSteadyState": true, "forceNewDeployment": true, "enableExecuteCommand": false, "launchType": nil,
				}
				for k, v := range same {
					if diff := cmp.Diff(v, p[k]); diff != "" {
						t.Errorf("\n%s\n%s: %s: -want, +got:\n%s", tc.reason, service, k, diff)
					}
				}
				if diff := cmp.Diff([]any{"Create", "Observe", "Update", "Delete"}, field(o, "spec.managementPolicies")); diff != "" {
					t.Errorf("%s should not take over what others set: -want, +got:\n%s", service, diff)
				}
				if diff := cmp.Diff([]string{"subnet-private-a", "subnet-private-b"}, refs(field(o, "spec.forProvider.networkConfiguration.subnetRefs"))); diff != "" {
					t.Errorf("%s should run in the private subnets: -want, +got:\n%s", service, diff)
				}
			}
		})
	}
}

// listed is the one object in a list.
func listed(v any) map[string]any {
	list, _ := v.([]any)
	if len(list) != 1 {
		return nil
	}
	o, _ := list[0].(map[string]any)
	return o
}

// owner names the resource of a kind that has an ARN.
func owner(r *render.Result, kind string, arn any) string {
	for name, o := range r.Observed {
		if arn != nil && o.GetFields()["kind"].GetStringValue() == kind && field(o, "status.atProvider.arn") == arn {
			return name
		}
	}
	return ""
}

// TestRoles is R-ECS-7: two roles for each service, with what it needs and nothing of another's.
func TestRoles(t *testing.T) {
	own := func(names ...string) []string {
		var out []string
		for _, n := range names {
			out = append(out, "arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-staging/"+n+"-??????")
		}
		return out
	}
	r := eventual(t, "staging")
	master := masterSecret(t, r)
	key := field(r.Observed["key"], "status.atProvider.arn").(string)
	type want struct {
		Secrets, Keys, Task []string
	}
	exports := []string{"arn:aws:s3:::morket-staging-exports-111122223333-us-east-1", "arn:aws:s3:::morket-staging-exports-111122223333-us-east-1/*"}
	cases := map[string]want{
		"backend":         {append(own("clickhouse", "encryption-master-key", "jwt", "opensearch", "rabbitmq", "redis-auth", "service-api-key", "webhook-hmac"), master), []string{key}, exports},
		"scraper":         {own("rabbitmq", "service-api-key"), []string{key}, nil},
		"frontend":        {nil, nil, nil},
		"temporal-worker": {append(own("clickhouse", "encryption-master-key", "rabbitmq", "redis-auth", "service-api-key", "webhook-hmac"), master), []string{key}, exports},
		"temporal-server": {[]string{master}, nil, nil},
	}
	for service, w := range cases {
		var got want
		logs := []string{}
		for _, s := range document(t, r.Resources["role-"+service+"-execution-policy"]).Statement {
			switch s.Sid {
			case "ReadSecrets":
				got.Secrets = s.Resource
			case "DecryptSecrets":
				got.Keys = s.Resource
				if diff := cmp.Diff([]string{"secretsmanager.us-east-1.amazonaws.com"}, s.Condition["StringEquals"]["kms:ViaService"]); diff != "" {
					t.Errorf("%s should use the key through Secrets Manager only: -want, +got:\n%s", service, diff)
				}
			case "WriteLogs":
				logs = s.Resource
			case "LogInToRegistry", "PullImage":
			default:
				t.Errorf("%s: unexpected statement %s", service, s.Sid)
			}
		}
		if o := r.Resources["role-"+service+"-task-policy"]; o != nil {
			for _, s := range document(t, o).Statement {
				got.Task = append(got.Task, s.Resource...)
			}
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		if diff := cmp.Diff([]string{"arn:aws:logs:us-east-1:111122223333:log-group:/ecs/morket-staging/" + service + ":*"}, logs); diff != "" {
			t.Errorf("%s should write its own logs: -want, +got:\n%s", service, diff)
		}
		task, _ := definition(t, r, service)
		for role, field := range map[string]string{"execution": "executionRoleArn", "task": "taskRoleArn"} {
			if got, want := task[field], "arn:aws:iam::111122223333:role/"+external(r.Resources["role-"+service+"-"+role]).(string); got != want {
				t.Errorf("%s: %s should be its own: want %s, got %v", service, field, want, got)
			}
		}
	}
}

// masterSecret is the secret that RDS keeps for Aurora.
func masterSecret(t *testing.T, r *render.Result) string {
	t.Helper()
	list, _ := field(r.Observed["aurora"], "status.atProvider.masterUserSecret").([]any)
	if len(list) != 1 {
		t.Fatal("Aurora has no secret")
	}
	return list[0].(map[string]any)["secretArn"].(string)
}

// TestListeners is R-ALB-1 and R-ALB-2.
func TestListeners(t *testing.T) {
	noDomain := func(o map[string]any) { delete(o["spec"].(map[string]any), "domain") }
	given := set(map[string]any{"name": "staging.morket.io", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/given"}, "spec", "domain")
	https := map[string]string{
		"http 80":    "redirect to HTTPS 443",
		"https 443":  "target-frontend",
		"https rule": "/api/v1/scrape* → target-scraper, /api/v1/* → target-backend",
	}
	cases := map[string]struct {
		reason      string
		changes     []func(map[string]any)
		want        map[string]string
		certificate string
	}{
		"Issued":   {"Should lead HTTPS to the services with a certificate of its own, and redirect HTTP.", nil, https, "issued for api.staging.morket.io"},
		"APIName":  {"Should have the certificate issued for the API's name.", []func(map[string]any){set("backend.morket.io", "spec", "domain", "apiName")}, https, "issued for backend.morket.io"},
		"Given":    {"Should use the certificate that is given.", []func(map[string]any){given}, https, "arn:aws:acm:us-east-1:111122223333:certificate/given"},
		"NoDomain": {"Should lead HTTP to the services where there is no name for a certificate.", []func(map[string]any){noDomain}, map[string]string{"http 80": "target-frontend", "http rule": "/api/v1/scrape* → target-scraper, /api/v1/* → target-backend"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", tc.changes...)
			got, certificate := entrances(t, r)
			maps.Copy(got, routes(t, r))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.certificate, certificate); diff != "" {
				t.Errorf("\n%s\ncertificate: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// entrances says where each listener leads without its rules, and which certificate it shows.
func entrances(t *testing.T, r *render.Result) (got map[string]string, certificate string) {
	t.Helper()
	got = map[string]string{}
	for name, o := range ofKind(r, "LBListener") {
		p := parameters(o)
		key := fmt.Sprintf("%s %v", strings.TrimPrefix(name, "listener-"), p["port"])
		action := listed(p["defaultAction"])
		switch action["type"] {
		case "redirect":
			to := action["redirect"].(map[string]any)
			got[key] = fmt.Sprintf("redirect to %s %s", to["protocol"], to["port"])
		case "forward":
			got[key] = owner(r, "LBTargetGroup", action["targetGroupArn"])
		}
		if p["protocol"] == "HTTPS" {
			certificate = fmt.Sprint(p["certificateArn"])
			if p["sslPolicy"] != "ELBSecurityPolicy-TLS13-1-2-2021-06" {
				t.Errorf("unexpected TLS policy %v", p["sslPolicy"])
			}
		}
	}
	if issued := owner(r, "Certificate", certificate); issued != "" {
		certificate = "issued for " + parameters(r.Resources[issued])["domainName"].(string)
	}
	return got, certificate
}

// routes says where each listener's rules lead, in their order.
func routes(t *testing.T, r *render.Result) map[string]string {
	t.Helper()
	got := map[string]string{}
	rules := map[string]map[float64]string{}
	for _, o := range ofKind(r, "LBListenerRule") {
		p := parameters(o)
		listener := strings.TrimPrefix(ref(p["listenerArnRef"]), "listener-") + " rule"
		if rules[listener] == nil {
			rules[listener] = map[float64]string{}
		}
		action := listed(p["action"])
		if forwarded := listed(action["forward"].(map[string]any)["targetGroup"])["arn"]; forwarded != action["targetGroupArn"] || action["order"] != 1.0 {
			t.Errorf("a rule should say the same twice, with its order, as the provider reads it back: %v", action)
		}
		paths := listed(p["condition"])["pathPattern"].(map[string]any)["values"].([]any)
		rules[listener][p["priority"].(float64)] = fmt.Sprintf("%s → %s", paths[0], owner(r, "LBTargetGroup", action["targetGroupArn"]))
	}
	for listener, byPriority := range rules {
		var list []string
		for _, p := range slices.Sorted(maps.Keys(byPriority)) {
			list = append(list, byPriority[p])
		}
		got[listener] = strings.Join(list, ", ")
	}
	return got
}

// TestTargets is R-ALB-3.
func TestTargets(t *testing.T) {
	r := eventual(t, "staging")
	for service, want := range map[string]string{"backend": "3000 /api/v1/health", "scraper": "8001 /health", "frontend": "80 /"} {
		p := parameters(r.Resources["target-"+service])
		h := p["healthCheck"].(map[string]any)
		if diff := cmp.Diff(want, fmt.Sprintf("%v %v", p["port"], h["path"])); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		if diff := cmp.Diff([]any{30.0, 2.0, 3.0, "200", "ip"}, []any{h["interval"], h["healthyThreshold"], h["unhealthyThreshold"], h["matcher"], p["targetType"]}); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
	}
	if got := len(ofKind(r, "LBTargetGroup")); got != 3 {
		t.Errorf("Should have a target group for each service that the load balancer leads to, got %d", got)
	}
}

// TestAccessLogs is R-ALB-4, in a region whose logs come from an account and in one whose logs come from the service alone.
func TestAccessLogs(t *testing.T) {
	cases := map[string]struct {
		reason, region string
		writers        []string
	}{
		"Older": {"Should let the region's account write, and the service.", "eu-central-1", []string{"arn:aws:iam::054676820928:root", "logdelivery.elasticloadbalancing.amazonaws.com"}},
		"Newer": {"Should let the service write where there is no such account.", "ap-southeast-4", []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", set(tc.region, "spec", "region"), set([]any{tc.region + "a", tc.region + "b"}, "spec", "network", "availabilityZones"))
			bucket := "morket-staging-alb-logs-111122223333-" + tc.region
			alb := parameters(r.Resources["alb"])
			if diff := cmp.Diff(map[string]any{"enabled": true, "bucket": bucket, "prefix": "alb"}, alb["accessLogs"]); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if alb["idleTimeout"] != 120.0 {
				t.Errorf("Should let connections be silent for 120 s, got %v", alb["idleTimeout"])
			}
			if diff := cmp.Diff([]string{"subnet-public-a", "subnet-public-b"}, refs(alb["subnetRefs"])); diff != "" {
				t.Errorf("Should be in the public subnets: -want, +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.writers, logWriters(t, r, bucket)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			rule := listed(parameters(r.Resources["alb-logs-bucket-lifecycle"])["rule"])
			if days := listed(rule["expiration"])["days"]; days != 90.0 {
				t.Errorf("Should keep logs for 90 days, got %v", days)
			}
		})
	}
}

// logWriters are who may write access logs, and nothing else.
func logWriters(t *testing.T, r *render.Result, bucket string) []string {
	t.Helper()
	var writers []string
	for _, s := range document(t, r.Resources["alb-logs-bucket-policy"]).Statement {
		if s.Effect == "Deny" {
			continue
		}
		for _, w := range s.Principal {
			writers = append(writers, w...)
		}
		if diff := cmp.Diff([]string{"arn:aws:s3:::" + bucket + "/alb/AWSLogs/111122223333/*"}, s.Resource); diff != "" {
			t.Errorf("-want, +got:\n%s", diff)
		}
	}
	slices.Sort(writers)
	return writers
}

// TestScaling is R-ECS-4.
func TestScaling(t *testing.T) {
	if r := eventual(t, "staging"); len(ofKind(r, "Target"))+len(ofKind(r, "Policy")) > 0 {
		t.Error("Should not scale in staging.")
	}
	r := eventual(t, "production")
	got := map[string]string{}
	for name, o := range ofKind(r, "Target") {
		p := parameters(o)
		got[name] = fmt.Sprintf("%v to %v of %v", p["minCapacity"], p["maxCapacity"], p["resourceId"])
	}
	want := map[string]string{
		"scaling-backend":         "2 to 10 of service/morket-production/morket-production-backend",
		"scaling-scraper":         "2 to 6 of service/morket-production/morket-production-scraper",
		"scaling-frontend":        "2 to 4 of service/morket-production/morket-production-frontend",
		"scaling-temporal-worker": "2 to 6 of service/morket-production/morket-production-temporal-worker",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	for service := range want {
		for direction, want := range map[string]string{"out": "CPUUtilization GreaterThanOrEqualToThreshold 70", "in": "CPUUtilization LessThanOrEqualToThreshold 30"} {
			alarm := parameters(r.Resources[service+"-"+direction+"-alarm"])
			if diff := cmp.Diff(want, fmt.Sprintf("%v %v %v", alarm["metricName"], alarm["comparisonOperator"], alarm["threshold"])); diff != "" {
				t.Errorf("%s %s: -want, +got:\n%s", service, direction, diff)
			}
			actions := alarm["alarmActions"].([]any)
			if got := owner(r, "Policy", actions[0]); len(actions) != 1 || got != service+"-"+direction {
				t.Errorf("%s: the alarm should set off its policy, got %s", service, got)
			}
			name := strings.TrimPrefix(service, "scaling-")
			if diff := cmp.Diff(map[string]any{"ClusterName": "morket-production", "ServiceName": "morket-production-" + name}, alarm["dimensions"]); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", service, diff)
			}
		}
	}
}

// TestTemporal is R-TMP-1: where the server keeps its data, and how others find it.
func TestTemporal(t *testing.T) {
	r := eventual(t, "production")
	_, server := definition(t, r, "temporal-server")
	got := variables(server)
	endpoint := field(r.Observed["aurora"], "status.atProvider.endpoint")
	for name, want := range map[string]any{
		"DB": "postgres12", "POSTGRES_SEEDS": endpoint, "DB_PORT": "5432", "DBNAME": "temporal", "VISIBILITY_DBNAME": "temporal_visibility",
		"POSTGRES_TLS_ENABLED": "true", "SQL_TLS_ENABLED": "true", "NUM_HISTORY_SHARDS": "512",
		"SQL_PLUGIN": "postgres12", "SQL_HOST": endpoint, "SQL_DATABASE": "temporal", "SQL_VISIBILITY_DATABASE": "temporal_visibility",
	} {
		if got[name] != want {
			t.Errorf("%s should be %v, got %v", name, want, got[name])
		}
	}
	for _, s := range server["secrets"].([]any) {
		if from := s.(map[string]any)["valueFrom"].(string); !strings.HasPrefix(from, masterSecret(t, r)+":") {
			t.Errorf("Should take its credentials from Aurora's secret, got %s", from)
		}
	}
	d := parameters(r.Resources["discovery-temporal-server"])
	namespace := parameters(r.Resources["namespace"])
	if name := fmt.Sprintf("%s.%s", d["name"], namespace["name"]); name != "temporal.morket.local" || ref(namespace["vpcRef"]) != "vpc" {
		t.Errorf("Should be found at temporal.morket.local in the VPC, got %s in %v", name, namespace)
	}
	for _, service := range []string{"backend", "temporal-worker"} {
		_, c := definition(t, r, service)
		if got := variables(c)["TEMPORAL_ADDRESS"]; got != "temporal.morket.local:7233" {
			t.Errorf("%s should be told where Temporal is, got %v", service, got)
		}
	}
}

func variables(container map[string]any) map[string]any {
	out := map[string]any{}
	for _, v := range container["environment"].([]any) {
		out[v.(map[string]any)["name"].(string)] = v.(map[string]any)["value"]
	}
	return out
}

// TestClaimsVariables: what a claim adds, and what it may not.
func TestClaimsVariables(t *testing.T) {
	r := eventual(t, "staging", set(map[string]any{"LOG_LEVEL": "debug", "FEATURE": "on"}, "spec", "compute", "services", "backend", "environment"))
	_, c := definition(t, r, "backend")
	got := variables(c)
	if got["LOG_LEVEL"] != "debug" || got["FEATURE"] != "on" {
		t.Errorf("Should add the claim's variables, above the platform's, got %v and %v", got["LOG_LEVEL"], got["FEATURE"])
	}
	_, other := definition(t, r, "scraper")
	if v := variables(other); v["LOG_LEVEL"] != "info" || v["FEATURE"] != nil {
		t.Errorf("Should add them to no other service, got %v", v)
	}
}

// TestPublished is R-API-4 and R-API-5 for compute.
func TestPublished(t *testing.T) {
	r := eventual(t, "production")
	const registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-"
	alb := field(r.Observed["alb"], "status.atProvider.dnsName")
	for path, want := range map[string]any{
		"status.endpoints.loadBalancer": alb, "status.endpoints.temporal": "temporal.morket.local:7233",
		"status.repositories.backend": registry + "backend", "status.repositories.scraper": registry + "scraper", "status.repositories.frontend": registry + "frontend",
	} {
		if diff := cmp.Diff(want, field(r.XR, path)); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", path, diff)
		}
	}
	for key, want := range map[string]any{
		"ecsClusterName": "morket-production", "loadBalancerDnsName": alb, "temporalAddress": "temporal.morket.local:7233",
		"backendRepositoryUrl": registry + "backend", "backendTaskDefinitionArn": parameters(r.Resources["service-backend"])["taskDefinition"],
	} {
		if diff := cmp.Diff(want, any(string(r.Details[key]))); diff != "" {
			t.Errorf("connection detail %s: -want, +got:\n%s", key, diff)
		}
	}
}

// TestWaiting: a service that cannot run yet is not composed, and the condition names it or what it waits for.
func TestWaiting(t *testing.T) {
	cases := map[string]struct {
		reason, service, lost, want string
	}{
		"Endpoint": {"Should name what AWS has not told yet.", "backend", "redis", "service-backend waits for Redis' primary node"},
		"Instance": {"Should not start what would find nobody at the database.", "temporal-server", "aurora-0", "service-temporal-server waits for Aurora's first instance"},
		"Secret":   {"Should name the secret.", "scraper", "secret-service-api-key", "service-scraper waits for the secret service-api-key"},
		"Rule":     {"Should not start what the load balancer does not lead to: ECS would refuse it.", "scraper", "rule-https-scraper", "waiting for rule-https-scraper (LBListenerRule)"},
		"Listener": {"Should not start the default target before the listener is there.", "frontend", "listener-https", "waiting for listener-https (LBListener)"},
		"Policy":   {"Should not start what cannot pull its image.", "frontend", "role-frontend-execution-policy", "waiting for role-frontend-execution-policy (RolePolicy)"},
		"Name":     {"Should not start what others could not find.", "temporal-server", "discovery-temporal-server", "waiting for discovery-temporal-server (Service)"},
	}
	r := eventual(t, "staging")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := platformtest.Observed(r)
			observed[tc.lost] = proto.CloneOf(observed[tc.lost])
			delete(observed[tc.lost].GetResource().GetFields(), "status")
			delete(observed, "service-"+tc.service)
			got := platformtest.Once(t, platformtest.XR(t, "staging", nil), observed)
			if got.Resources["service-"+tc.service] != nil {
				t.Errorf("\n%s", tc.reason)
			}
			c := condition(got, "ComputeReady")
			if c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE || !strings.Contains(c.GetMessage(), tc.want) {
				t.Errorf("\n%s\nComputeReady should be False and say %q, got %v", tc.reason, tc.want, c)
			}
			delete(observed, tc.lost)
			for name := range observed { // rule 1, for services that run
				if strings.HasPrefix(name, "service-") && got.Resources[name] == nil {
					t.Errorf("\n%s\n%s runs, and should go on", tc.reason, name)
				}
			}
		})
	}
}
