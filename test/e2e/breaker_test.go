package e2e

import (
	"errors"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/stack"
)

// With Crossplane's own circuit breaker a platform takes longer, and a change may wait until the function's answer expires.
const (
	breakerReady  = 15 * time.Minute
	breakerChange = 7 * time.Minute
)

// TestBreaker creates a platform while Crossplane's circuit breaker is as it is by default, and changes the claim as soon as it is Ready,
// when the breaker may still be open. (R-LIFE-6)
func TestBreaker(t *testing.T) {
	if !breaker() {
		t.Skip("make e2e-breaker runs this")
	}
	claim := staging(t, "breaker")
	step(t, "Ready", func(t *testing.T) {
		began := time.Now()
		mustCreate(t, claim)
		waitReady(t, breakerReady, claim)
		reportPlatform(t, claim, time.Since(began))
	})
	step(t, "Change", func(t *testing.T) {
		const value = "breaker"
		began := time.Now()
		if err := change(t.Context(), claim, `spec: {tags: {Changed: `+value+`}}`); err != nil {
			t.Fatal(err)
		}
		if err := stack.Every(t.Context(), time.Second, breakerChange, func() error {
			all, err := composed(t.Context(), claim)
			if err != nil {
				return err
			}
			if got, _, _ := unstructured.NestedString(all["vpc"].Object, "spec", "forProvider", "tags", "Changed"); got != value {
				return errors.New("the VPC does not have the tag")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		t.Logf("the change arrived after %s", time.Since(began).Round(time.Second))
	})
	step(t, "Delete", func(t *testing.T) { deleteAndWait(t, breakerReady, claim) })
}
