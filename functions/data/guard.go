package data

import (
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/layer"
)

// guardReason is what somebody is told who deletes a protected platform.
const guardReason = "this platform is protected, because it holds data: set spec.deletionProtection to false in the claim, wait until it is Ready, then delete it"

// addGuard makes the API server refuse to delete a protected claim, and the composite resource behind it. (R-ENV-2)
func addGuard(s *layer.Scope) {
	p := s.Platform
	if !p.Protected() {
		return
	}
	if p.ClaimName != "" {
		s.AddObject("guard-claim", layer.Object{
			APIVersion: "protection.crossplane.io/v1beta1", Kind: "Usage", Namespace: p.ClaimNamespace,
			Fields: guarding("MorketPlatform", p.ClaimName),
		})
	}
	s.AddObject("guard", layer.Object{
		APIVersion: "protection.crossplane.io/v1beta1", Kind: "ClusterUsage",
		Fields: guarding("XMorketPlatform", p.XRName),
	})
}

// guarding is the spec of a usage that has no user but a reason.
func guarding(kind, name string) map[string]*structpb.Value {
	return map[string]*structpb.Value{"spec": fields(map[string]*structpb.Value{
		"of": fields(map[string]*structpb.Value{
			"apiVersion":  structpb.NewStringValue("platform.morket.io/v1alpha1"),
			"kind":        structpb.NewStringValue(kind),
			"resourceRef": fields(map[string]*structpb.Value{"name": structpb.NewStringValue(name)}),
		}),
		"reason": structpb.NewStringValue(guardReason),
	})}
}

func fields(f map[string]*structpb.Value) *structpb.Value {
	return structpb.NewStructValue(&structpb.Struct{Fields: f})
}
