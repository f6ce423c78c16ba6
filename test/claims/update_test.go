package claims

import (
	"fmt"
	"testing"

	"github.com/morket-io/platform/internal/fields"
)

// TestRulesKnowTheSizings fails when a profile's value is changed that a rule of the schema has to repeat, because rules
// cannot read profiles.
func TestRulesKnowTheSizings(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		o := claim(t, environment)
		data := fields.Object(apply(t, o, nil, nil).status, "sizing", "data")
		size := int(fields.At(data, "clickHouse", "volume", "sizeGiB").GetNumberValue())
		mode := fields.At(data, "rabbitmq", "deploymentMode").GetStringValue()
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
