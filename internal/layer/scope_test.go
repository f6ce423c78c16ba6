package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/aws/kms"
	"github.com/morket-io/platform/internal/fields"
)

func TestBool(t *testing.T) {
	o := Observed{object: managed(t, "a", map[string]any{"status": readyStatus(map[string]any{"yes": true, "no": false, "word": "true"})}).GetResource()}
	cases := map[string]struct {
		reason, path string
		want         bool
	}{
		"True":    {"Should read what AWS said.", "yes", true},
		"False":   {"Should read what AWS denied.", "no", false},
		"Missing": {"Should take what AWS did not say for false.", "maybe", false},
		"Word":    {"Should take no word for a boolean.", "word", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, o.Bool(tc.path)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFollowingRefs holds the order of references to that of what they lead to, which is the provider's.
func TestFollowingRefs(t *testing.T) {
	id := func(name, id string) *fnv1.Resource {
		return managed(t, name, map[string]any{"status": map[string]any{"atProvider": map[string]any{"id": id}}})
	}
	cases := map[string]struct {
		reason   string
		observed map[string]*fnv1.Resource
		want     []string
	}{
		"None":    {"Should keep the order of names while nothing is known.", nil, []string{"a", "b", "c"}},
		"Sorted":  {"Should keep an order that is the provider's.", map[string]*fnv1.Resource{"a": id("a", "subnet-1"), "b": id("b", "subnet-2"), "c": id("c", "subnet-3")}, []string{"a", "b", "c"}},
		"Other":   {"Should have the order that the provider gives them, whatever their names.", map[string]*fnv1.Resource{"a": id("a", "subnet-f9"), "b": id("b", "subnet-fc"), "c": id("c", "subnet-01")}, []string{"c", "a", "b"}},
		"Added":   {"Should have what is not known yet last.", map[string]*fnv1.Resource{"b": id("b", "subnet-2"), "c": id("c", "subnet-1")}, []string{"c", "b", "a"}},
		"Unknown": {"Should keep the order of names among what is not known yet.", map[string]*fnv1.Resource{"b": id("b", "subnet-2")}, []string{"b", "a", "c"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			follows := Layer{Name: "follows", Condition: "FollowsReady", Compose: func(s *Scope) {
				for _, ref := range s.FollowingRefs("a", "b", "c") {
					if ref.Policy == nil || ref.Policy.Resolve != "Always" {
						t.Errorf("Should follow, got %v", ref.Policy)
					}
					got = append(got, ref.Name[len(ref.Name)-1:])
				}
			}}
			Run(request(t, xr(t, nil), tc.observed, "test", "follows"), []Layer{testLayer, follows})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposes(t *testing.T) {
	var got []bool
	asking := Layer{Name: "asking", Condition: "AskingReady", Compose: func(s *Scope) {
		got = []bool{s.Composes("vpc"), s.Composes("other"), s.Composes("endpoint"), s.Composes("nothing")}
	}}
	req := request(t, xr(t, nil), nil, "test", "asking")
	req.Desired = &fnv1.State{Resources: map[string]*fnv1.Resource{"other": managed(t, "other", nil)}}
	Run(req, []Layer{testLayer, asking})
	if diff := cmp.Diff([]bool{true, true, false, false}, got); diff != "" {
		t.Errorf("\nShould know what a layer before it or an earlier function composes, but not what waits or does not exist: -want, +got:\n%s", diff)
	}
}

// TestExternalName: what AWS has keeps its name, whatever a later version of the function would name it.
func TestExternalName(t *testing.T) {
	named := Layer{Name: "named", Condition: "NamedReady", Compose: func(s *Scope) {
		s.Add("alias", &kms.Alias{}, ExternalName("alias/new"))
	}}
	observed := func(external string, at map[string]any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"annotations": map[string]any{annotationExternalName: external}},
			"status":   map[string]any{"atProvider": at},
		}
	}
	known := map[string]any{"id": "alias/old"}
	cases := map[string]struct {
		reason   string
		observed map[string]any
		want     string
	}{
		"New":     {"Should name what does not exist.", nil, "alias/new"},
		"Exists":  {"Should keep the name of what AWS has.", observed("alias/old", known), "alias/old"},
		"Unknown": {"Should name what AWS has never shown: nothing has the former name.", observed("alias/old", nil), "alias/new"},
		"Same":    {"Should not take over how the provider writes the same name.", observed("new", known), "alias/new"},
		"None":    {"Should name what has no name yet.", observed("", known), "alias/new"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			resources := map[string]*fnv1.Resource{}
			if tc.observed != nil {
				resources["alias"] = &fnv1.Resource{Resource: mustStruct(t, tc.observed)}
			}
			rsp := Run(request(t, xr(t, nil), resources, "named"), []Layer{named})
			got := fields.Text(rsp.GetDesired().GetResources()["alias"].GetResource(), "metadata", "annotations", annotationExternalName)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFillsInNothing leaves fields to AWS, but for those of what the claim takes over.
func TestFillsInNothing(t *testing.T) {
	l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
		s.Add("vpc", &ec2.VPC{}, FillsInNothing())
	}}
	adopting := func(o map[string]any) {
		o["spec"].(map[string]any)["adopt"] = map[string]any{"externalNames": map[string]any{"vpc": "vpc-1"}}
	}
	there := map[string]*fnv1.Resource{"vpc": managed(t, "demo-x7x7x-vpc", map[string]any{
		"metadata": map[string]any{"name": "demo-x7x7x-vpc", "annotations": map[string]any{"crossplane.io/external-name": "vpc-1"}},
		"status":   readyStatus(map[string]any{"id": "vpc-1"}),
	})}
	cases := map[string]struct {
		reason string
		change func(map[string]any)
		want   any
	}{
		"Own":     {"Should not be filled in by the provider.", nil, []any{"Create", "Observe", "Update", "Delete"}},
		"Adopted": {"Should be filled in: what it has beyond the claim would be taken away otherwise.", adopting, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := Run(request(t, xr(t, tc.change), there, "test"), []Layer{l})
			got := rsp.GetDesired().GetResources()["vpc"].GetResource().AsMap()["spec"].(map[string]any)["managementPolicies"]
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
