package edge_test

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/edge"
	"github.com/morket-io/platform/internal/aws/elbv2"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// compute stands in for the compute layer, of which the edge reads the load balancer.
var compute = layer.Layer{Name: "compute", Condition: "ComputeReady", Compose: func(s *layer.Scope) {
	s.Add("alb", &elbv2.LB{})
}}

// A world is a platform of the edge, and the AWS that it lives in.
type world struct {
	xr       *structpb.Struct
	layers   []layer.Layer
	observed map[string]*fnv1.Resource
	rsp      *fnv1.RunFunctionResponse
}

// newWorld has nothing yet.
func newWorld(t *testing.T, environment string, changes ...func(map[string]any)) *world {
	t.Helper()
	return &world{xr: claim(t, environment, changes...), layers: []layer.Layer{compute, edge.Layer()}}
}

// claim is the composite resource of an example claim with changes.
func claim(t *testing.T, environment string, changes ...func(map[string]any)) *structpb.Struct {
	t.Helper()
	return platformtest.XR(t, environment, func(o map[string]any) {
		for _, c := range changes {
			c(o)
		}
	})
}

// compose calls the layers with what is observed.
func (w *world) compose(t *testing.T) map[string]*fnv1.Resource {
	t.Helper()
	names := &structpb.ListValue{}
	for _, l := range w.layers {
		names.Values = append(names.Values, structpb.NewStringValue(l.Name))
	}
	w.rsp = layer.Run(&fnv1.RunFunctionRequest{
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: w.xr}, Resources: w.observed},
		Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(names)}},
	}, w.layers)
	for _, r := range w.rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			t.Fatal(r.GetMessage())
		}
	}
	return w.rsp.GetDesired().GetResources()
}

// round composes, and lets the simulated provider answer. It says whether anything changed.
func (w *world) round(t *testing.T) bool {
	t.Helper()
	after := simulate.Provider(w.compose(t), w.observed)
	if alb := after["alb"].GetResource(); alb != nil {
		at := fields.Object(alb, "status", "atProvider")
		at.Fields["dnsName"] = structpb.NewStringValue("alb-1.eu-west-1.elb.amazonaws.com")
		at.Fields["zoneId"] = structpb.NewStringValue("Z32O12XQLNTSW2")
	}
	changed := !proto.Equal(&fnv1.State{Resources: w.observed}, &fnv1.State{Resources: after})
	w.observed = after
	return changed
}

// settle goes on until nothing changes, and returns what is desired then.
func (w *world) settle(t *testing.T) map[string]*fnv1.Resource {
	t.Helper()
	for range 12 {
		if !w.round(t) {
			return w.rsp.GetDesired().GetResources()
		}
	}
	t.Fatal("should settle")
	return nil
}

// condition is the edge's, as "status reason".
func (w *world) condition() string {
	for _, c := range w.rsp.GetConditions() {
		if c.GetType() == "EdgeReady" {
			return strings.TrimPrefix(c.GetStatus().String(), "STATUS_CONDITION_") + " " + c.GetReason()
		}
	}
	return ""
}

// endpoints are the status's.
func (w *world) endpoints() map[string]any {
	return fields.Object(w.rsp.GetDesired().GetComposite().GetResource(), "status", "endpoints").AsMap()
}

// parameters are what the provider is told of a resource.
func parameters(r *fnv1.Resource) map[string]any {
	return fields.Object(r.GetResource(), "spec", "forProvider").AsMap()
}

// answer is what AWS said of a resource.
func answer(r *fnv1.Resource, field string) string {
	return fields.Text(r.GetResource(), "status", "atProvider", field)
}

// withPrefix finds the names that begin so.
func withPrefix(resources map[string]*fnv1.Resource, prefix string) []string {
	var out []string
	for name := range resources {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	return out
}

// Changes of a claim.
var (
	inEurope = func(o map[string]any) {
		platformtest.Set("eu-west-1", "spec", "region")(o)
		platformtest.Set([]any{"eu-west-1a", "eu-west-1b"}, "spec", "network", "availabilityZones")(o)
	}
	noDomain = func(o map[string]any) { delete(o["spec"].(map[string]any), "domain") }
)

func domain(value map[string]any) func(map[string]any) {
	return platformtest.Set(value, "spec", "domain")
}
