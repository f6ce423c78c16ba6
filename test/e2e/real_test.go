package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/test/e2e/mockaws"
	"github.com/morket-io/platform/test/e2e/simulated"
	"github.com/morket-io/platform/test/e2e/stack"
)

// Where the mock of AWS listens, and the proxy in front of it that everybody asks.
const (
	mockAddress  = "127.0.0.1:4566"
	proxyAddress = "127.0.0.1:4567"
)

// proxy is what stands between the real provider and the mock of AWS; nil if the provider is the simulated one.
var proxy *mockaws.Proxy

const (
	realReadyLimit = 25 * time.Minute // OpenSearch's domain takes ten
	realGoneLimit  = 20 * time.Minute
	poll           = time.Minute // how often the provider looks for drift
	settle         = 30 * time.Second
)

// notServed are the kinds that the real provider is kept from, with the reason. SLOW=0 leaves out those too that take long.
func notServed() map[string]string {
	out := maps.Clone(mockaws.Unserved)
	if os.Getenv("SLOW") == "0" {
		maps.Copy(out, mockaws.Slow)
	}
	return out
}

// unserved are those kinds by name.
func unserved() []string { return slices.Sorted(maps.Keys(notServed())) }

// startReal starts the mock of AWS, the proxy and the real provider.
func startReal(ctx context.Context, binary string) error {
	if err := mockaws.Installed(ctx); err != nil {
		return err
	}
	server := &mockaws.Server{Root: control.Root, Address: mockAddress, Account: "111122223333", Zones: map[string]string{"Z0123456789ABCDEFGHIJ": "morket.io"}}
	if err := control.Run("aws", nil, server.Command()...); err != nil {
		return err
	}
	if err := stack.Until(ctx, time.Minute, func() error { return server.Ready(ctx) }); err != nil {
		return err
	}
	var err error
	if proxy, err = mockaws.NewProxy(ctx, proxyAddress, server.URL()); err != nil {
		return err
	}
	if err := control.Apply(ctx, mockaws.ProviderConfig(proxy.URL, stack.Namespace, control.Kinds)); err != nil {
		return err
	}
	real := mockaws.Provider{Binary: binary, Kubeconfig: control.Kubeconfig, Certs: control.ConversionCerts(), Endpoint: proxy.URL, Poll: poll}
	argv, env := real.Command()
	if err := control.Run("provider", env, argv...); err != nil {
		return err
	}
	if err := stack.Until(ctx, 2*time.Minute, func() error { return stack.Listens(fmt.Sprintf("127.0.0.1:%d", mockaws.WebhookPort)) }); err != nil {
		return err
	}
	if kinds := unserved(); len(kinds) > 0 {
		provider, err = simulated.Beside(ctx, control.Config, watched, control.Kinds, kinds)
	}
	return err
}

