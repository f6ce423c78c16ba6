package layer

import (
	"encoding/json"
	"errors"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// decode reads what a platform is resolved from out of the observed composite resource, and out of what exists already.
func decode(xr *structpb.Struct, observed map[string]*fnv1.Resource) (platform.Input, field.ErrorList) {
	in := platform.Input{
		XRName:         fields.Text(xr, "metadata", "name"),
		ClaimName:      fields.Text(xr, "spec", "claimRef", "name"),
		ClaimNamespace: fields.Text(xr, "spec", "claimRef", "namespace"),
		Previous: platform.Previous{
			NamePrefix:        previousPrefix(xr, observed),
			AvailabilityZones: stringsOf(fields.At(xr, "status", "network", "availabilityZones")),
			SubnetZones:       subnetZones(xr, observed),
			Exists:            len(observed) > 0 || fields.At(xr, "status", "sizing") != nil || fields.Text(xr, "status", "namePrefix") != "" || fields.Object(xr, "spec", "adopt") != nil,
			Sizing:            func() *v1alpha1.Sizing { return previousSizing(xr) },
		},
	}
	if in.ClaimName == "" {
		labels := fields.Below(xr, "metadata", "labels")
		in.ClaimName = labels[labelClaimName].GetStringValue()
		in.ClaimNamespace = labels[labelClaimNamespace].GetStringValue()
	}
	if in.XRName == "" {
		return in, field.ErrorList{field.Required(field.NewPath("metadata", "name"), "the composite resource has no name: give it one")}
	}

	// A spec is small, and JSON's decoder names the field that is wrong.
	raw, err := json.Marshal(fields.At(xr, "spec").AsInterface())
	if err != nil {
		return in, field.ErrorList{field.Invalid(field.NewPath("spec"), field.OmitValueType{}, "cannot be read: "+err.Error())}
	}
	if err := json.Unmarshal(raw, &in.Spec); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return in, field.ErrorList{field.TypeInvalid(field.NewPath("spec", wrong.Field), wrong.Value, "must be "+jsonType(wrong))}
		}
		return in, field.ErrorList{field.Invalid(field.NewPath("spec"), field.OmitValueType{}, "cannot be read: "+err.Error())}
	}
	return in, nil
}

// previousPrefix is the name prefix that the platform was made with. The status tells it, but is lost when a control plane is
// restored without it; then the holders' label does.
func previousPrefix(xr *structpb.Struct, observed map[string]*fnv1.Resource) string {
	if prefix := fields.Text(xr, "status", "namePrefix"); prefix != "" {
		return prefix
	}
	for _, h := range holders {
		if prefix := fields.Text(observed[h.resource].GetResource(), "metadata", "labels", LabelNamePrefix); prefix != "" {
			return prefix
		}
	}
	return ""
}

// previousSizing is how the knobs were resolved at the last call; nil if the status does not say.
func previousSizing(xr *structpb.Struct) *v1alpha1.Sizing {
	status := fields.Object(xr, "status", "sizing")
	if len(status.GetFields()) == 0 {
		return nil
	}
	raw, err := json.Marshal(status.AsMap())
	if err != nil {
		return nil
	}
	var sizing v1alpha1.Sizing
	if json.Unmarshal(raw, &sizing) != nil {
		return nil
	}
	return &sizing
}

// jsonType is what a user would call the type that a field must have.
func jsonType(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "int", "int32", "int64":
		return "a whole number"
	case "bool":
		return "true or false"
	case "string":
		return "a string, in quotes if it looks like a number"
	case "slice":
		return "a list"
	default:
		return "an object"
	}
}

func stringsOf(v *structpb.Value) []string {
	var out []string
	for _, e := range v.GetListValue().GetValues() {
		out = append(out, e.GetStringValue())
	}
	return out
}
