package compute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScaling is R-ECS-4.
func TestScaling(t *testing.T) {
	if r := eventual(t, "staging"); len(ofKind(r, "Target"))+len(ofKind(r, "Policy")) > 0 {
		t.Error("Should not scale in staging.")
	}
	r := eventual(t, "production")
	got := map[string]string{}
	for name, o := range ofKind(r, "Target") {
		p := parameters(o)
		got[name] = fmt.Sprintf("%v to %v of %v", p["minCapacity"], p["maxCapacity"], p["resourceId"])
	}
	want := map[string]string{
		"scaling-backend":         "2 to 10 of service/morket-production/morket-production-backend",
		"scaling-scraper":         "2 to 6 of service/morket-production/morket-production-scraper",
		"scaling-frontend":        "2 to 4 of service/morket-production/morket-production-frontend",
		"scaling-temporal-worker": "2 to 6 of service/morket-production/morket-production-temporal-worker",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	for service := range want {
		for direction, want := range map[string]string{"out": "CPUUtilization GreaterThanOrEqualToThreshold 70", "in": "CPUUtilization LessThanOrEqualToThreshold 30"} {
			alarm := parameters(r.Resources[service+"-"+direction+"-alarm"])
			if diff := cmp.Diff(want, fmt.Sprintf("%v %v %v", alarm["metricName"], alarm["comparisonOperator"], alarm["threshold"])); diff != "" {
				t.Errorf("%s %s: -want, +got:\n%s", service, direction, diff)
			}
			actions := alarm["alarmActions"].([]any)
			if got := owner(r, "Policy", actions[0]); len(actions) != 1 || got != service+"-"+direction {
				t.Errorf("%s: the alarm should set off its policy, got %s", service, got)
			}
			name := strings.TrimPrefix(service, "scaling-")
			if diff := cmp.Diff(map[string]any{"ClusterName": "morket-production", "ServiceName": "morket-production-" + name}, alarm["dimensions"]); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", service, diff)
			}
		}
	}
}