// TestAWS takes two platforms through their lives with the real provider, against a mock of AWS.
func TestAWS(t *testing.T) {
	if proxy == nil {
		t.Skip("the provider is the simulated one: make e2e-aws runs this")
	}
	report.Provider = "provider-aws v2.5.0 against moto " + mockaws.MotoVersion
	report.Unserved = notServed()
	claim := example(t, "staging", `spec: {writeConnectionSecretToRef: {name: morket-staging}}`)
	production := example(t, "production")
	all := []*unstructured.Unstructured{claim, production}
	if os.Getenv("ONLY") == "staging" {
		all = all[:1]
	}

	step(t, "Ready", func(t *testing.T) {
		began := time.Now()
		mustCreate(t, all...)
		for _, u := range all {
			waitReady(t, realReadyLimit, u)
			reportPlatform(t, u, time.Since(began))
		}
		for _, u := range all {
			checkReady(t, u)
		}
		report.Calls = proxy.Count(0)
	})
	alone := len(all)
	if os.Getenv("ONLY") != "staging" && os.Getenv("TWINS") != "0" {
		// Not with the others: four at once keep two cores so busy that Crossplane's two minutes for a look do not suffice.
		step(t, "Twins", func(t *testing.T) {
			twins := twins(t)
			mustCreate(t, twins...)
			waitReady(t, realReadyLimit, twins...)
			checkYounger(t, twins[0])
			all = append(all, twins...)
		})
	}
	step(t, "Secrets", func(t *testing.T) { checkSecrets(t, claim) })
	step(t, "Columns", checkColumns)
	step(t, "Readback", func(t *testing.T) {
		for _, u := range all {
			checkReadback(t, u)
		}
	})
	step(t, "Quiet", func(t *testing.T) { checkRealQuiet(t, all) })
	step(t, "QuietPlan", func(t *testing.T) {
		for _, u := range all {
			checkQuietPlan(t, u)
		}
	})
	if twins := all[alone:]; len(twins) > 0 {
		step(t, "DeleteTwins", func(t *testing.T) { checkDelete(t, realGoneLimit, twins, leftReal(t), wantReal) })
		all = all[:alone]
	}
	step(t, "BadClaims", checkBadClaims)
	step(t, "LateBadChanges", func(t *testing.T) { checkLateChanges(t, claim) })
	step(t, "Resize", func(t *testing.T) { checkResize(t, claim) })
	step(t, "Rollout", func(t *testing.T) { checkRollout(t, claim) })
	step(t, "Rotation", func(t *testing.T) {
		checkRotation(t, claim)
		checkReadback(t, claim)
	})
	step(t, "Replacement", func(t *testing.T) { checkReplacement(t, claim) })
	step(t, "Drift", func(t *testing.T) { checkDrift(t, claim) })
	if len(all) > 1 {
		step(t, "LostStores", func(t *testing.T) { checkLostStores(t, production) })
	}
	step(t, "Faults", func(t *testing.T) {
		mark := proxy.Mark()
		claim := staging(t, "faults")
		checkFaults(t, realReadyLimit, realFaults(), rescue, claim)
		if calls := proxy.Changes(mark, mockaws.Delete); len(calls) > 0 {
			t.Errorf("Should delete nothing in AWS: %s", brief(calls))
		}
		everybody := append(slices.Clone(all), claim)
		retire(t, everybody)
		unselect(t, everybody)
		if twice, err := mockaws.Twice(t.Context(), proxy.URL, "us-east-1", claim.GetNamespace()+"/"+claim.GetName()); err != nil || len(twice) > 0 {
			t.Errorf("Should make nothing twice in AWS: %v, %v", twice, err)
		}
		checkReadback(t, claim)
		all = append(all, claim)
	})
	step(t, "Lost", func(t *testing.T) { // a platform of its own, because what it has in AWS a second time stays there
		claim := staging(t, "lost")
		mustCreate(t, claim)
		waitReady(t, realReadyLimit, claim)
		checkLost(t, realReadyLimit, claim, &realAccount{})
		deleteAndWait(t, realGoneLimit, claim)
	})
	var left *leftovers
	step(t, "Delete", func(t *testing.T) {
		if len(all) > 1 {
			left = leftOf(t, production)
		}
		checkDelete(t, realGoneLimit, all, leftReal(t), wantReal)
	})
	if left != nil {
		step(t, "Return", func(t *testing.T) {
			checkReturn(t, realReadyLimit, production, left, &realAccount{})
			deleteAndWait(t, realGoneLimit, production)
		})
	}
	report.CallsInAll = proxy.Count(0)
}

// leftReal is what is left of a claim in AWS, listed from AWS.
func leftReal(t *testing.T) func(claim *unstructured.Unstructured, xr string) []string {
	return func(claim *unstructured.Unstructured, _ string) []string {
		left, err := mockaws.Left(t.Context(), proxy.URL, claim)
		if err != nil {
			t.Fatal(err)
		}
		return left
	}
}

// checkRealQuiet checks that nothing moves once all is Ready: nothing in AWS, and no managed resource, not even there and back
// again, as where two correct each other.
func checkRealQuiet(t *testing.T, claims []*unstructured.Unstructured) {
	t.Helper()
	time.Sleep(settle) // what was still on its way when the last resource became ready
	mark, before, until := proxy.Mark(), map[string]string{}, time.Now().Add(quiet())
	moved := map[string]int{}
	for first := true; first || time.Now().Before(until); first = false {
		for _, u := range claims {
			for name, r := range mustComposed(t, u) {
				key, now := u.GetNamespace()+"/"+u.GetName()+": "+name, withoutTimes(t, r)
				if !first && before[key] != now {
					moved[key]++
				}
				before[key] = now
			}
		}
		time.Sleep(time.Second)
	}
	if len(moved) > 0 {
		t.Errorf("Should change nothing once all is Ready, was changed so many times in %s: %v", quiet(), moved)
	}
	if calls := proxy.Changes(mark); len(calls) > 0 {
		t.Errorf("Should change nothing in AWS once all is Ready: %s", brief(calls))
	}
}

