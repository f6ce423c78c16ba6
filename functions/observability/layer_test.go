package observability_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/observability"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/test/platformtest"
)

// TestTopic is R-MON-2: an encrypted topic that CloudWatch may publish this platform's alarms to.
func TestTopic(t *testing.T) {
	r, _ := whole(t, "staging")
	topic := r.Resources["topic"]
	if diff := cmp.Diff("morket-staging-alarms", fields.Object(topic, "metadata", "annotations").AsMap()["crossplane.io/external-name"]); diff != "" {
		t.Errorf("\nShould be called what alarms publish to: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("alias/morket-staging", parameters(topic)["kmsMasterKeyId"]); diff != "" {
		t.Errorf("\nShould be encrypted with the platform's key: -want, +got:\n%s", diff)
	}

	type statement struct {
		Sid       string
		Principal any
		Action    []string
		Resource  []string
		Condition any
	}
	find := func(name, sid string) statement {
		t.Helper()
		var doc struct{ Statement []statement }
		if err := json.Unmarshal([]byte(parameters(r.Resources[name])["policy"].(string)), &doc); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(doc.Statement, func(s statement) bool { return s.Sid == sid })
		if i < 0 {
			t.Fatalf("%s: no statement %s", name, sid)
		}
		return doc.Statement[i]
	}
	want := statement{
		Sid: "PublishAlarms", Principal: map[string]any{"Service": []any{"cloudwatch.amazonaws.com"}},
		Action: []string{"sns:Publish"}, Resource: []string{"arn:aws:sns:us-east-1:111122223333:morket-staging-alarms"},
		Condition: map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": []any{"111122223333"}},
			"ArnLike":      map[string]any{"aws:SourceArn": []any{"arn:aws:cloudwatch:us-east-1:111122223333:alarm:morket-staging-*"}},
		},
	}
	if diff := cmp.Diff(want, find("topic-policy", "PublishAlarms")); diff != "" {
		t.Errorf("\nShould let CloudWatch publish this platform's alarms, and nobody else: -want, +got:\n%s", diff)
	}
	want.Action, want.Resource = []string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{"*"}
	if diff := cmp.Diff(want, find("key", "PublishAlarms")); diff != "" {
		t.Errorf("\nShould let CloudWatch use the key for it: without that, alarms reach nobody. -want, +got:\n%s", diff)
	}
}

