package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"
)

// objects is a layer of what no provider manages.
var objects = Layer{Name: "objects", Condition: "ObjectsReady", Compose: func(s *Scope) {
	s.AddSecret("full", map[string]string{"k": EncodeData("v")})
	s.AddSecret("empty", nil)
	s.AddObject("usage", Object{
		APIVersion: "protection.crossplane.io/v1beta1", Kind: "ClusterUsage",
		Fields: map[string]*structpb.Value{"spec": object("reason", "because")},
	})
}}

func TestAddObject(t *testing.T) {
	cases := map[string]struct {
		reason, name string
		observed     map[string]*fnv1.Resource
		want         map[string]any
		ready        fnv1.Ready
	}{
		"Secret": {
			reason: "Should keep values in the claim's namespace for secrets, where nobody can change them.",
			name:   "full",
			want: map[string]any{
				"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true,
				"metadata": map[string]any{"name": "demo-x7x7x-full", "namespace": "crossplane-system"},
				"data":     map[string]any{"k": "dg=="},
			},
			ready: fnv1.Ready_READY_FALSE,
		},
		"SecretExists": {
			reason:   "Should take a Secret for ready as soon as it exists, and call it what it is called.",
			name:     "full",
			observed: map[string]*fnv1.Resource{"full": {Resource: mustStruct(t, map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "found"}})}},
			want: map[string]any{
				"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true,
				"metadata": map[string]any{"name": "found", "namespace": "crossplane-system"},
				"data":     map[string]any{"k": "dg=="},
			},
			ready: fnv1.Ready_READY_TRUE,
		},
		"Empty": {
			reason: "Should leave a Secret that is to be filled by somebody else open to change.",
			name:   "empty",
			want: map[string]any{
				"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
				"metadata": map[string]any{"name": "demo-x7x7x-empty", "namespace": "crossplane-system"},
			},
			ready: fnv1.Ready_READY_FALSE,
		},
		"OfTheCluster": {
			reason: "Should give a kind that belongs to the cluster no namespace.",
			name:   "usage",
			want: map[string]any{
				"apiVersion": "protection.crossplane.io/v1beta1", "kind": "ClusterUsage",
				"metadata": map[string]any{"name": "demo-x7x7x-usage"}, "spec": map[string]any{"reason": "because"},
			},
			ready: fnv1.Ready_READY_FALSE,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Run(request(t, xr(t, nil), tc.observed, "objects"), []Layer{objects}).GetDesired().GetResources()[tc.name]
			if diff := cmp.Diff(tc.want, got.GetResource().AsMap()); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got.GetReady() != tc.ready {
				t.Errorf("\n%s\nreadiness: want %s, got %s", tc.reason, tc.ready, got.GetReady())
			}
		})
	}
}

func TestReads(t *testing.T) {
	s := &Scope{
		composite: mustStruct(t, map[string]any{"status": map[string]any{"kmsKeyArn": "arn", "n": 1}}),
		observed: map[string]*fnv1.Resource{
			"secret":  {Resource: mustStruct(t, map[string]any{"apiVersion": "v1", "data": map[string]any{"a": "YQ==", "empty": "", "number": 7}})},
			"managed": managed(t, "m", map[string]any{"metadata": map[string]any{"annotations": map[string]any{"crossplane.io/external-name": "i-1"}}, "status": readyStatus(map[string]any{"latestVersion": 3.0, "text": "3"})}),
			"bare":    managed(t, "b", nil),
		},
	}
	number := func(name, path string) any {
		if v, ok := s.Observe(name).Number(path); ok {
			return v
		}
		return nil
	}
	got := map[string]any{
		"data":             s.Observe("secret").Data(),
		"data of nothing":  s.Observe("nothing").Data(),
		"number":           number("managed", "latestVersion"),
		"text as a number": number("managed", "text"),
		"no number":        number("nothing", "latestVersion"),
		"external name":    s.Observe("managed").ExternalName(),
		"no external name": s.Observe("bare").ExternalName(),
		"reported":         s.Reported("kmsKeyArn"),
		"number reported":  s.Reported("n"),
		"not reported":     s.Reported("network.vpcId"),
		"secret ready":     s.Observe("secret").Ready(),
		"managed ready":    s.Observe("managed").Ready(),
		"bare ready":       s.Observe("bare").Ready(),
	}
	want := map[string]any{
		"data": map[string]string{"a": "YQ=="}, "data of nothing": map[string]string{},
		"number": 3.0, "text as a number": nil, "no number": nil,
		"external name": "i-1", "no external name": "",
		"reported": "arn", "number reported": "", "not reported": "",
		"secret ready": true, "managed ready": true, "bare ready": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should read what is there, and nothing where nothing is: -want, +got:\n%s", diff)
	}
}

// TestSubnetZones finds the zones of subnets when the status has forgotten them.
func TestSubnetZones(t *testing.T) {
	composite := mustStruct(t, map[string]any{"spec": map[string]any{"region": "eu-west-1"}})
	observed := map[string]*fnv1.Resource{
		"subnet-private-c": managed(t, "c", nil), "subnet-private-a": managed(t, "a", nil), "subnet-public-b": managed(t, "b", nil),
		"subnet-private-x": {},
	}
	if diff := cmp.Diff([]string{"eu-west-1a", "eu-west-1c"}, subnetZones(composite, observed)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestProblem puts what a person has to do before everything that is merely waited for, and calls nothing ready.
func TestProblem(t *testing.T) {
	broken := Layer{Name: "broken", Condition: "BrokenReady", Compose: func(s *Scope) {
		s.AddSecret("secret", nil)
		s.Wait("other", "the moon")
		s.Problem("ValueLost", "bring it back")
	}}
	observed := map[string]*fnv1.Resource{"secret": {Resource: mustStruct(t, map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}})}}
	got := simplify(Run(request(t, xr(t, nil), observed, "broken"), []Layer{broken}))
	want := response{
		Desired:    map[string]string{"secret": "READY_TRUE"},
		Ready:      "READY_FALSE",
		Conditions: map[string]string{"BrokenReady": "STATUS_CONDITION_FALSE ValueLost bring it back"},
		Results:    []string{"SEVERITY_WARNING ValueLost The broken layer has a problem: bring it back"},
		TTL:        ttlWaiting,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
