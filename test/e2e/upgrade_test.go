package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/e2e/stack"
)

// TestUpgrade creates platforms with the baseline, and upgrades the Configuration and the function to the tree: first the channel next with
// staging, as docs/tasks/channels.md says, then the channel stable. (R-LIFE-2, R-LIFE-3)
func TestUpgrade(t *testing.T) {
	if baseline == "" || realProvider != "" {
		t.Skip("make e2e-upgrade runs this, with the simulated provider")
	}
	both := []*unstructured.Unstructured{example(t, "staging"), example(t, "production")}
	step(t, "Ready", func(t *testing.T) {
		mustCreate(t, both...)
		waitReady(t, readyLimit, both...)
	})
	was := map[string]*upgraded{}
	step(t, "Plan", func(t *testing.T) {
		for _, u := range both {
			was[u.GetName()] = stateOf(t, u)
			checkUpgradePlan(t, was[u.GetName()].planned)
		}
	})
	created := provider.Account.Created()
	step(t, "Configuration", func(t *testing.T) {
		before := []int{asked(t, both[0], functionLog), asked(t, both[1], functionLog)}
		if err := control.UpgradeConfiguration(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, u := range both {
			waitAsked(t, u, functionLog, before[i])
			checkKept(t, u, was[u.GetName()], nil)
		}
	})
	step(t, "Next", func(t *testing.T) {
		if err := control.InstallNext(t.Context()); err != nil {
			t.Fatal(err)
		}
		selectChannel(t, both[0], "morket-platform-next")
		waitAsked(t, both[0], functionChannelLog, 0)
		checkKept(t, both[0], was[both[0].GetName()], was[both[0].GetName()].planned)
		if n := asked(t, both[1], functionChannelLog); n > 0 {
			t.Errorf("Should ask the function of the channel next about staging alone, and asked it %d times about production", n)
		}
		checkKept(t, both[1], was[both[1].GetName()], nil)
	})
	step(t, "Back", func(t *testing.T) {
		before := asked(t, both[0], functionLog)
		selectChannel(t, both[0], "morket-platform")
		waitAsked(t, both[0], functionLog, before)
		was[both[0].GetName()].checkIdentity(t, both[0])
		was[both[0].GetName()] = stateOf(t, both[0])
	})
	step(t, "Stable", func(t *testing.T) {
		if err := control.UpgradeStable(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, u := range both {
			reconcile(t, u) // v0.1.0 asked for the next reconcile in an hour
			waitAsked(t, u, functionNextLog, 0)
		}
	})
	step(t, "Announced", func(t *testing.T) {
		for _, u := range both {
			checkKept(t, u, was[u.GetName()], was[u.GetName()].planned)
		}
		for thing, times := range provider.Account.Created() {
			if created[thing] > 0 && created[thing] != times {
				t.Errorf("Should create nothing a second time in AWS: %s", thing)
			}
		}
	})
	step(t, "QuietPlan", func(t *testing.T) {
		for _, u := range both {
			checkQuietPlan(t, u)
		}
	})
	step(t, "MissingRight", func(t *testing.T) { checkMissingRight(t, both[0]) })
	step(t, "Rollout", func(t *testing.T) { checkRollout(t, both[1]) })
	step(t, "Delete", func(t *testing.T) { checkDelete(t, goneLimit, both, leftSimulated, wantSimulated) })
	if conflicts := provider.Account.Conflicts(); len(conflicts) > 0 {
		t.Errorf("Should ask AWS for nothing that it would not bear:\n%s", strings.Join(conflicts, "\n"))
	}
}

// checkMissingRight has AWS refuse to create something because the provider's role lacks a right: the claim says so, everything else is
// done, and the platform becomes Ready when the role has the right. (R-LIFE-2)
func checkMissingRight(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	const denied = "AccessDenied: not authorized to perform: sns:Subscribe"
	provider.Deny("TopicSubscription", denied)
	defer provider.Deny("TopicSubscription", "")
	if err := change(t.Context(), claim, `spec: {monitoring: {emails: [platform@example.org], alarms: {auroraCPUPercent: 71}}}`); err != nil {
		t.Fatal(err)
	}
	told(t, claim, denied)
	if err := stack.Until(t.Context(), settleLimit(), func() error {
		alarm := mustComposed(t, claim)["alarm-aurora-0-cpu"]
		threshold, _, _ := unstructured.NestedFieldNoCopy(alarm.Object, "status", "atProvider", "threshold")
		if fmt.Sprint(threshold) != "71" {
			return fmt.Errorf("the alarm's threshold in AWS is %v", threshold)
		}
		return nil
	}); err != nil {
		t.Errorf("Should do everything else meanwhile: %v", err)
	}
	provider.Deny("TopicSubscription", "")
	waitReady(t, settleLimit(), claim)
}

// upgraded is a platform before its upgrade.
type upgraded struct {
	planned     *plan.Plan
	generations map[string]int64
	uids        map[string]string // of the managed resources, by their names
	secrets     map[string]map[string]string
}

func stateOf(t *testing.T, claim *unstructured.Unstructured) *upgraded {
	t.Helper()
	all := mustComposed(t, claim)
	return &upgraded{
		planned: livePlan(t, claim, `{}`), generations: generations(all), uids: uids(all), secrets: secrets(t, claim),
	}
}

func uids(all map[string]*unstructured.Unstructured) map[string]string {
	out := make(map[string]string, len(all))
	for name, u := range all {
		out[name] = string(u.GetUID())
	}
	return out
}

// checkUpgradePlan: an upgrade announces no outage, and neither deletes nor replaces anything.
func checkUpgradePlan(t *testing.T, p *plan.Plan) {
	t.Helper()
	for _, c := range p.Changes {
		t.Logf("%s: %s %s (%s) %v", p.Platform, c.Action, c.Name, c.Kind, c.Fields)
		if c.Action == plan.Delete || c.Action == plan.Replace || c.Action == plan.Refuse {
			t.Errorf("Should announce no %s of %s (%s)", c.Action, c.Name, c.Kind)
		}
		for _, i := range c.Impacts {
			if i.Outage {
				t.Errorf("Should announce no outage of %s: %s", c.Name, i.Effect)
			}
		}
	}
}

// selectChannel has a claim name another Composition.
func selectChannel(t *testing.T, claim *unstructured.Unstructured, composition string) {
	t.Helper()
	if err := change(t.Context(), claim, fmt.Sprintf("spec: {compositionRef: {name: %s}}", composition)); err != nil {
		t.Fatal(err)
	}
}

// reconcile has Crossplane reconcile a platform now.
func reconcile(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	if err := change(t.Context(), xr, "metadata: {annotations: {example.org/reconcile: now}}"); err != nil {
		t.Fatal(err)
	}
}

// asked returns how often a function, by its log, was asked about a platform.
func asked(t *testing.T, claim *unstructured.Unstructured, log string) int {
	t.Helper()
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	return functionCalls(t, xr.GetName(), log)
}

// waitAsked waits until a function was asked more often than before, the platform is Ready, and nothing changes any more.
func waitAsked(t *testing.T, claim *unstructured.Unstructured, log string, before int) {
	t.Helper()
	var last map[string]int64
	since := time.Now()
	const still = 20 * time.Second
	if err := stack.Every(t.Context(), time.Second, settleLimit(), func() error {
		if asked(t, claim, log) <= before {
			return fmt.Errorf("%s does not show that the function was asked about %s", log, claim.GetName())
		}
		if err := readyErr(t.Context(), claim); err != nil {
			return err
		}
		all, err := composed(t.Context(), claim)
		if err != nil {
			return err
		}
		if now := generations(all); !maps.Equal(now, last) {
			last, since = now, time.Now()
		}
		if time.Since(since) < still {
			return fmt.Errorf("something of %s changed in the last %s", claim.GetName(), still)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// checkKept: what a plan announced has happened, and nothing else; nothing at all where there is no plan.
func checkKept(t *testing.T, claim *unstructured.Unstructured, was *upgraded, announced *plan.Plan) {
	t.Helper()
	if announced == nil {
		announced = &plan.Plan{}
	}
	if diff := cmp.Diff(planned(announced), happened(was.generations, generations(mustComposed(t, claim)))); diff != "" {
		t.Errorf("Should do to %s what the plan announced: -planned, +happened:\n%s", claim.GetName(), diff)
	}
	was.checkIdentity(t, claim)
}

// checkIdentity: every managed resource is the one that it was, and so is every value.
func (was *upgraded) checkIdentity(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	now := uids(mustComposed(t, claim))
	for _, name := range slices.Sorted(maps.Keys(was.uids)) {
		if now[name] != was.uids[name] {
			t.Errorf("Should keep the managed resource %s of %s: it was %s, is %q", name, claim.GetName(), was.uids[name], now[name])
		}
	}
	if diff := cmp.Diff(was.secrets, secrets(t, claim)); diff != "" {
		t.Errorf("Should keep the values of %s", claim.GetName()) // never the values themselves
	}
}
