package layer

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// Annotations and labels that the platform reads or sets.
const (
	annotationExternalName = "crossplane.io/external-name"
	labelComposite         = "crossplane.io/composite"
	labelClaimName         = "crossplane.io/claim-name"
	labelClaimNamespace    = "crossplane.io/claim-namespace"

	// LabelNamePrefix marks the one resource of a platform by which another finds that a name prefix is taken.
	LabelNamePrefix = "platform.morket.io/name-prefix"
	// LabelAccountID is beside it.
	LabelAccountID = "platform.morket.io/account-id"
	// LabelRepositoryPrefix marks the one image repository of a platform by which another finds that the repositories are taken.
	LabelRepositoryPrefix = "platform.morket.io/repository-prefix"

	ownLabels = "platform.morket.io/"
)

// Observed is a resource as it was observed, read straight from the request. The zero value is a resource that does not
// exist; every read of it finds nothing.
type Observed struct {
	object *structpb.Struct
}

// Exists says whether the resource was observed.
func (o Observed) Exists() bool { return o.object != nil }

// Ready says whether the resource is: a managed one when its provider says so, and one of Kubernetes' own, such as a
// Secret, as soon as it exists.
func (o Observed) Ready() bool {
	if fields.Text(o.object, "apiVersion") == "v1" {
		return true
	}
	return o.condition("Ready").status == "True"
}

// String reads a string below status.atProvider, such as endpoint or masterUserSecret[0].secretArn. An empty string
// counts as missing, because AWS knows no empty names.
func (o Observed) String(path string) (string, bool) {
	s := fields.Lookup(fields.Object(o.object, "status", "atProvider"), path).GetStringValue()
	return s, s != ""
}

// Bool reads a boolean below status.atProvider, such as pendingConfirmation. What is missing is false.
func (o Observed) Bool(path string) bool {
	return fields.Lookup(fields.Object(o.object, "status", "atProvider"), path).GetBoolValue()
}

// Parameter reads a string below spec.forProvider: what the provider was last told, where String reads what AWS answered.
func (o Observed) Parameter(path string) (string, bool) {
	s := fields.Lookup(fields.Object(o.object, "spec", "forProvider"), path).GetStringValue()
	return s, s != ""
}

// Observed lists, sorted, the platform's resources that exist and whose names begin with prefix, whatever layer they are
// of. It finds what was composed under names that nothing asks for any more, such as those with the hash of an older
// content.
func (s *Scope) Observed(prefix string) []string {
	s.ask(prefix, true)
	var names []string
	for name := range s.observed {
		if strings.HasPrefix(name, prefix) && s.Observe(name).Exists() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Number reads a number below status.atProvider.
func (o Observed) Number(path string) (float64, bool) {
	v, ok := fields.Lookup(fields.Object(o.object, "status", "atProvider"), path).GetKind().(*structpb.Value_NumberValue)
	if !ok {
		return 0, false
	}
	return v.NumberValue, true
}

// FillsIn says whether the provider may write what AWS has into fields that the platform leaves out, see FillsInNothing.
func (o Observed) FillsIn() bool { return o.may("LateInitialize") }

// may says whether a management policy is among the resource's, or all are.
func (o Observed) may(policy string) bool {
	policies := fields.At(o.object, "spec", "managementPolicies").GetListValue().GetValues()
	return len(policies) == 0 || slices.ContainsFunc(policies, func(p *structpb.Value) bool {
		return p.GetStringValue() == "*" || p.GetStringValue() == policy
	})
}

// ExternalName is the name or id under which AWS knows the resource; empty while the provider has noted none.
func (o Observed) ExternalName() string {
	return fields.Text(o.object, "metadata", "annotations", annotationExternalName)
}

// Label is one of the resource's labels.
func (o Observed) Label(key string) string { return fields.Text(o.object, "metadata", "labels", key) }

// ReportedTrue reports whether the composite resource's status had a flag before this call.
func (s *Scope) ReportedTrue(path string) bool {
	return fields.Lookup(fields.Object(s.composite, "status"), path).GetBoolValue()
}

// Reported reads a string of what the composite resource's status said before this call, such as kmsKeyArn.
func (s *Scope) Reported(path string) string {
	return fields.Lookup(fields.Object(s.composite, "status"), path).GetStringValue()
}

// A condition of a managed resource.
type condition struct {
	status, reason, message string
}

// condition returns the condition of a type; its zero value if there is none.
func (o Observed) condition(typ string) condition { return findCondition(o.object, typ) }

func findCondition(object *structpb.Struct, typ string) condition {
	for _, v := range fields.At(object, "status", "conditions").GetListValue().GetValues() {
		f := v.GetStructValue().GetFields()
		if f["type"].GetStringValue() == typ {
			return condition{
				status:  f["status"].GetStringValue(),
				reason:  f["reason"].GetStringValue(),
				message: f["message"].GetStringValue(),
			}
		}
	}
	return condition{}
}
