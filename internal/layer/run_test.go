package layer

import (
	"strings"
	"testing"
	"time"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/morket-io/platform/internal/fields"
)

var testLayers = []Layer{testLayer, globalLayer}

// what of a response a test looks at: everything but the bulk of the resources and the sizing in the status.
type response struct {
	Desired    map[string]string // name: readiness
	Ready      string            // of the composite resource
	Conditions map[string]string // type: status reason message
	Results    []string
	TTL        time.Duration
}

func simplify(rsp *fnv1.RunFunctionResponse) response {
	out := response{Ready: rsp.GetDesired().GetComposite().GetReady().String(), TTL: rsp.GetMeta().GetTtl().AsDuration()}
	for name, r := range rsp.GetDesired().GetResources() {
		if out.Desired == nil {
			out.Desired = map[string]string{}
		}
		out.Desired[name] = r.GetReady().String()
	}
	for _, c := range rsp.GetConditions() {
		if out.Conditions == nil {
			out.Conditions = map[string]string{}
		}
		out.Conditions[c.GetType()] = c.GetStatus().String() + " " + c.GetReason() + " " + c.GetMessage()
	}
	for _, r := range rsp.GetResults() {
		out.Results = append(out.Results, r.GetSeverity().String()+" "+r.GetReason()+" "+r.GetMessage())
	}
	return out
}

