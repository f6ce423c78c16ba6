package e2e

import (
	"testing"
	"time"

	"github.com/morket-io/platform/test/e2e/stack"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestReady(t *testing.T) {
	for _, env := range []string{"staging", "production"} {
		if err := control.ApplyFile(t.Context(), "examples/claims/"+env+".yaml"); err != nil {
			t.Fatal(err)
		}
	}
	u := stack.Object("platform.morket.io/v1alpha1", "MorketPlatform", "morket", "morket-staging")
	for range 60 {
		control.Client.Get(t.Context(), client.ObjectKeyFromObject(u), u)
		for _, c := range []string{"Synced", "Ready", "NetworkReady", "DataReady", "EdgeReady"} {
			s, m := stack.Condition(u, c)
			t.Log(c, s, m)
		}
		if s, _ := stack.Condition(u, "Ready"); s == "True" {
			break
		}
		time.Sleep(3 * time.Second)
	}
}
