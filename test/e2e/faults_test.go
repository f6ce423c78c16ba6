package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/stack"
)

// A fault is something that breaks in the middle of a platform's convergence, when a share of its resources is ready.
type fault struct {
	name    string
	ready   float64
	inflict func(t *testing.T) error
}

// down kills a process, and starts it again after a while.
func down(process string, away time.Duration) func(t *testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		control.Kill(process)
		time.Sleep(away)
		return control.Again(process)
	}
}

// bears lists what may end by itself when something else is at fault, because it gives up where there is no API server as it
// starts, and leaves it to its pod to start it again. Everything else lives on.
var bears = map[string]bool{"crossplane": true, "crossplane-rbac": true, "provider": true}

// faults are those that the control plane meets, whoever the provider is.
func faults() []fault {
	return []fault{
		{"function-killed", 0.02, down("function", 2*time.Second)},
		{"crossplane-killed", 0.2, down("crossplane", 2*time.Second)},
		{"apiserver-restarted", 0.4, func(t *testing.T) error {
			t.Helper()
			control.Terminate("kube-apiserver")
			time.Sleep(time.Second)
			if err := control.Again("kube-apiserver"); err != nil {
				return err
			}
			return stack.Until(t.Context(), time.Minute, func() error { return control.Ready(t.Context()) })
		}},
		{"function-upgraded", 0.6, func(t *testing.T) error {
			t.Helper()
			return control.UpgradeFunction(t.Context())
		}},
	}
}

// checkFaults breaks one thing after another while platforms converge, when the first of them is so far. Afterwards they are Ready,
// nothing was deleted and nothing exists twice. help, if any, is called again and again until then.
func checkFaults(t *testing.T, limit time.Duration, faults []fault, help func(*testing.T, *unstructured.Unstructured) error, claims ...*unstructured.Unstructured) {
	t.Helper()
	audit := newAudit(t)
	mustCreate(t, claims...)
	for _, f := range faults {
		if err := stack.Every(t.Context(), time.Second, limit, func() error {
			if share := readyShare(t, claims[0]); share < f.ready {
				return fmt.Errorf("%.0f %% of the resources are ready, of %.0f %%", 100*share, 100*f.ready)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if readyErr(t.Context(), claims[0]) == nil {
			t.Errorf("Should break before the platform is Ready: %s", f.name)
		}
		if err := f.inflict(t); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		t.Logf("%s with %.0f %% of the resources ready", f.name, 100*readyShare(t, claims[0]))
	}
	for _, claim := range claims {
		if help == nil {
			break
		}
		if err := stack.Every(t.Context(), 15*time.Second, limit, func() error {
			if ready := readyErr(t.Context(), claim); ready != nil {
				return errors.Join(ready, help(t, claim))
			}
			return nil
		}); err != nil {
			t.Fatalf("Should become Ready with some help: %v", err)
		}
	}
	waitReady(t, limit, claims...)
	for _, claim := range claims {
		checkWhole(t, claim, audit)
	}
}

// eventually is about how many resources the staging example has in the end.
const eventually = 220

// readyShare is how much of a platform is ready.
func readyShare(t *testing.T, claim *unstructured.Unstructured) float64 {
	t.Helper()
	all, err := composed(t.Context(), claim)
	if err != nil {
		return 0 // there is no composite resource yet, or no API server
	}
	ready := 0
	for _, u := range all {
		if status, _ := stack.Condition(u, "Ready"); status == "True" || !strings.HasSuffix(u.GroupVersionKind().Group, ".aws.upbound.io") {
			ready++
		}
	}
	return float64(ready) / eventually
}

// checkWhole checks that nothing of a platform exists twice, and that nothing was deleted since an audit began.
func checkWhole(t *testing.T, claim *unstructured.Unstructured, since *audit) {
	t.Helper()
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	mustComposed(t, claim) // fails when something exists twice
	if gone := since.Deleted(t, xr.GetName()); len(gone) > 0 {
		t.Errorf("Should delete nothing: %v", gone)
	}
}
