package e2e

import (
	"errors"
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

// TestUpgrade creates platforms with the baseline, and upgrades the function and the Configuration to the tree.
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
	step(t, "Upgrade", func(t *testing.T) {
		if err := control.Upgrade(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, u := range both {
			waitUpgraded(t, u)
		}
	})
	step(t, "Announced", func(t *testing.T) {
		for _, u := range both {
			checkUpgraded(t, u, was[u.GetName()])
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
	step(t, "Rollout", func(t *testing.T) { checkRollout(t, both[1]) })
	step(t, "Delete", func(t *testing.T) { checkDelete(t, goneLimit, both, leftSimulated, wantSimulated) })
	if conflicts := provider.Account.Conflicts(); len(conflicts) > 0 {
		t.Errorf("Should ask AWS for nothing that it would not bear:\n%s", strings.Join(conflicts, "\n"))
	}
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

// waitUpgraded waits until the new function was asked, and nothing changes any more.
func waitUpgraded(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	var last map[string]int64
	since := time.Now()
	const still = 20 * time.Second
	if err := stack.Every(t.Context(), time.Second, settleLimit(), func() error {
		xr, err := composite(t.Context(), claim)
		if err != nil {
			return err
		}
		if functionCalls(t, xr.GetName(), functionNextLog) == 0 {
			return errors.New("the new function was not asked yet about " + claim.GetName())
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

// checkUpgraded: what was announced has happened, and nothing else; every managed resource is the one that it was, and so is every value.
func checkUpgraded(t *testing.T, claim *unstructured.Unstructured, was *upgraded) {
	t.Helper()
	all := mustComposed(t, claim)
	if diff := cmp.Diff(planned(was.planned), happened(was.generations, generations(all))); diff != "" {
		t.Errorf("Should do to %s what the plan announced: -planned, +happened:\n%s", claim.GetName(), diff)
	}
	now := uids(all)
	for _, name := range slices.Sorted(maps.Keys(was.uids)) {
		if now[name] != was.uids[name] {
			t.Errorf("Should keep the managed resource %s of %s: it was %s, is %q", name, claim.GetName(), was.uids[name], now[name])
		}
	}
	if diff := cmp.Diff(was.secrets, secrets(t, claim)); diff != "" {
		t.Errorf("Should keep the values of %s", claim.GetName()) // never the values themselves
	}
}
