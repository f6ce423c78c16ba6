package claims

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"
)

// TestRulesKnowTheSizings fails when a profile's value is changed that a rule of the schema has to repeat, because rules
// cannot read profiles.
func TestRulesKnowTheSizings(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		o := claim(t, environment)
		data := apply(t, o, nil, nil).status.GetFields()["sizing"].GetStructValue().GetFields()["data"].GetStructValue()
		size := int(get(data, "clickHouse", "volume", "sizeGiB").GetNumberValue())
		mode := get(data, "rabbitmq", "deploymentMode").GetStringValue()
		other := map[string]string{"SINGLE_INSTANCE": "CLUSTER_MULTI_AZ", "CLUSTER_MULTI_AZ": "SINGLE_INSTANCE"}[mode]

		for patch, want := range map[string]bool{
			fmt.Sprintf(`spec: {data: {clickHouse: {volume: {sizeGiB: %d}}}}`, size):                        true,
			fmt.Sprintf(`spec: {data: {clickHouse: {volume: {sizeGiB: %d}}}}`, size-1):                      false,
			fmt.Sprintf(`spec: {data: {rabbitmq: {deploymentMode: %s}}}`, mode):                             true,
			fmt.Sprintf(`spec: {data: {rabbitmq: {deploymentMode: %s, instanceType: mq.m5.large}}}`, other): false,
		} {
			if v := apply(t, patched(t, o, patch), o, nil); (len(v.told) == 0) != want || v.late {
				t.Errorf("Should hold changes in %s against its own profile, in the schema: %s: want taken %t, told %q", environment, patch, want, v.told)
			}
		}
	}
}

func get(o *structpb.Struct, path ...string) *structpb.Value {
	v := structpb.NewStructValue(o)
	for _, p := range path {
		v = v.GetStructValue().GetFields()[p]
	}
	return v
}
