package data

import (
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// guardReason is what somebody is told who deletes a protected platform.
const guardReason = "this platform is protected, because it holds data: set spec.deletionProtection to false in the claim, wait until it is Ready, then delete it"

// addGuard makes the API server refuse to delete a protected claim, and the composite resource behind it. A guard that is lifted
// stays until every store and secret has been told that it may go, which nothing is once the composite resource is being
// deleted, and the platform is not ready until then: that is what people wait for. Of layers after this one only the load balancer
// is looked at: the rest may stay, and costs nothing. (R-ENV-2)
func addGuard(s *layer.Scope) {
	p := s.Platform
	if !p.Protected() {
		holding := held(s)
		if holding == "" {
			return
		}
		claim, composite := s.Keep(platform.GuardClaim), s.Keep(platform.Guard)
		if claim || composite {
			s.Wait(platform.Guard, holding+" to be released")
		}
		return
	}
	if p.ClaimName != "" {
		s.AddObject(platform.GuardClaim, layer.Object{
			APIVersion: "protection.crossplane.io/v1beta1", Kind: "Usage", Namespace: p.ClaimNamespace,
			Fields: guarding("MorketPlatform", p.ClaimName),
		})
	}
	s.AddObject(platform.Guard, layer.Object{
		APIVersion: "protection.crossplane.io/v1beta1", Kind: "ClusterUsage",
		Fields: guarding("XMorketPlatform", p.XRName),
	})
}

// held is what a guard that is lifted still waits for, empty if it waits for nothing. While the platform only observes, nobody
// lifts AWS's own protections, and deleting the claim deletes nothing in AWS: that is how people leave.
func held(s *layer.Scope) string {
	if s.Platform.ObserveOnly() {
		if !s.OnlyObserves() {
			return "what does more than observe"
		}
		return ""
	}
	if s.Releasing() {
		return "stores and secrets"
	}
	// AWS's own protections, which the provider lifts before it can delete.
	if s.Observe(platform.LoadBalancer).Bool("enableDeletionProtection") {
		return platform.LoadBalancer
	}
	for _, store := range s.Platform.Stores() {
		if store.Protection != "" && s.Observe(store.Name).Bool(store.Protection) {
			return store.Name
		}
	}
	return ""
}

// guarding is the spec of a usage that has no user but a reason.
func guarding(kind, name string) map[string]*structpb.Value {
	return map[string]*structpb.Value{"spec": fields(map[string]*structpb.Value{
		"of": fields(map[string]*structpb.Value{
			"apiVersion":  structpb.NewStringValue(v1alpha1.APIVersion),
			"kind":        structpb.NewStringValue(kind),
			"resourceRef": fields(map[string]*structpb.Value{"name": structpb.NewStringValue(name)}),
		}),
		"reason": structpb.NewStringValue(guardReason),
	})}
}

func fields(f map[string]*structpb.Value) *structpb.Value {
	return structpb.NewStructValue(&structpb.Struct{Fields: f})
}