// TestRun looks at whole responses. (design rule 8)
func TestRun(t *testing.T) {
	const (
		notReady = "READY_FALSE"
		ready    = "READY_TRUE"
		unset    = "READY_UNSPECIFIED"
		isTrue   = "STATUS_CONDITION_TRUE "
		isFalse  = "STATUS_CONDITION_FALSE "
	)
	created := readyStatus(map[string]any{"id": "vpc-1", "arn": "arn:vpc-1"})
	withCondition := func(status, reason string) func(map[string]any) {
		return func(o map[string]any) {
			o["status"] = map[string]any{"conditions": []any{map[string]any{"type": "TestReady", "status": status, "reason": reason}}}
		}
	}

	cases := map[string]struct {
		reason string
		req    *fnv1.RunFunctionRequest
		want   response
	}{
		"Fresh": {
			reason: "Should compose what waits for nothing, hold back what needs a value of AWS, and say what is waited for first.",
			req:    request(t, xr(t, nil), nil, "test"),
			want: response{
				Desired:    map[string]string{"vpc": notReady, "subnet": notReady},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + "WaitingForVPC 0 of 3 resources are ready; waiting for vpc (VPC), subnet (Subnet)"},
				TTL:        ttlWaiting,
			},
		},
		"OnlyGated": {
			reason: "Should tell Crossplane that the platform is not ready when all that is composed is, but something waits; Crossplane cannot know.",
			req: request(t, xr(t, nil), map[string]*fnv1.Resource{
				"vpc":    managed(t, "demo-x7x7x-vpc", map[string]any{"status": readyStatus(map[string]any{"id": "vpc-1"})}),
				"subnet": managed(t, "demo-x7x7x-subnet", map[string]any{"status": readyStatus(nil)}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready},
				Ready:      notReady,
				Conditions: map[string]string{"TestReady": isFalse + "WaitingForTheVPCsARN endpoint waits for the VPC's ARN"},
				TTL:        ttlWaiting,
			},
		},
		"AllReady": {
			reason: "Should leave readiness to Crossplane, ask for a long pause, and tell once that the layer has become ready.",
			req: request(t, xr(t, withCondition("False", "WaitingForVPC")), map[string]*fnv1.Resource{
				"vpc":      managed(t, "demo-x7x7x-vpc", map[string]any{"status": created}),
				"subnet":   managed(t, "demo-x7x7x-subnet", map[string]any{"status": created}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isTrue + "Available 3 resources are ready"},
				Results:    []string{"SEVERITY_NORMAL Available The test layer is ready: 3 resources are ready"},
				TTL:        ttlReady,
			},
		},
		"StillReady": {
			reason: "Should not tell again what was told: events are for transitions.",
			req: request(t, xr(t, withCondition("True", "Available")), map[string]*fnv1.Resource{
				"vpc":      managed(t, "demo-x7x7x-vpc", map[string]any{"status": created}),
				"subnet":   managed(t, "demo-x7x7x-subnet", map[string]any{"status": created}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isTrue + "Available 3 resources are ready"},
				TTL:        ttlReady,
			},
		},
		"Refused": {
			reason: "Should show what the provider says went wrong, and warn once.",
			req: request(t, xr(t, withCondition("True", "Available")), map[string]*fnv1.Resource{
				"vpc": managed(t, "demo-x7x7x-vpc", map[string]any{"status": map[string]any{
					"atProvider": map[string]any{"id": "vpc-1", "arn": "arn:vpc-1"},
					"conditions": []any{
						map[string]any{"type": "Ready", "status": "True"},
						map[string]any{"type": "Synced", "status": "True"},
						map[string]any{"type": "LastAsyncOperation", "status": "False", "reason": "AsyncCreateFailure", "message": "VpcLimitExceeded"},
					},
				}}),
				"subnet":   managed(t, "demo-x7x7x-subnet", map[string]any{"status": created}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + "CannotSyncVPC AWS or its provider refused vpc (VPC): VpcLimitExceeded"},
				Results:    []string{"SEVERITY_WARNING CannotSyncVPC The test layer has a problem: AWS or its provider refused vpc (VPC): VpcLimitExceeded"},
				TTL:        ttlWaiting,
			},
		},
		"Paused": {
			reason: "Should not call it a refusal of AWS when somebody has paused a resource, and say that it is.",
			req: request(t, xr(t, withCondition("True", "Available")), map[string]*fnv1.Resource{
				"vpc": managed(t, "demo-x7x7x-vpc", map[string]any{"status": map[string]any{
					"atProvider": map[string]any{"id": "vpc-1", "arn": "arn:vpc-1"},
					"conditions": []any{
						map[string]any{"type": "Ready", "status": "True"},
						map[string]any{"type": "Synced", "status": "False", "reason": "ReconcilePaused"},
					},
				}}),
				"subnet":   managed(t, "demo-x7x7x-subnet", map[string]any{"status": created}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isTrue + "Available 3 resources are ready; paused, so that nothing of it reaches AWS: vpc"},
				TTL:        ttlReady,
			},
		},
		"Panicked": {
			reason: "Should not hold against a resource that is in sync that the provider once panicked after it had changed it.",
			req: request(t, xr(t, withCondition("True", "Available")), map[string]*fnv1.Resource{
				"vpc": managed(t, "demo-x7x7x-vpc", map[string]any{"status": map[string]any{
					"atProvider": map[string]any{"id": "vpc-1", "arn": "arn:vpc-1"},
					"conditions": []any{
						map[string]any{"type": "Ready", "status": "True"},
						map[string]any{"type": "Synced", "status": "True"},
						map[string]any{"type": "LastAsyncOperation", "status": "False", "reason": "AsyncUpdateFailure", "message": "async update failed: recovered from panic: can't use ElementIterator on null value"},
					},
				}}),
				"subnet":   managed(t, "demo-x7x7x-subnet", map[string]any{"status": created}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": ready, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isTrue + "Available 3 resources are ready"},
				TTL:        ttlReady,
			},
		},
		"Unresolved": {
			reason: "Should wait for a resource whose references lead nowhere yet, and not call that a refusal of AWS.",
			req: request(t, xr(t, nil), map[string]*fnv1.Resource{
				"vpc": managed(t, "demo-x7x7x-vpc", map[string]any{"status": created}),
				"subnet": managed(t, "demo-x7x7x-subnet", map[string]any{"status": map[string]any{"conditions": []any{
					map[string]any{"type": "Synced", "status": "False", "reason": "ReconcileError", "message": "cannot resolve references: mg.Spec.ForProvider.VPCID: referenced field was empty (referenced resource may not yet be ready)"},
				}}}),
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": ready, "subnet": notReady, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + "WaitingForSubnet 2 of 3 resources are ready; waiting for subnet (Subnet)"},
				TTL:        ttlWaiting,
			},
		},
		"LostValue": {
			reason: "Should keep a resource that exists as it was, when the value it was made from is missing for the moment.",
			req: request(t, xr(t, nil), map[string]*fnv1.Resource{
				"endpoint": managed(t, "demo-x7x7x-endpoint", map[string]any{"status": created}),
			}, "test"),
			want: response{
				Desired:    map[string]string{"vpc": notReady, "subnet": notReady, "endpoint": ready},
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + "WaitingForVPC 1 of 3 resources are ready; waiting for vpc (VPC), subnet (Subnet)"},
				TTL:        ttlWaiting,
			},
		},
		"InvalidSpec": {
			reason: "Should stop everything on a spec that cannot be, name the field, and show the message on the claim.",
			req:    request(t, xr(t, func(o map[string]any) { o["spec"].(map[string]any)["environment"] = "prod" }), nil, "test"),
			want: response{
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + `InvalidSpec spec.environment: Invalid value: "prod": must be staging or production`},
				Results:    []string{`SEVERITY_FATAL InvalidSpec spec.environment: Invalid value: "prod": must be staging or production`},
				TTL:        ttlWaiting,
			},
		},
		"WrongType": {
			reason: "Should name the field and the type it must have.",
			req: request(t, xr(t, func(o map[string]any) {
				o["spec"].(map[string]any)["network"] = map[string]any{"natGateways": "two"}
			}), nil, "test"),
			want: response{
				Ready:      unset,
				Conditions: map[string]string{"TestReady": isFalse + "InvalidSpec spec.network.natGateways: Invalid value: \"string\": must be a whole number"},
				Results:    []string{"SEVERITY_FATAL InvalidSpec spec.network.natGateways: Invalid value: \"string\": must be a whole number"},
				TTL:        ttlWaiting,
			},
		},
		"UnknownLayer": {
			reason: "Should refuse a layer that does not exist, and name those that do.",
			req:    request(t, xr(t, nil), nil, "test", "tset"),
			want: response{
				Ready:   unset,
				Results: []string{`SEVERITY_FATAL InvalidInput the pipeline step's input names layer "tset", which does not exist, or is there twice: choose from test, global`},
				TTL:     ttlWaiting,
			},
		},
		"NoLayers": {
			reason: "Should refuse an input without layers: composing nothing would delete everything.",
			req:    request(t, xr(t, nil), nil),
			want: response{
				Ready:   unset,
				Results: []string{"SEVERITY_FATAL InvalidInput the pipeline step's input names no layers: give `layers` some of test, global"},
				TTL:     ttlWaiting,
			},
		},
		"Nothing": {
			reason: "Should answer even a request that holds nothing at all.",
			req:    &fnv1.RunFunctionRequest{},
			want: response{
				Ready:   unset,
				Results: []string{"SEVERITY_FATAL InvalidInput the pipeline step's input names no layers: give `layers` some of test, global"},
				TTL:     ttlWaiting,
			},
		},
		"Panic": {
			reason: "Should turn a panic into a Fatal, with which nothing is changed, and pass nothing half composed on.",
			req:    request(t, xr(t, nil), nil, "broken"),
			want: response{
				Ready: unset,
				Conditions: map[string]string{
					"BrokenReady": isFalse + "InternalError this is a bug in the platform's function, please report it: boom",
				},
				Results: []string{"SEVERITY_FATAL InternalError this is a bug in the platform's function, please report it: boom"},
				TTL:     ttlWaiting,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			layers := testLayers
			if name == "Panic" {
				layers = []Layer{{Name: "broken", Condition: "BrokenReady", Compose: func(*Scope) { panic("boom") }}}
			}
			got := simplify(Run(tc.req, layers))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nRun(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	two := func(o map[string]any) {
		spec := o["spec"].(map[string]any)
		spec["environment"], spec["region"] = "prod", "moon"
	}
	cases := map[string]struct {
		reason string
		change func(map[string]any)
		want   []string
	}{
		"Good": {reason: "Should return no problems of a spec that is good"},
		"Bad": {reason: "Should return each problem of a spec by itself", change: two, want: []string{
			`spec.environment: Invalid value: "prod": must be staging or production`,
			`spec.region: Invalid value: "moon": must be the code of a commercial AWS region, such as us-east-1`,
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp, got := Answer(request(t, xr(t, tc.change), nil, "test"), testLayers, logging.NewNopLogger())
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if len(got) > 0 && rsp.GetResults()[0].GetMessage() != strings.Join(got, "; ") {
				t.Errorf("%s\nthe Fatal result does not join them: %s", tc.reason, rsp.GetResults()[0].GetMessage())
			}
		})
	}
}

// TestAdd looks at a composed resource whole.
func TestAdd(t *testing.T) {
	cases := map[string]struct {
		reason, layer, name string
		observed            map[string]*fnv1.Resource
		want                map[string]any
	}{
		"RegionalAndTaggable": {
			reason: "Should give a resource name, region, tags, provider config and deletion policy, and refer to others by name.",
			layer:  "test", name: "subnet",
			want: map[string]any{
				"apiVersion": "ec2.aws.upbound.io/v1beta1", "kind": "Subnet",
				"metadata": map[string]any{"name": "demo-x7x7x-subnet"},
				"spec": map[string]any{
					"deletionPolicy":    "Delete",
					"providerConfigRef": map[string]any{"name": "default"},
					"forProvider": map[string]any{
						"region":   "us-east-1",
						"vpcIdRef": map[string]any{"name": "demo-x7x7x-vpc"},
						"tags": map[string]any{
							"Project": "morket", "Environment": "staging", "ManagedBy": "crossplane", "Claim": "team/demo",
							"Name": "demo-subnet", "Tier": "public",
						},
					},
				},
			},
		},
		"ExistingNames": {
			reason: "Should call a resource, and refer to it, by the name that it has: nothing can rename it.",
			layer:  "test", name: "subnet",
			observed: map[string]*fnv1.Resource{"vpc": managed(t, "adopted", nil)},
			want: map[string]any{
				"apiVersion": "ec2.aws.upbound.io/v1beta1", "kind": "Subnet",
				"metadata": map[string]any{"name": "demo-x7x7x-subnet"},
				"spec": map[string]any{
					"deletionPolicy":    "Delete",
					"providerConfigRef": map[string]any{"name": "default"},
					"forProvider": map[string]any{
						"region":   "us-east-1",
						"vpcIdRef": map[string]any{"name": "adopted"},
						"tags": map[string]any{
							"Project": "morket", "Environment": "staging", "ManagedBy": "crossplane", "Claim": "team/demo",
							"Name": "demo-subnet", "Tier": "public",
						},
					},
				},
			},
		},
		"Options": {
			reason: "Should set external name, labels, deletion and management policies where asked, and no tags on a kind that has none.",
			layer:  "global", name: "alias",
			want: map[string]any{
				"apiVersion": "kms.aws.upbound.io/v1beta1", "kind": "Alias",
				"metadata": map[string]any{
					"name":        "demo-x7x7x-alias",
					"annotations": map[string]any{"crossplane.io/external-name": "alias/x"},
					"labels":      map[string]any{"platform.morket.io/l": "v"},
				},
				"spec": map[string]any{
					"deletionPolicy":     "Orphan",
					"managementPolicies": []any{"Observe"},
					"providerConfigRef":  map[string]any{"name": "default"},
					"forProvider":        map[string]any{"region": "us-east-1"},
				},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := Run(request(t, xr(t, nil), tc.observed, tc.layer), testLayers)
			got := rsp.GetDesired().GetResources()[tc.name].GetResource().AsMap()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, tc.name, diff)
			}
		})
	}
}

// TestKeep looks at what is composed of a resource that is kept as it was.
func TestKeep(t *testing.T) {
	observed := map[string]*fnv1.Resource{"endpoint": managed(t, "other-name", map[string]any{
		"kind": "VPCEndpoint",
		"metadata": map[string]any{
			"name": "other-name", "uid": "u", "resourceVersion": "7", "managedFields": []any{"x"},
			"annotations": map[string]any{"crossplane.io/external-name": "vpce-1", "crossplane.io/external-create-succeeded": "then"},
			"labels":      map[string]any{"crossplane.io/composite": "demo-x7x7x", "platform.morket.io/l": "v"},
		},
		"spec":   map[string]any{"forProvider": map[string]any{"region": "us-east-1", "serviceName": "arn:vpc-1"}, "deletionPolicy": "Delete"},
		"status": readyStatus(map[string]any{"id": "vpce-1"}),
	})}
	want := map[string]any{
		"apiVersion": "ec2.aws.upbound.io/v1beta1", "kind": "VPCEndpoint",
		"metadata": map[string]any{
			"name":        "other-name",
			"annotations": map[string]any{"crossplane.io/external-name": "vpce-1"},
			"labels":      map[string]any{"platform.morket.io/l": "v"},
		},
		"spec": map[string]any{"forProvider": map[string]any{"region": "us-east-1", "serviceName": "arn:vpc-1"}, "deletionPolicy": "Delete"},
	}
	rsp := Run(request(t, xr(t, nil), observed, "test"), testLayers)
	if diff := cmp.Diff(want, rsp.GetDesired().GetResources()["endpoint"].GetResource().AsMap()); diff != "" {
		t.Errorf("\nShould keep name, external name, own labels and spec, and nothing that the API server or others wrote.\n-want, +got:\n%s", diff)
	}
}

func TestPassesOn(t *testing.T) {
	req := request(t, xr(t, nil), nil, "test")
	req.Context = mustStruct(t, map[string]any{"k": "v"})
	req.Desired = &fnv1.State{
		Composite: &fnv1.Resource{
			Resource:          mustStruct(t, map[string]any{"apiVersion": "a", "kind": "K", "status": map[string]any{"other": "x", "network": map[string]any{"theirs": "y"}}}),
			ConnectionDetails: map[string][]byte{"theirs": []byte("z")},
			Ready:             fnv1.Ready_READY_FALSE,
		},
		Resources: map[string]*fnv1.Resource{"theirs": {Resource: mustStruct(t, map[string]any{"kind": "ConfigMap"}), Ready: fnv1.Ready_READY_TRUE}},
	}
	req.Observed.Resources = map[string]*fnv1.Resource{"vpc": managed(t, "v", map[string]any{"status": readyStatus(map[string]any{"id": "vpc-1"})})}
	rsp := Run(req, testLayers)

	status := rsp.GetDesired().GetComposite().GetResource().GetFields()["status"].GetStructValue().AsMap()
	delete(status, "sizing")
	want := map[string]any{"other": "x", "network": map[string]any{"theirs": "y", "vpcId": "vpc-1"}, "namePrefix": "demo"}
	if diff := cmp.Diff(want, status); diff != "" {
		t.Errorf("\nShould add to the status that earlier functions wrote, never to its conditions.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string][]byte{"theirs": []byte("z"), "vpcId": []byte("vpc-1")}, rsp.GetDesired().GetComposite().GetConnectionDetails()); diff != "" {
		t.Errorf("\nShould add to the connection details of earlier functions.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("ConfigMap", fields.Text(rsp.GetDesired().GetResources()["theirs"].GetResource(), "kind")); diff != "" {
		t.Errorf("\nShould pass on what earlier functions desired.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(fnv1.Ready_READY_FALSE, rsp.GetDesired().GetComposite().GetReady()); diff != "" {
		t.Errorf("\nShould leave an earlier function's word on readiness as it is.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(req.GetContext(), rsp.GetContext(), protocmp.Transform()); diff != "" {
		t.Errorf("\nShould pass on the context.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("tag", rsp.GetMeta().GetTag()); diff != "" {
		t.Errorf("\nShould answer with the request's tag.\n-want, +got:\n%s", diff)
	}
}
