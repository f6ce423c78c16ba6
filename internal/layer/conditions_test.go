package layer

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/morket-io/platform/internal/aws/ec2"
)

// TestLostWhileCreating holds what is said of a resource that AWS may have made without the provider having heard of it.
func TestLostWhileCreating(t *testing.T) {
	cases := map[string]struct {
		reason  string
		message string
		known   bool
		hint    bool
	}{
		"Killed":   {"Should say what to do when the provider does not know whether it has made it.", "cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe to proceed", false, true},
		"Exists":   {"Should say what to do when AWS has it, and the provider has no id of it.", "create failed: async create failed: creating Secrets Manager Secret (demo/jwt): ResourceExistsException: The operation failed because the secret demo/jwt already exists.", false, true},
		"Conflict": {"Should say so of a subnet that the first of the same is in the way of.", "InvalidSubnet.Conflict: The CIDR '10.0.0.0/20' conflicts with another subnet", false, true},
		"Found":    {"Should say only what AWS says of what the provider has found.", "update failed: an alias with this name already exists", true, false},
		"Refused":  {"Should say only what AWS says of what it refuses for another reason.", "VpcLimitExceeded", false, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			status := map[string]any{"conditions": []any{map[string]any{"type": "Synced", "status": "False", "reason": "ReconcileError", "message": tc.message}}}
			if tc.known {
				status["atProvider"] = map[string]any{"id": "vpc-1"}
			}
			l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) { s.Add("vpc", &ec2.VPC{}) }}
			rsp := Run(request(t, xr(t, nil), map[string]*fnv1.Resource{"vpc": managed(t, "demo-vpc", map[string]any{"status": status})}, "test"), []Layer{l})
			for _, c := range rsp.GetConditions() {
				if c.GetType() != "TestReady" {
					continue
				}
				if !strings.Contains(c.GetMessage(), tc.message) {
					t.Errorf("\n%s\nShould pass on what the provider says: %s", tc.reason, c.GetMessage())
				}
				if got := strings.Contains(c.GetMessage(), "docs/tasks/unready.md#lost-while-creating"); got != tc.hint {
					t.Errorf("\n%s\nShould point to the page: %t: %s", tc.reason, tc.hint, c.GetMessage())
				}
				return
			}
			t.Error("Should have the layer's condition")
		})
	}
}
