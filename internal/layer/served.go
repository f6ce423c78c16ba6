package layer

import (
	"fmt"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
)

const (
	reasonKindNotServed = "KindNotServed"
	// requireDefinition begins the name of the request for a kind's definition.
	requireDefinition = "definition-of-"
)

// served reports whether the cluster serves a kind, as far as that has to be asked: Crossplane ends a whole reconcile if the API server
// does not know the kind of one resource (crossplane/crossplane#7335). (R-LIFE-2)
//
// It asks only for the definition of a kind that the last release did not compose, for a resource that does not exist yet: a
// definition is large. What it asks depends on what was observed alone, and never on the answer. Before Crossplane answers, or where
// nobody does, such as in `morket render`, the kind counts as served.
func (s *Scope) served(name string, kind *aws.Kind) bool {
	if kind.Released() || s.observed[name] != nil || !fromServer(s.composite) {
		return true
	}
	ask := requireDefinition + kind.Definition()
	requirements(s.response)[ask] = &fnv1.ResourceSelector{
		ApiVersion: "apiextensions.k8s.io/v1",
		Kind:       "CustomResourceDefinition",
		Match:      &fnv1.ResourceSelector_MatchName{MatchName: kind.Definition()},
	}
	answer, answered := s.request.GetRequiredResources()[ask]
	if !answered || slices.ContainsFunc(answer.GetItems(), func(r *fnv1.Resource) bool { return serves(r.GetResource(), kind) }) {
		return true
	}
	s.notServed(name, kind)
	return false
}

// serves reports whether a definition is established and serves a kind's version.
func serves(definition *structpb.Struct, kind *aws.Kind) bool {
	_, version, _ := strings.Cut(kind.APIVersion, "/")
	return Observed{object: definition}.condition("Established").status == "True" &&
		slices.ContainsFunc(fields.At(definition, "spec", "versions").GetListValue().GetValues(), func(v *structpb.Value) bool {
			f := v.GetStructValue().GetFields()
			return f["name"].GetStringValue() == version && f["served"].GetBoolValue()
		})
}

// notServed tells about a resource that cannot be composed yet: once for each kind.
func (s *Scope) notServed(name string, kind *aws.Kind) {
	definition := kind.Definition()
	if slices.ContainsFunc(s.problems, func(p problem) bool {
		return p.reason == reasonKindNotServed && strings.Contains(p.message, definition)
	}) {
		return
	}
	s.Problem(reasonKindNotServed, fmt.Sprintf("%s (%s) is not created, because this cluster does not serve %s: `kubectl get managedresourcedefinitions %s` shows whether "+
		"its provider package is missing or its activation; the platform continues by itself when the kind is there: docs/tasks/upgrade.md#missing-kinds",
		name, kind.Kind, kind.APIVersion, definition))
}

// fromServer reports whether a composite resource comes from an API server, and not from a file.
func fromServer(xr *structpb.Struct) bool {
	return fields.Text(xr, "metadata", "creationTimestamp") != ""
}

// requirements returns what a response asks of Crossplane.
func requirements(rsp *fnv1.RunFunctionResponse) map[string]*fnv1.ResourceSelector {
	if rsp.Requirements == nil {
		rsp.Requirements = &fnv1.Requirements{}
	}
	if rsp.Requirements.Resources == nil {
		rsp.Requirements.Resources = make(map[string]*fnv1.ResourceSelector)
	}
	return rsp.Requirements.Resources
}