// TestSubscriptions is R-MON-2: an e-mail subscription for each address, a new one for a changed address.
func TestSubscriptions(t *testing.T) {
	cases := map[string]struct {
		reason string
		emails []any
		want   map[string]string // endpoint: composition resource
	}{
		"None": {"Should tell nobody unless asked to.", nil, map[string]string{}},
		"Two":  {"Should call a subscription by its address alone, so that another address changes none.", []any{"oncall@morket.io", "b@example.com"}, map[string]string{"oncall@morket.io": "subscription-7751e5d89e", "b@example.com": "subscription-e8f39b3e13"}},
		"One":  {"Should drop the one that is not wanted any more.", []any{"b@example.com"}, map[string]string{"b@example.com": "subscription-e8f39b3e13"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var changes []func(map[string]any)
			if tc.emails != nil {
				changes = append(changes, platformtest.Set(tc.emails, "spec", "monitoring", "emails"))
			}
			r, _ := whole(t, "staging", changes...)
			got := map[string]string{}
			for name, o := range ofKind(r, "TopicSubscription") {
				p := parameters(o)
				got[p["endpoint"].(string)] = name
				if diff := cmp.Diff("email morket-staging-topic", p["protocol"].(string)+" "+p["topicArnRef"].(map[string]any)["name"].(string)); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestStatus: where to look, what else can subscribe, and who would be told of nothing.
func TestStatus(t *testing.T) {
	_, observed := whole(t, "production")
	for _, o := range observed {
		if fields.Text(o.GetResource(), "kind") == "TopicSubscription" {
			fields.Object(o.GetResource(), "status", "atProvider").Fields["pendingConfirmation"] = structpb.NewBoolValue(true)
		}
	}
	rsp := compose(t, "production", observed, nil)
	want := map[string]any{
		"dashboard":         "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/morket-production",
		"alarmTopicArn":     "arn:aws:sns:us-east-1:111122223333:morket-production-alarms",
		"unconfirmedEmails": []any{"oncall@morket.io"},
	}
	got := fields.Object(rsp.GetDesired().GetComposite().GetResource(), "status", "monitoring").AsMap()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if c := rsp.GetConditions()[0]; c.GetStatus() != fnv1.Status_STATUS_CONDITION_TRUE {
		t.Errorf("An address that is not confirmed should hold nothing up: %s", c.GetMessage())
	}
}

// compose runs this layer alone, after functions that desired something.
func compose(t *testing.T, environment string, observed, desired map[string]*fnv1.Resource) *fnv1.RunFunctionResponse {
	t.Helper()
	input, err := structpb.NewStruct(map[string]any{"layers": []any{"observability"}})
	if err != nil {
		t.Fatal(err)
	}
	return layer.Run(&fnv1.RunFunctionRequest{
		Input:    input,
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: platformtest.XR(t, environment, nil)}, Resources: observed},
		Desired:  &fnv1.State{Resources: desired},
	}, []layer.Layer{observability.Layer()})
}

// TestNames that AWS makes up: what needs one is composed when it is known, and stays when it is not for a moment.
func TestNames(t *testing.T) {
	_, everything := whole(t, "staging")
	nameless := func(name string) map[string]*fnv1.Resource {
		out := maps.Clone(everything)
		o := proto.CloneOf(out[name])
		delete(o.GetResource().Fields, "status")
		out[name] = o
		return out
	}
	composed := func(names ...string) map[string]*fnv1.Resource {
		out := map[string]*fnv1.Resource{}
		for _, n := range names {
			out[n] = standIn(t, n)
		}
		return out
	}
	without := func(in map[string]*fnv1.Resource, prefixes ...string) map[string]*fnv1.Resource {
		out := maps.Clone(in)
		maps.DeleteFunc(out, func(name string, _ *fnv1.Resource) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		})
		return out
	}
	cases := map[string]struct {
		reason            string
		observed, desired map[string]*fnv1.Resource
		want              []string // of alarm-alb-5xx, alarm-clickhouse-cpu, and sections of the dashboard
		condition         string
	}{
		"Everything": {
			reason: "Should compose everything when all names are known.", observed: everything, desired: composed("alb", "clickhouse"),
			want:      []string{"alarm-alb-5xx", "alarm-clickhouse-cpu", "Load balancer", "Services", "Aurora", "Redis", "ClickHouse", "OpenSearch", "RabbitMQ", "NAT gateways", "Backups and certificates"},
			condition: "Available",
		},
		"Nothing": {
			reason: "Should wait for what is composed but has no name yet, and show the rest.", desired: composed("alb", "clickhouse"),
			want:      []string{"Services", "Aurora", "Redis", "OpenSearch", "RabbitMQ", "Backups and certificates"},
			condition: "WaitingForTopic",
		},
		"Waiting": {
			reason: "Should say what it waits for when all else is ready.", observed: without(everything, "alarm-alb", "alb"), desired: composed("alb", "clickhouse"),
			want:      []string{"alarm-clickhouse-cpu", "Load balancer", "Services", "Aurora", "Redis", "ClickHouse", "OpenSearch", "RabbitMQ", "NAT gateways", "Backups and certificates"}, // as it was
			condition: "WaitingForTheLoadBalancersARN",
		},
		"LeftOut": {
			reason: "Should not wait for layers that a team has left out.", observed: without(everything, "alarm-alb", "alb", "alarm-clickhouse", "clickhouse"),
			want:      []string{"Services", "Aurora", "Redis", "OpenSearch", "RabbitMQ", "NAT gateways", "Backups and certificates"},
			condition: "Available",
		},
		"Lost": {
			reason: "Should keep alarms and dashboard when a name is missing for the moment.", observed: nameless("alb"), desired: composed("alb", "clickhouse"),
			want:      []string{"alarm-alb-5xx", "alarm-clickhouse-cpu", "Load balancer", "Services", "Aurora", "Redis", "ClickHouse", "OpenSearch", "RabbitMQ", "NAT gateways", "Backups and certificates"},
			condition: "Available",
		},
		"LostAndGone": {
			reason: "Should keep them even if the resource is not composed at the moment.", observed: nameless("alb"),
			want:      []string{"alarm-alb-5xx", "alarm-clickhouse-cpu", "Load balancer", "Services", "Aurora", "Redis", "ClickHouse", "OpenSearch", "RabbitMQ", "NAT gateways", "Backups and certificates"},
			condition: "Available",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := compose(t, "staging", tc.observed, tc.desired)
			var got []string
			for _, name := range []string{"alarm-alb-5xx", "alarm-clickhouse-cpu"} {
				if rsp.GetDesired().GetResources()[name] != nil {
					got = append(got, name)
				}
			}
			body := parameters(rsp.GetDesired().GetResources()["dashboard"].GetResource())["dashboardBody"].(string)
			for part := range strings.SplitSeq(body, "## ") {
				if title, _, ok := strings.Cut(part, `"`); ok && slices.Contains(cases["Everything"].want, title) {
					got = append(got, title)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.condition, rsp.GetConditions()[0].GetReason()); diff != "" {
				t.Errorf("\n%s\n%s\n-want, +got:\n%s", tc.reason, rsp.GetConditions()[0].GetMessage(), diff)
			}
		})
	}
}

// TestLastNATGateway: a gateway that the sizing no longer wants is watched until it is gone.
func TestLastNATGateway(t *testing.T) {
	before := platformtest.Observed(platformtest.Eventually(t, platformtest.XR(t, "production", nil)))
	xr := platformtest.XR(t, "production", platformtest.Set(1.0, "spec", "network", "natGateways"))
	if platformtest.Once(t, xr, before).Resources["alarm-nat-b-ports"] == nil {
		t.Error("Should be watched while it is there.")
	}
	delete(before, "nat-b")
	if platformtest.Once(t, xr, before).Resources["alarm-nat-b-ports"] != nil {
		t.Error("Should not be watched when it is gone.")
	}
}
