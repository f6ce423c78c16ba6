package layer

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
)

// A Holder is a resource of another platform that manages the same thing in AWS as one of this platform's.
type Holder struct {
	object *structpb.Struct
}

// Owner names the claim or the composite resource that the holder belongs to.
func (h Holder) Owner() string { return owner(h.object) }

// Deleting reports whether the holder is being deleted.
func (h Holder) Deleting() bool {
	return fields.Text(h.object, "metadata", "deletionTimestamp") != ""
}

// Before reports whether the holder is older than a resource of this platform. Two of one second are ordered by name. A resource that
// does not exist is younger than any other.
func (h Holder) Before(o Observed) bool {
	return !o.Exists() || age(h.object).before(age(o.object))
}

// Holders asks Crossplane for resources of other platforms in this region that have an external name, by their kind and labels. The
// selector's name is the requirement's. The labels must depend on the spec alone: if the answer changed the question, Crossplane would
// ask without end. A composite resource that no API server created has no age, and asks for nothing.
func (s *Scope) Holders(name string, kind *aws.Kind, externalName string, labels map[string]string) []Holder {
	if !fromServer(s.composite) {
		return nil
	}
	requirements(s.response)[name] = &fnv1.ResourceSelector{
		ApiVersion: kind.APIVersion,
		Kind:       kind.Kind,
		Match:      &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{Labels: labels}},
	}
	var out []Holder
	for _, r := range s.request.GetRequiredResources()[name].GetItems() {
		o := r.GetResource()
		composite := fields.Text(o, "metadata", "labels", labelComposite)
		if composite != "" && composite != s.Platform.XRName &&
			fields.Text(o, "spec", "forProvider", "region") == s.Platform.Region &&
			fields.Text(o, "metadata", "annotations", annotationExternalName) == externalName {
			out = append(out, Holder{o})
		}
	}
	return out
}

// New reports whether the platform has neither resources nor a status yet. Only a new platform may be refused for what another one
// does: a running one must go on.
func (s *Scope) New() bool { return len(s.observed) == 0 && s.Reported("namePrefix") == "" }

// Refuse answers the request with a Fatal result, with which Crossplane changes nothing. The reason is that of the result and of the
// conditions, in CamelCase.
func (s *Scope) Refuse(reason, message string) {
	s.refusals = append(s.refusals, problem{reason: reason, message: message})
}

// Warn adds a message to the layer's condition, which stays as it is otherwise, and gives a Warning result when the message is new.
// The reason is that of the result, in CamelCase.
func (s *Scope) Warn(reason, message string) {
	s.warnings = append(s.warnings, problem{reason: reason, message: message})
}
