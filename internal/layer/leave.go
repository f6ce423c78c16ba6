package layer

import (
	"google.golang.org/protobuf/types/known/structpb"

	fieldpath "github.com/morket-io/platform/internal/fields"
)

// LeaveBehind takes resources out of the platform and leaves what they manage in AWS, in two steps. At first it composes them as they
// are, but the provider may only observe them, and deletionPolicy is Orphan. When the API server has that of all of them, they are no
// longer composed, and Crossplane deletes the managed resources alone. Nothing is dropped before noted is true: give what the status
// says, if something has to be remembered that a dropped resource cannot say.
//
// Both settings count: the provider deletes by managementPolicies unless these are its default. Together they also tell this state from
// every other in which a resource stays.
func (s *Scope) LeaveBehind(noted bool, names ...string) {
	var exist, unmarked []string
	for _, name := range names {
		switch o := s.Observe(name); {
		case !o.Exists():
			continue
		case !o.LeftBehind():
			unmarked = append(unmarked, name)
		}
		exist = append(exist, name)
	}
	if noted && unmarked == nil {
		return
	}
	for _, name := range exist {
		s.Keep(name)
		s.desired[name].Resource = leaving(s.desired[name].GetResource())
		if unmarked == nil {
			s.waiting = append(s.waiting, gate{resource: name, waitingFor: "the status"})
		}
	}
	for _, name := range unmarked {
		s.waiting = append(s.waiting, gate{resource: name, waitingFor: "deletionPolicy Orphan"})
	}
}

// LeftBehind reports whether LeaveBehind told the managed resource to leave in AWS what it manages.
func (o Observed) LeftBehind() bool {
	return onlyObserves(o.object) && fieldpath.Text(o.object, "spec", "deletionPolicy") == orphan
}

// leaving returns a resource that leaves AWS alone. It is a copy, because Keep passes on what was observed.
func leaving(resource *structpb.Struct) *structpb.Struct {
	out := fieldpath.Clone(resource)
	spec := fieldpath.Child(out, "spec")
	spec.Fields["managementPolicies"] = stringList([]string{"Observe"})
	spec.Fields["deletionPolicy"] = structpb.NewStringValue(orphan)
	// With this, ECR deletes a repository with its images.
	if parameters := fieldpath.Below(spec, "forProvider"); parameters["forceDelete"] != nil {
		parameters["forceDelete"] = structpb.NewBoolValue(false)
	}
	return out
}
