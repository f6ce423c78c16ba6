package plan_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// TestCost holds the estimate against sums made by hand.
func TestCost(t *testing.T) {
	const service = `
s: {apiVersion: ecs.aws.upbound.io/v1beta2, kind: Service, spec: {forProvider: {desiredCount: 2, taskDefinition: "arn:t"}}}
t: {apiVersion: ecs.aws.upbound.io/v1beta2, kind: TaskDefinition, spec: {forProvider: {cpu: "512", memory: "1024"}}, status: {atProvider: {arn: "arn:t"}}}`
	cases := map[string]struct {
		reason, resources string
		want              float64
		unknown           []string
	}{
		"Nothing":    {"Should be free", `{}`, 0, nil},
		"Redis":      {"Should count nodes", `{r: ` + redis + `{forProvider: {nodeType: cache.r6g.large, numCacheClusters: 2}}}}`, 2 * 0.206 * 730, nil},
		"Unknown":    {"Should say that it does not know a price, and guess none", `{r: ` + redis + `{forProvider: {nodeType: cache.x9.large, numCacheClusters: 2}}}}`, 0, []string{"cache.x9.large (Redis)"}},
		"OpenSearch": {"Should count nodes, masters and their volumes", `{d: ` + domain + `{forProvider: {clusterConfig: {instanceCount: 2, instanceType: r6g.large.search, dedicatedMasterEnabled: true, dedicatedMasterCount: 3, dedicatedMasterType: m6g.large.search}, ebsOptions: {volumeSize: 100}}}}}`, (2*0.167+3*0.128)*730 + 2*100*0.122, nil},
		"Broker":     {"Should count three brokers of a cluster", `{b: {apiVersion: mq.aws.upbound.io/v1beta2, kind: Broker, spec: {forProvider: {hostInstanceType: mq.m5.large, deploymentMode: CLUSTER_MULTI_AZ}}}}`, 3 * 0.288 * 730, nil},
		"Volume":     {"Should count what is above a volume's free share", `{v: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: EBSVolume, spec: {forProvider: {size: 500, iops: 4000, throughput: 225}}}}`, 500*0.08 + 1000*0.005 + 100*0.04, nil},
		"Service":    {"Should count a service's tasks by their size", service, 2 * (0.5*0.04048 + 1*0.004445) * 730, nil},
		"SpotBase":   {"Should count the task that is not on Spot in full", strings.Replace(service, "desiredCount: 2", "desiredCount: 2, capacityProviderStrategy: [{capacityProvider: FARGATE, base: 1, weight: 0}, {capacityProvider: FARGATE_SPOT, weight: 1}]", 1), 1.3 * (0.5*0.04048 + 1*0.004445) * 730, nil},
		"Spot":       {"Should count a share of it on Spot", strings.Replace(service, "desiredCount: 2", "desiredCount: 2, capacityProviderStrategy: [{capacityProvider: FARGATE_SPOT}]", 1), 0.3 * 2 * (0.5*0.04048 + 1*0.004445) * 730, nil},
		"Scaled":     {"Should count the minimum of what an autoscaler chooses", strings.Replace(service, "{forProvider: {desiredCount: 2, ", "{initProvider: {desiredCount: 3}, forProvider: {", 1), 3 * (0.5*0.04048 + 1*0.004445) * 730, nil},
		"Balancer":   {"Should count a load balancer's addresses", `{l: {apiVersion: elbv2.aws.upbound.io/v1beta2, kind: LB, spec: {forProvider: {subnetRefs: [{name: a}, {name: b}]}}}}`, (0.0225 + 2*0.005) * 730, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := plan.Compare(states(t, `{}`, tc.resources)).Cost
			if diff := c.After - tc.want; diff > 0.01 || diff < -0.01 || c.Before != 0 {
				t.Errorf("%s: want %.2f, got %.2f, from %.2f", tc.reason, tc.want, c.After, c.Before)
			}
			if diff := cmp.Diff(tc.unknown, c.Unknown); diff != "" {
				t.Errorf("%s: unknown: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	was, will := states(t, `{r: `+redis+`{deletionPolicy: Orphan, forProvider: {nodeType: cache.r6g.large, numCacheClusters: 1}}}}`, `{}`)
	if c := plan.Compare(was, will).Cost; c.Before != c.After {
		t.Errorf("Should go on counting what is left behind in AWS, got %v", c)
	}
}

// TestCostLines: what is printed of a cost adds up, and cents are not worth a line.
func TestCostLines(t *testing.T) {
	cases := map[string]struct {
		reason string
		cost   plan.Cost
		want   string
	}{
		"Cents": {
			"Should leave out what changes by cents, and say nothing of -0",
			plan.Cost{Before: 2137.35, After: 2137.15, Currency: "USD", Items: []plan.CostItem{{Name: "alarms", Before: 3.7, After: 3.5}}},
			"Cost: about 2137 USD a month, as before.\n",
		},
		"Rounded": {
			"Should take the difference of what is shown",
			plan.Cost{Before: 300.76, After: 150.38, Currency: "USD", Items: []plan.CostItem{{Name: "Redis", Before: 300.76, After: 150.38}}},
			"Cost: about 301 → 150 USD a month (-151).\n  Redis: 301 → 150 (-151)\n",
		},
		"Unknown": {
			"Should not leave out what cannot be told",
			plan.Cost{Before: 1, After: 1, Currency: "USD", Unknown: []string{"x (Redis)"}, Items: []plan.CostItem{{Name: "Redis", AfterUnknown: true}}},
			"Cost: about 1 → 1 USD a month, and what has no price here: x (Redis).\n  Redis: 0 → unknown\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := (&plan.Plan{Cost: &tc.cost}).WriteText(&b); err != nil {
				t.Fatal(err)
			}
			_, got, _ := strings.Cut(b.String(), "Cost: ")
			got, _, _ = strings.Cut("Cost: "+got, "  Approximate")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestExamplesHavePrices fails when a sizing names a type without a price.
func TestExamplesHavePrices(t *testing.T) {
	for _, environment := range platformtest.Environments {
		p := change(t, &plan.Input{}, input(t, environment, nil))
		if len(p.Cost.Unknown) > 0 {
			t.Errorf("%s: Should know the prices of what it is made of: add %q to prices.yaml", environment, p.Cost.Unknown)
		}
	}
}