// withoutTimes is all that an object says but when it was written. The provider writes with each look when it last found its
// resource in order, although it did before: upjet's Observe says so without the generation, and crossplane-runtime with it.
func withoutTimes(t *testing.T, u *unstructured.Unstructured) string {
	t.Helper()
	o := u.DeepCopy()
	o.SetManagedFields(nil)
	o.SetResourceVersion("")
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if m, ok := c.(map[string]any); ok {
			delete(m, "lastTransitionTime")
		}
	}
	if conditions != nil {
		if err := unstructured.SetNestedSlice(o.Object, conditions, "status", "conditions"); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(o.Object)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// brief are calls by what they do, each once.
func brief(calls []mockaws.Call) string {
	times := map[string]int{}
	for _, c := range calls {
		times[fmt.Sprintf("%s %s %s (%d)", c.Service, c.Action, c.Names, c.Status)]++
	}
	out := make([]string, 0, len(times))
	for what, n := range times {
		out = append(out, fmt.Sprintf("%d x %s", n, what))
	}
	slices.Sort(out)
	return "\n" + strings.Join(out, "\n")
}

// checkReadback compares what AWS has with what a claim asks for.
func checkReadback(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	if err := refresh(t.Context(), claim); err != nil {
		t.Fatal(err)
	}
	want := mockaws.Expected{Secrets: map[string]string{}, Without: unserved()}
	prefix, _, _ := unstructured.NestedString(claim.Object, "status", "namePrefix")
	for _, u := range mustComposed(t, claim) {
		if u.GetKind() == "MetricAlarm" {
			want.Alarms++
		}
	}
	for secret, value := range secretValues(t, claim) {
		want.Secrets[prefix+"/"+secret] = value
	}
	for _, difference := range mockaws.Check(t.Context(), proxy.URL, claim, want) {
		t.Errorf("Should find in AWS what %s asks for: %s", claim.GetName(), difference)
	}
}

// A refusal is a change of a managed resource behind the claim's back, and whether the provider makes it.
type refusal struct {
	resource, path string
	value          any
	refused        bool
}

// refusals are held against internal/kinds, which morket plan goes by.
var refusals = []refusal{
	{"subnet-private-a", "cidrBlock", "10.0.77.0/24", true},
	{"subnet-private-a", "mapPublicIpOnLaunch", true, false},
	{"vpc", "cidrBlock", "10.77.0.0/16", true},
	{"aurora", "masterUsername", "somebody", true},
	{"aurora", "backupRetentionPeriod", 9.0, false},
	{"log-group-backend", "retentionInDays", 60.0, false},
	{"alb", "internal", true, true},
	{"alb", "idleTimeout", 99.0, false},
	{"clickhouse-volume", "encrypted", false, true},
	{"clickhouse-volume", "iops", 4100.0, false},
	{"topic", "fifoTopic", true, true},
	{"topic", "displayName", "Somebody", false},
}

// checkReplacement changes managed resources of a platform that Crossplane is kept from, and looks whether the provider
// says that the change would need another resource exactly where morket plan does.
func checkReplacement(t *testing.T, claim *unstructured.Unstructured) {
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	pause := func(value string) {
		for _, u := range []*unstructured.Unstructured{claim, xr} {
			if err := change(t.Context(), u, fmt.Sprintf(`metadata: {annotations: {crossplane.io/paused: %s}}`, value)); err != nil {
				t.Fatal(err)
			}
		}
	}
	pause(`"true"`)
	defer pause("null")
	for _, r := range refusals {
		u := mustComposed(t, claim)[r.resource]
		if u == nil {
			t.Errorf("Should compose %s", r.resource)
			continue
		}
		was, _, _ := unstructured.NestedFieldCopy(u.Object, "spec", "forProvider", r.path)
		old, _, _ := unstructured.NestedMap(u.Object, "spec", "forProvider")
		updated, _ := merge(old, map[string]any{r.path: r.value}).(map[string]any)
		if _, says := kinds.Refused(kinds.Parse(u.GetAPIVersion(), u.GetKind()), r.path, kinds.Change{Old: was, New: r.value, Before: old, After: updated}); says != r.refused {
			t.Errorf("Should say of %s of %s that it needs another resource: %t, the table says %t", r.path, u.GetKind(), r.refused, says)
		}
		if err := change(t.Context(), u, fmt.Sprintf(`spec: {forProvider: {%s: %v}}`, r.path, r.value)); err != nil {
			t.Errorf("%s of %s: %v", r.path, r.resource, err)
			continue
		}
		generation := u.GetGeneration()
		if err := stack.Until(t.Context(), settleLimit(), func() error {
			if err := refresh(t.Context(), u); err != nil {
				return err
			}
			status, message := stack.Condition(u, "Synced")
			seen := observedGeneration(u, "Synced") >= generation
			refused := status == "False" && strings.Contains(message, "requires replacing")
			if !seen || refused != r.refused || !refused && status != "True" {
				return fmt.Errorf("%s of %s should be refused: %t; Synced is %q: %s", r.path, r.resource, r.refused, status, message)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		// Null takes a field away again that there was not.
		raw, err := json.Marshal(map[string]any{"spec": map[string]any{"forProvider": map[string]any{r.path: was}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := change(t.Context(), u, string(raw)); err != nil {
			t.Errorf("%s of %s: %v", r.path, r.resource, err)
		}
	}
}

// observedGeneration is the generation of an object that a condition is about, the object's own if it does not say.
func observedGeneration(u *unstructured.Unstructured, typ string) int64 {
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, c := range conditions {
		if m, ok := c.(map[string]any); ok && m["type"] == typ {
			if g, ok := m["observedGeneration"].(int64); ok {
				return g
			}
		}
	}
	return u.GetGeneration()
}

// checkDrift changes things in AWS behind everybody's back, all at once, and waits until each is put right.
func checkDrift(t *testing.T, claim *unstructured.Unstructured) {
	if err := refresh(t.Context(), claim); err != nil {
		t.Fatal(err)
	}
	all := mustComposed(t, claim)
	nameOf := func(resource string) string { return all[resource].GetAnnotations()[externalName] }
	mark := proxy.Mark()
	wanted := map[string]int{} // calls by service and action, ours too
	for _, d := range []struct {
		service, operation string
		parameters         map[string]any
		ours, mends        string // service and action, as the proxy has them
	}{
		{
			"logs", "put_retention_policy", map[string]any{"logGroupName": nameOf("log-group-backend"), "retentionInDays": 1},
			"logs PutRetentionPolicy", "logs PutRetentionPolicy",
		},
		{
			"elbv2", "modify_load_balancer_attributes", map[string]any{"LoadBalancerArn": nameOf("alb"), "Attributes": []any{map[string]any{"Key": "idle_timeout.timeout_seconds", "Value": "7"}}},
			"elasticloadbalancing ModifyLoadBalancerAttributes", "elasticloadbalancing ModifyLoadBalancerAttributes",
		},
		{
			"s3", "delete_public_access_block", map[string]any{"Bucket": nameOf("frontend-bucket")},
			"s3 DELETE bucket?publicAccessBlock", "s3 PUT bucket?publicAccessBlock",
		},
		{
			"s3", "delete_bucket_lifecycle", map[string]any{"Bucket": nameOf("exports-bucket")},
			"s3 DELETE bucket?lifecycle", "s3 PUT bucket?lifecycle",
		},
		{
			"ec2", "revoke_security_group_ingress", map[string]any{"GroupId": nameOf("sg-redis"), "SecurityGroupRuleIds": []any{nameOf("sg-redis-from-ecs-6379")}},
			"ec2 RevokeSecurityGroupIngress", "ec2 AuthorizeSecurityGroupIngress",
		},
	} {
		if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", d.service, d.operation, d.parameters); err != nil {
			t.Errorf("%s: %v", d.operation, err)
			continue
		}
		wanted[d.ours]++
		wanted[d.mends]++
	}
	if err := stack.Every(t.Context(), time.Second, 4*poll, func() error {
		done := map[string]int{}
		for _, c := range proxy.Changes(mark) {
			done[c.Service+" "+c.Action]++
		}
		for call, times := range wanted {
			if done[call] < times {
				return fmt.Errorf("%s should be called %d times, by whoever changed it or put it right: %v", call, times, done)
			}
		}
		if differences := mockaws.Check(t.Context(), proxy.URL, claim, mockaws.Expected{Without: unserved()}); len(differences) > 0 {
			return errors.New(strings.Join(differences, "; "))
		}
		return nil
	}); err != nil {
		t.Errorf("Should put right what was changed in AWS: %v", err)
	}
}

// realFaults are those of the control plane, and those that only the real provider meets.
func realFaults() []fault {
	return append(faults(),
		fault{"provider-killed", 0.62, down("provider", 5*time.Second)},
		fault{"aws-errors", 0.64, func(*testing.T) error { proxy.Disturb(mockaws.Fault{Share: 0.5}, 30*time.Second); return nil }},
		fault{"aws-throttles", 0.66, func(*testing.T) error {
			proxy.Disturb(mockaws.Fault{Share: 0.8, Throttle: true}, 30*time.Second)
			return nil
		}},
	)
}
