package layer

import (
	"maps"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/aws/kms"
)

// A layer of three resources: one that waits for nothing, one that refers to it by name, and one that needs a value that
// AWS invents.
var testLayer = Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
	s.Add("vpc", &ec2.VPC{ForProvider: ec2.VPCParameters{CIDRBlock: new("10.0.0.0/16")}})
	s.Add("subnet", &ec2.Subnet{ForProvider: ec2.SubnetParameters{VPCIDRef: s.Ref("vpc"), Tags: map[string]string{"Tier": "public"}}})
	if arn, ok := s.Observe("vpc").String("arn"); s.Gate("endpoint", ok, "the VPC's ARN") {
		s.Add("endpoint", &ec2.VPCEndpoint{ForProvider: ec2.VPCEndpointParameters{ServiceName: new(arn)}})
	}
	id, _ := s.Observe("vpc").String("id")
	s.SetStatus("network.vpcId", id)
	s.Detail("vpcId", id)
}}

// global composes a kind without region and tags, with every option.
var globalLayer = Layer{Name: "global", Condition: "GlobalReady", Compose: func(s *Scope) {
	s.Add("alias", &kms.Alias{}, ExternalName("alias/x"), OrphanIf(true), Label("platform.morket.io/l", "v"), ManagementPolicies("Observe"))
}}

func mustStruct(t testing.TB, o map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// xr is a composite resource whose spec can be resolved, with changes on top.
func xr(t testing.TB, change func(o map[string]any)) *structpb.Struct {
	t.Helper()
	o := map[string]any{
		"apiVersion": "platform.morket.io/v1alpha1",
		"kind":       "XMorketPlatform",
		"metadata":   map[string]any{"name": "demo-x7x7x", "labels": map[string]any{"crossplane.io/claim-name": "demo", "crossplane.io/claim-namespace": "team"}},
		"spec":       map[string]any{"environment": "staging", "accountId": "111122223333", "region": "us-east-1"},
	}
	if change != nil {
		change(o)
	}
	return mustStruct(t, o)
}

func request(t testing.TB, composite *structpb.Struct, observed map[string]*fnv1.Resource, layers ...any) *fnv1.RunFunctionRequest {
	t.Helper()
	return &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "tag"},
		Input:    mustStruct(t, map[string]any{"layers": layers}),
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: composite}, Resources: observed},
	}
}

// managed is an observed managed resource.
func managed(t testing.TB, name string, o map[string]any) *fnv1.Resource {
	t.Helper()
	base := map[string]any{
		"apiVersion": "ec2.aws.upbound.io/v1beta1", "kind": "VPC",
		"metadata": map[string]any{"name": name},
		"spec":     map[string]any{"forProvider": map[string]any{"region": "us-east-1"}},
	}
	maps.Copy(base, o)
	return &fnv1.Resource{Resource: mustStruct(t, base)}
}

func readyStatus(at map[string]any) map[string]any {
	return map[string]any{
		"atProvider": at,
		"conditions": []any{
			map[string]any{"type": "Ready", "status": "True", "reason": "Available"},
			map[string]any{"type": "Synced", "status": "True", "reason": "ReconcileSuccess"},
		},
	}
}
