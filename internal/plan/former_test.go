package plan_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// TestFormerARNs compares with what v0.1.0 rendered, which made up other ARNs for load balancers: nothing changes by that.
func TestFormerARNs(t *testing.T) {
	r := platformtest.Renderer(t)
	claim := platformtest.Claim(t, "staging")
	rendered := platformtest.Eventually(t, platformtest.XR(t, "staging", nil))
	was := &plan.Input{Name: "v0.1.0", Platform: claim, Resources: map[string]*structpb.Struct{}}
	replaced := 0
	for name, o := range rendered.Resources {
		raw, err := protojson.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		former := strings.ReplaceAll(string(raw), "arn:aws:elasticloadbalancing:", "arn:aws:elbv2:")
		replaced += strings.Count(former, "arn:aws:elbv2:")
		was.Resources[name] = &structpb.Struct{}
		if err := protojson.Unmarshal([]byte(former), was.Resources[name]); err != nil {
			t.Fatal(err)
		}
	}
	p, err := plan.Change(r, was, &plan.Input{Name: "next", Platform: platformtest.Claim(t, "staging")})
	if err != nil {
		t.Fatal(err)
	}
	if replaced == 0 || !p.Empty() {
		t.Errorf("Should see no change in %d ARNs of another form, got %s", replaced, p.Summary())
	}
}
