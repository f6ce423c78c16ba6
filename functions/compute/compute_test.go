package compute_test

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

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

func parameters(o *structpb.Struct) map[string]any {
	return o.GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().AsMap()
}

func condition(r *render.Result, typ string) *fnv1.Condition {
	for _, c := range r.Conditions {
		if c.GetType() == typ {
			return c
		}
	}
	return nil
}
