package compute_test

import (
	"encoding/json"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
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
	return fields.Object(o, "spec", "forProvider").AsMap()
}

// field is one of a resource's fields, by a path such as spec.deletionPolicy.
func field(o *structpb.Struct, path string) any {
	return fields.Lookup(o, path).AsInterface()
}

// ofKind are the resources of a kind, by name.
func ofKind(r *render.Result, kind string) map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, o := range r.Resources {
		if fields.Text(o, "kind") == kind {
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

// condition is the layer's.
func condition(r *render.Result) *fnv1.Condition {
	for _, c := range r.Conditions {
		if c.GetType() == "ComputeReady" {
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
			c := condition(got)
			if c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE || !strings.Contains(c.GetMessage(), tc.want) {
				t.Errorf("\n%s\nComputeReady should be False and say %q, got %v", tc.reason, tc.want, c)
			}
			delete(observed, tc.lost)
			for name := range observed { // design rule 1, for services that run
				if strings.HasPrefix(name, "service-") && got.Resources[name] == nil {
					t.Errorf("\n%s\n%s runs, and should go on", tc.reason, name)
				}
			}
		})
	}
}
