package layer

import (
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	fieldpath "github.com/morket-io/platform/internal/fields"
)

// Gate says whether a resource can be composed from a value that AWS invents. When ok is false it keeps the resource as
// it was last known if it exists, because leaving it out would delete it; if it does not exist, the platform waits.
//
//	arn, ok := s.Observe("aurora").String("masterUserSecret[0].secretArn")
//	if s.Gate("aurora-rotation", ok, "Aurora's master secret") {
//		s.Add("aurora-rotation", …)
//	}
//
// What the claim takes over does not wait: it is there already, and is looked at before anything is asked of it. The values
// that are missing may be empty then, and are left out.
func (s *Scope) Gate(name string, ok bool, waitingFor string) bool {
	if ok || s.Keep(name) {
		return ok
	}
	if s.Adopted(name) {
		return true
	}
	s.Wait(name, waitingFor)
	return false
}

// Problem says what somebody has to put right before the layer can be ready. The reason is the condition's, in CamelCase.
func (s *Scope) Problem(reason, message string) {
	s.problems = append(s.problems, problem{reason: reason, message: message})
}

// Wait says that a resource is not composed yet, and what it waits for. Where the platform is only looked at, nothing more is
// made, so nothing is waited for.
func (s *Scope) Wait(name, waitingFor string) {
	if s.Platform.ObserveOnly() {
		s.skipped = append(s.skipped, name)
		return
	}
	s.waiting = append(s.waiting, gate{resource: name, waitingFor: waitingFor})
}

// Keep composes a resource as it was last known, and says whether it exists. It serves what is missing a value for the
// moment, and what is no longer wanted but still used by something that has not moved yet.
func (s *Scope) Keep(name string) bool {
	o := s.Observe(name)
	if !o.Exists() {
		return false
	}
	metadata := map[string]*structpb.Value{"name": structpb.NewStringValue(s.objectName(name))}
	if external := fieldpath.At(o.object, "metadata", "annotations", annotationExternalName); external != nil {
		metadata["annotations"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{annotationExternalName: external}})
	}
	labels := map[string]*structpb.Value{}
	for k, v := range fieldpath.Below(o.object, "metadata", "labels") {
		if strings.HasPrefix(k, ownLabels) {
			labels[k] = v
		}
	}
	if len(labels) > 0 {
		metadata["labels"] = structpb.NewStructValue(&structpb.Struct{Fields: labels})
	}
	if namespace := fieldpath.At(o.object, "metadata", "namespace"); namespace != nil {
		metadata["namespace"] = namespace
	}

	// Everything but metadata and status is the resource's own: spec, or a Secret's data and type.
	fields := make(map[string]*structpb.Value, len(o.object.GetFields()))
	for k, v := range o.object.GetFields() {
		if k != "status" {
			fields[k] = v
		}
	}
	fields["metadata"] = structpb.NewStructValue(&structpb.Struct{Fields: metadata})
	s.put(name, &structpb.Struct{Fields: fields})
	return true
}
