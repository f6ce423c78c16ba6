package compute_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
)

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
		return want{100, 200, desired, initially, "FARGATE weight 1", []string{"sg-ecs"}, target, registry}
	}
	single := want{0, 100, 1.0, nil, "FARGATE weight 1", []string{"sg-ecs", "sg-temporal"}, "", "discovery-temporal-server"}
	spot := web(1.0, nil, "target-scraper", "discovery-scraper")
	spot.Capacity = "FARGATE base 1 weight 0, FARGATE_SPOT weight 1"
	spot.Desired = 2.0
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
			"Should run on Spot beyond the first task, without a change of launch type, which AWS would refuse.", "staging",
			[]func(map[string]any){set(true, "spec", "compute", "services", "scraper", "spot"), set(2.0, "spec", "compute", "services", "scraper", "desiredCount")},
			map[string]want{"scraper": spot},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, tc.environment, tc.changes...)
			id := func(name string) string { return field(r.Observed[name], "status.atProvider.id").(string) }
			for service, w := range tc.want {
				o := r.Resources["service-"+service]
				p := parameters(o)
				got := want{
					Min: p["deploymentMinimumHealthyPercent"].(float64), Max: p["deploymentMaximumPercent"].(float64),
					Desired: p["desiredCount"], Initially: field(o, "spec.initProvider.desiredCount"),
					Capacity: strategy(p["capacityProviderStrategy"]),
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
				// In the order of their ids, see layer.FollowingRefs.
				want := []string{"subnet-private-a", "subnet-private-b"}
				slices.SortFunc(want, func(a, b string) int { return strings.Compare(id(a), id(b)) })
				if diff := cmp.Diff(want, refs(field(o, "spec.forProvider.networkConfiguration.subnetRefs"))); diff != "" {
					t.Errorf("%s should run in the private subnets: -want, +got:\n%s", service, diff)
				}
			}
		})
	}
}

// strategy is a capacity provider strategy in one line.
func strategy(v any) string {
	var out []string
	for _, e := range v.([]any) {
		s := e.(map[string]any)
		line := fmt.Sprint(s["capacityProvider"])
		if s["base"] != nil {
			line += fmt.Sprintf(" base %v", s["base"])
		}
		out = append(out, line+fmt.Sprintf(" weight %v", s["weight"]))
	}
	return strings.Join(out, ", ")
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
		if arn != nil && fields.Text(o, "kind") == kind && field(o, "status.atProvider.arn") == arn {
			return name
		}
	}
	return ""
}
