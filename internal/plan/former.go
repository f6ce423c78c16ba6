package plan

import (
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// simulatedOtherwise are the ARNs that v0.1.0 made up for load balancers, and those that AWS makes.
var simulatedOtherwise = strings.NewReplacer("arn:aws:elbv2:", "arn:aws:elasticloadbalancing:")

// ofFormer returns resources that a former version rendered, with the ARNs that this one would make up: another one is no change.
func ofFormer(resources map[string]*structpb.Struct) map[string]*structpb.Struct {
	out := make(map[string]*structpb.Struct, len(resources))
	for name, o := range resources {
		out[name] = rewritten(structpb.NewStructValue(fields.Clone(o))).GetStructValue()
	}
	return out
}

func rewritten(v *structpb.Value) *structpb.Value {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		return structpb.NewStringValue(simulatedOtherwise.Replace(kind.StringValue))
	case *structpb.Value_StructValue:
		for name, field := range kind.StructValue.GetFields() {
			kind.StructValue.Fields[name] = rewritten(field)
		}
	case *structpb.Value_ListValue:
		for i, element := range kind.ListValue.GetValues() {
			kind.ListValue.Values[i] = rewritten(element)
		}
	}
	return v
}
