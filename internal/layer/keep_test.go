package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
)

// TestGateNeverDrops goes through every combination of what may be observed of a gated resource, of what it is gated on
// and of the rest: what exists stays, what does not appears as soon as its value does. (design rule 1)
func TestGateNeverDrops(t *testing.T) {
	states := func(name string) map[string]*fnv1.Resource {
		return map[string]*fnv1.Resource{
			"absent":    nil,
			"bare":      managed(t, name, nil),
			"no value":  managed(t, name, map[string]any{"status": readyStatus(map[string]any{"id": "vpc-1"})}),
			"empty":     managed(t, name, map[string]any{"status": readyStatus(map[string]any{"arn": ""})}),
			"wrong":     managed(t, name, map[string]any{"status": map[string]any{"atProvider": "x", "conditions": 7}}),
			"whole":     managed(t, name, map[string]any{"status": readyStatus(map[string]any{"id": "vpc-1", "arn": "arn:vpc-1"})}),
			"no spec":   managed(t, name, map[string]any{"spec": nil}),
			"unwritten": {},
		}
	}
	for source, vpc := range states("v") {
		for target, endpoint := range states("e") {
			observed := map[string]*fnv1.Resource{}
			if vpc != nil {
				observed["vpc"] = vpc
			}
			if endpoint != nil {
				observed["endpoint"] = endpoint
			}
			rsp := Run(request(t, xr(t, nil), observed, "test"), testLayers)
			exists := endpoint.GetResource() != nil
			want := exists || source == "whole"
			if _, got := rsp.GetDesired().GetResources()["endpoint"]; got != want {
				t.Errorf("VPC %s, endpoint %s: composed %v, want %v", source, target, got, want)
			}
			for _, r := range rsp.GetResults() {
				if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
					t.Errorf("VPC %s, endpoint %s: %s", source, target, r.GetMessage())
				}
			}
		}
	}
}

// TestStepsGiveTheSame runs two layers in one step, and each in a step of its own.
func TestStepsGiveTheSame(t *testing.T) {
	observed := map[string]*fnv1.Resource{"vpc": managed(t, "v", map[string]any{"status": readyStatus(map[string]any{"id": "vpc-1"})})}
	one := Run(request(t, xr(t, nil), observed, "test", "global"), testLayers)

	first := Run(request(t, xr(t, nil), observed, "test"), testLayers)
	req := request(t, xr(t, nil), observed, "global")
	req.Desired, req.Context = first.GetDesired(), first.GetContext()
	second := Run(req, testLayers)

	if !proto.Equal(one.GetDesired(), second.GetDesired()) {
		t.Errorf("Should desire the same:\none step: %v\ntwo steps: %v", one.GetDesired(), second.GetDesired())
	}
	if got, want := len(first.GetConditions())+len(second.GetConditions()), len(one.GetConditions()); got != want {
		t.Errorf("Should have %d conditions, got %d", want, got)
	}
}
