package layer

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/ec2"
)

// TestIrreplaceable follows what holds data through its life: what the provider may do with it.
func TestIrreplaceable(t *testing.T) {
	var (
		unready = map[string]any{"conditions": []any{map[string]any{"type": "Ready", "status": "False", "reason": "Creating"}}}
		ready   = readyStatus(map[string]any{"id": "vol-1"})
		// What the provider says of what it may not create, when AWS does not find it.
		gone = "update failed: refuse to update the external resource because the following update requires replacing it: cannot change the value of the argument \"availability_zone\" from \"\" to \"us-east-1a\""
		lost = map[string]any{"atProvider": map[string]any{"id": "vol-1"}, "conditions": []any{
			map[string]any{"type": "Ready", "status": "False", "reason": "Unavailable"},
			map[string]any{"type": "Synced", "status": "False", "reason": "ReconcileError", "message": gone},
		}}
		adopting = func(o map[string]any) {
			o["spec"].(map[string]any)["adopt"] = map[string]any{"externalNames": map[string]any{"clickhouse-volume": "vol-1"}}
		}
	)
	const hint = "docs/tasks/unready.md#lost-stores"
	observed := func(status map[string]any, policies ...any) map[string]*fnv1.Resource {
		spec := map[string]any{"forProvider": map[string]any{}}
		if policies != nil {
			spec["managementPolicies"] = policies
		}
		return map[string]*fnv1.Resource{"clickhouse-volume": managed(t, "demo-x7x7x-volume", map[string]any{
			"metadata": map[string]any{"name": "demo-x7x7x-volume", "annotations": map[string]any{"crossplane.io/external-name": "vol-1"}},
			"spec":     spec, "status": status,
		})}
	}
	cases := map[string]struct {
		reason   string
		change   func(map[string]any)
		keep     bool
		options  []Option
		observed map[string]*fnv1.Resource
		want     any
		hint     bool
	}{
		"New":                     {"Should be made.", nil, true, nil, nil, nil, false},
		"NewLimited":              {"Should be made, and left in AWS.", nil, true, []Option{FillsInNothing()}, nil, []any{"Create", "Observe", "Update"}, false},
		"BeingMade":               {"Should be let try again until it is there.", nil, true, nil, observed(unready), nil, false},
		"Made":                    {"Should not be made again.", nil, true, nil, observed(ready), []any{"Observe", "Update", "LateInitialize"}, false},
		"MadeLimited":             {"Should not be made again, and be filled in as little as before.", nil, true, []Option{FillsInNothing()}, observed(ready, "Create", "Observe", "Update"), []any{"Observe", "Update"}, false},
		"Lost":                    {"Should not be made again when it is not there any more, and say what to do.", nil, true, nil, observed(lost, "Observe", "Update", "LateInitialize"), []any{"Observe", "Update", "LateInitialize"}, true},
		"DeletedAndComposedAgain": {"Should be made when its managed resource was deleted, though the next one has the former's policies.", nil, true, nil, observed(map[string]any{"atProvider": map[string]any{}, "conditions": lost["conditions"]}, "Observe", "Update", "LateInitialize"), nil, false},
		"Refused":                 {"Should say of what may be made only what the provider says.", nil, true, nil, observed(lost), nil, false},
		"NotProtected":            {"Should be made again where nothing is to be kept.", nil, false, nil, observed(ready), nil, false},
		"LetGo":                   {"Should be let go with everything that was held back.", nil, false, []Option{FillsInNothing()}, observed(ready, "Observe", "Update"), []any{"Create", "Observe", "Update", "Delete"}, false},
		"OnlyLookedAt":            {"Should be looked at until AWS has said what it has.", adopting, true, nil, nil, []any{"Observe"}, false},
		"Adopted":                 {"Should be filled in, and never made.", adopting, true, []Option{FillsInNothing()}, observed(ready, "Observe"), []any{"Observe", "Update", "LateInitialize"}, false},
		"AdoptedBroken":           {"Should never be made, even if it is not ready when it is taken over.", adopting, true, nil, observed(map[string]any{"atProvider": map[string]any{"id": "vol-1"}}, "Observe"), []any{"Observe", "Update", "LateInitialize"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
				s.Add("clickhouse-volume", &ec2.EBSVolume{}, append([]Option{IrreplaceableIf(tc.keep)}, tc.options...)...)
			}}
			rsp := Run(request(t, xr(t, tc.change), tc.observed, "test"), []Layer{l})
			got := rsp.GetDesired().GetResources()["clickhouse-volume"].GetResource().AsMap()["spec"].(map[string]any)["managementPolicies"]
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			for _, c := range rsp.GetConditions() {
				if c.GetType() == "TestReady" && strings.Contains(c.GetMessage(), hint) != tc.hint {
					t.Errorf("\n%s\nShould point to %s: %t: %s", tc.reason, hint, tc.hint, c.GetMessage())
				}
			}
		})
	}
}
