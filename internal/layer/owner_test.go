package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/ec2"
)

// TestHolders asks for VPCs of other platforms that are called vpc-1.
func TestHolders(t *testing.T) {
	const created = "2026-01-02T00:00:00Z"
	other := func(composite, region, external, created string) *fnv1.Resource {
		return managed(t, composite+"-vpc", map[string]any{
			"metadata": map[string]any{
				"name": composite + "-vpc", "creationTimestamp": created,
				"labels":      map[string]any{"crossplane.io/composite": composite},
				"annotations": map[string]any{"crossplane.io/external-name": external},
			},
			"spec": map[string]any{"forProvider": map[string]any{"region": region}},
		})
	}
	mine := other("demo-m", "us-east-1", "vpc-1", created)
	cases := map[string]struct {
		reason   string
		created  string
		observed *fnv1.Resource
		answer   []*fnv1.Resource
		want     map[string]bool // owner: whether it is older
		asks     bool
	}{
		"Nobody":      {"Should ask when there is no answer yet.", created, mine, nil, nil, true},
		"Offline":     {"Should ask nothing where no API server created the composite resource.", "", mine, []*fnv1.Resource{other("o", "us-east-1", "vpc-1", created)}, nil, false},
		"Itself":      {"Should not find itself.", created, mine, []*fnv1.Resource{mine}, nil, true},
		"Older":       {"Should find an older one.", created, mine, []*fnv1.Resource{other("o", "us-east-1", "vpc-1", "2026-01-01T00:00:00Z")}, map[string]bool{"composite resource o": true}, true},
		"Younger":     {"Should find a younger one.", created, mine, []*fnv1.Resource{other("a", "us-east-1", "vpc-1", "2026-01-03T00:00:00Z")}, map[string]bool{"composite resource a": false}, true},
		"SameSecond":  {"Should order two of one second by name.", created, mine, []*fnv1.Resource{other("a", "us-east-1", "vpc-1", created), other("z", "us-east-1", "vpc-1", created)}, map[string]bool{"composite resource a": true, "composite resource z": false}, true},
		"NoneOfMine":  {"Should take any other for older than what does not exist.", created, nil, []*fnv1.Resource{other("z", "us-east-1", "vpc-1", "2027-01-01T00:00:00Z")}, map[string]bool{"composite resource z": true}, true},
		"OtherRegion": {"Should ignore the same name in another region.", created, mine, []*fnv1.Resource{other("o", "eu-west-1", "vpc-1", created)}, nil, true},
		"OtherName":   {"Should ignore another name, as two prefixes may have one label.", created, mine, []*fnv1.Resource{other("o", "us-east-1", "vpc-2", created)}, nil, true},
		"Unowned":     {"Should ignore what no platform composed.", created, mine, []*fnv1.Resource{other("", "us-east-1", "vpc-1", created)}, nil, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got map[string]bool
			l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
				for _, h := range s.Holders("vpcs", (*ec2.VPC)(nil).Kind(), "vpc-1", map[string]string{"l": "v"}) {
					if got == nil {
						got = map[string]bool{}
					}
					got[h.Owner()] = h.Before(s.Observe("vpc"))
				}
			}}
			req := request(t, platformXR(t, "demo-m", tc.created, "demo", "here", "", "us-east-1").GetResource(), nil, "test")
			if tc.observed != nil {
				req.Observed.Resources = map[string]*fnv1.Resource{"vpc": tc.observed}
			}
			req.RequiredResources = map[string]*fnv1.Resources{"vpcs": {Items: tc.answer}}
			rsp := Run(req, []Layer{l})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			want := map[string]string(nil)
			if tc.asks {
				want = map[string]string{"l": "v"}
			}
			if diff := cmp.Diff(want, names(rsp.GetRequirements())["vpcs"]); diff != "" {
				t.Errorf("\n%s\nasked: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
		s.Holders("vpcs", (*ec2.VPC)(nil).Kind(), "vpc-1", map[string]string{"l": "v"})
		s.Add("vpc", &ec2.VPC{})
		s.Refuse("Taken", "somebody else has it")
	}}
	rsp := Run(request(t, platformXR(t, "demo-m", "2026-01-02T00:00:00Z", "demo", "here", "", "us-east-1").GetResource(), nil, "test"), []Layer{l})
	got := simplify(rsp)
	want := response{
		Ready:      "READY_UNSPECIFIED",
		Conditions: map[string]string{"TestReady": "STATUS_CONDITION_FALSE Taken somebody else has it"},
		Results:    []string{"SEVERITY_FATAL Taken somebody else has it"},
		TTL:        ttlWaiting,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should compose nothing at all.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"l": "v"}, names(rsp.GetRequirements())["vpcs"]); diff != "" {
		t.Errorf("Should ask what it asks without the refusal.\n-want, +got:\n%s", diff)
	}
}

func TestWarn(t *testing.T) {
	l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) {
		s.Add("vpc", &ec2.VPC{})
		s.Warn("Shared", "somebody else has it, too")
	}}
	const ready, warned = "1 resources are ready", "1 resources are ready; somebody else has it, too"
	cases := map[string]struct {
		reason string
		before string // the condition's message
		want   []string
	}{
		"New":  {"Should give a result when the warning is new.", ready, []string{"SEVERITY_WARNING Shared somebody else has it, too"}},
		"Same": {"Should give none while the warning lasts.", warned, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			composite := xr(t, func(o map[string]any) {
				o["status"] = map[string]any{"conditions": []any{map[string]any{"type": "TestReady", "status": "True", "reason": "Available", "message": tc.before}}}
			})
			rsp := Run(request(t, composite, map[string]*fnv1.Resource{"vpc": managed(t, "demo-vpc", map[string]any{"status": readyStatus(nil)})}, "test"), []Layer{l})
			got := simplify(rsp)
			want := response{
				Desired:    map[string]string{"vpc": "READY_TRUE"},
				Ready:      "READY_UNSPECIFIED",
				Conditions: map[string]string{"TestReady": "STATUS_CONDITION_TRUE Available " + warned},
				Results:    tc.want,
				TTL:        ttlReady,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNew(t *testing.T) {
	cases := map[string]struct {
		reason   string
		status   map[string]any
		observed map[string]*fnv1.Resource
		want     bool
	}{
		"New":       {"Should be new without resources and status.", nil, nil, true},
		"Resources": {"Should not be new with a resource.", nil, map[string]*fnv1.Resource{"vpc": managed(t, "demo-vpc", nil)}, false},
		"Status":    {"Should not be new when its resources cannot be seen for the moment.", map[string]any{"namePrefix": "demo"}, nil, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got bool
			l := Layer{Name: "test", Condition: "TestReady", Compose: func(s *Scope) { got = s.New() }}
			Run(request(t, xr(t, func(o map[string]any) { o["status"] = tc.status }), tc.observed, "test"), []Layer{l})
			if got != tc.want {
				t.Errorf("\n%s\nwant %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
