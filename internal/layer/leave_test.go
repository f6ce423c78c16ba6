package layer

import (
	"fmt"
	"maps"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fields"
)

// TestLeaveBehind leaves two resources behind and looks at what is desired of them.
func TestLeaveBehind(t *testing.T) {
	const kept = "Orphan [Observe]"
	resource := func(name, deletion string, policies ...any) *fnv1.Resource {
		spec := map[string]any{"forProvider": map[string]any{"region": "us-east-1", "forceDelete": true}, "deletionPolicy": deletion}
		if policies != nil {
			spec["managementPolicies"] = policies
		}
		return managed(t, name, map[string]any{
			"metadata": map[string]any{"name": name, "labels": map[string]any{"platform.morket.io/l": "v"}},
			"spec":     spec, "status": readyStatus(map[string]any{"arn": "arn:x"}),
		})
	}
	left := func(name string) *fnv1.Resource { return resource(name, "Orphan", "Observe") }
	cases := map[string]struct {
		reason  string
		noted   bool
		a, b    *fnv1.Resource
		want    map[string]string
		waiting string // the condition's reason
	}{
		"Nothing":      {"Should do nothing where nothing exists.", true, nil, nil, nil, "Available"},
		"Delete":       {"Should keep what would be deleted, and tell it to stay.", true, resource("a", "Delete"), resource("b", "Delete"), map[string]string{"a": kept, "b": kept}, "WaitingForDeletionPolicyOrphan"},
		"Orphan":       {"Should not trust a policy that it has not set itself: it may be about to change.", true, resource("a", "Orphan"), nil, map[string]string{"a": kept}, "WaitingForDeletionPolicyOrphan"},
		"Policies":     {"Should replace management policies with which the provider deletes whatever deletionPolicy says.", true, resource("a", "Orphan", "Observe", "Create", "Update", "Delete"), nil, map[string]string{"a": kept}, "WaitingForDeletionPolicyOrphan"},
		"OnlyPolicies": {"Should wait for deletionPolicy, too.", true, resource("a", "Delete", "Observe"), nil, map[string]string{"a": kept}, "WaitingForDeletionPolicyOrphan"},
		"Half":         {"Should drop none before all of them stay in AWS.", true, left("a"), resource("b", "Delete"), map[string]string{"a": kept, "b": kept}, "WaitingForDeletionPolicyOrphan"},
		"Unnoted":      {"Should drop none before it is noted.", false, left("a"), left("b"), map[string]string{"a": kept, "b": kept}, "WaitingForTheStatus"},
		"Both":         {"Should drop both when both stay in AWS.", true, left("a"), left("b"), nil, "Available"},
		"Rest":         {"Should drop the one that is left when the other is gone.", true, nil, left("b"), nil, "Available"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) { s.LeaveBehind(tc.noted, "a", "b") }}
			observed := map[string]*fnv1.Resource{"a": tc.a, "b": tc.b}
			maps.DeleteFunc(observed, func(_ string, r *fnv1.Resource) bool { return r == nil })
			rsp := Run(request(t, xr(t, nil), observed, "test"), []Layer{l})
			var got map[string]string
			for name, r := range rsp.GetDesired().GetResources() {
				if got == nil {
					got = map[string]string{}
				}
				o := r.GetResource()
				got[name] = fmt.Sprint(fields.Text(o, "spec", "deletionPolicy"), " ", fields.At(o, "spec", "managementPolicies").GetListValue().AsSlice())
				if fields.At(o, "spec", "forProvider", "forceDelete").GetBoolValue() || fields.Text(o, "metadata", "labels", "platform.morket.io/l") != "v" {
					t.Errorf("\n%s\n%s should keep its labels, and delete nothing by force: %v", tc.reason, name, o)
				}
				if !fields.At(observed[name].GetResource(), "spec", "forProvider", "forceDelete").GetBoolValue() {
					t.Errorf("%s: should leave what was observed as it is", name)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got := rsp.GetConditions()[0].GetReason(); got != tc.waiting {
				t.Errorf("\n%s\nwant the reason %s, got %s", tc.reason, tc.waiting, got)
			}
		})
	}
}
