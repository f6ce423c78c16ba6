package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/stack"
)

// checkFaults breaks something in the middle of a platform's convergence. Afterwards it is Ready, nothing was deleted
// and nothing exists twice.
func checkFaults(t *testing.T) {
	down := func(name string) func(t *testing.T) error {
		return func(t *testing.T) error {
			t.Helper()
			control.Kill(name)
			time.Sleep(2 * time.Second)
			return control.Again(name)
		}
	}
	faults := map[string]func(t *testing.T) error{
		"function-killed":   down("function"),
		"crossplane-killed": down("crossplane"),
		"apiserver-restart": func(t *testing.T) error {
			t.Helper()
			control.Terminate("kube-apiserver")
			time.Sleep(time.Second)
			if err := control.Again("kube-apiserver"); err != nil {
				return err
			}
			return stack.Until(t.Context(), time.Minute, func() error { return control.Ready(t.Context()) })
		},
		"z-function-upgraded": func(t *testing.T) error { // last: the others kill the function by its name
			t.Helper()
			return control.UpgradeFunction(t.Context())
		},
	}
	var claims []*unstructured.Unstructured
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		t.Run(name, func(t *testing.T) {
			audit := newAudit(t)
			claim := staging(t, "fault-"+name)
			mustCreate(t, claim)
			claims = append(claims, claim)
			if err := stack.Every(t.Context(), time.Second, readyLimit, func() error {
				all, err := composed(t.Context(), claim)
				if err == nil && len(all) < 20 {
					err = fmt.Errorf("%d composed", len(all))
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if readyErr(t.Context(), claim) == nil {
				t.Error("Should break it before it is Ready")
			}
			if err := faults[name](t); err != nil {
				t.Fatal(err)
			}
			waitReady(t, readyLimit, claim)
			xr, err := composite(t.Context(), claim)
			if err != nil {
				t.Fatal(err)
			}
			mustComposed(t, claim) // fails when something exists twice
			if gone := audit.Deleted(t, xr.GetName()); len(gone) > 0 {
				t.Errorf("Should delete nothing: %v", gone)
			}
			if again := provider.Account.Again(); len(again) > 0 {
				t.Errorf("Should create nothing again: %v", again)
			}
		})
	}
	deleteAndWait(t, goneLimit, claims...)
}
