package compute_test

import (
	"maps"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestAccessLogs is R-ALB-4, in a region whose logs come from an account and in one whose logs come from the service alone.
func TestAccessLogs(t *testing.T) {
	cases := map[string]struct {
		reason, region string
		writers        []string
	}{
		"Older": {"Should let the region's account write, and the service.", "eu-central-1", []string{"arn:aws:iam::054676820928:root", "logdelivery.elasticloadbalancing.amazonaws.com"}},
		"Newer": {"Should let the service write where there is no such account.", "ap-southeast-4", []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", set(tc.region, "spec", "region"), set([]any{tc.region + "a", tc.region + "b"}, "spec", "network", "availabilityZones"))
			bucket := "morket-staging-alb-logs-111122223333-" + tc.region
			alb := parameters(r.Resources["alb"])
			if diff := cmp.Diff(map[string]any{"enabled": true, "bucket": bucket, "prefix": "alb"}, alb["accessLogs"]); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if alb["idleTimeout"] != 120.0 {
				t.Errorf("Should let connections be silent for 120 s, got %v", alb["idleTimeout"])
			}
			if diff := cmp.Diff([]string{"subnet-public-a", "subnet-public-b"}, refs(alb["subnetRefs"])); diff != "" {
				t.Errorf("Should be in the public subnets: -want, +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.writers, logWriters(t, r, bucket)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			rule := listed(parameters(r.Resources["alb-logs-bucket-lifecycle"])["rule"])
			if days := listed(rule["expiration"])["days"]; days != 90.0 {
				t.Errorf("Should keep logs for 90 days, got %v", days)
			}
		})
	}
}

// logWriters are who may write access logs, and nothing else.
func logWriters(t *testing.T, r *render.Result, bucket string) []string {
	t.Helper()
	var writers []string
	for _, s := range document(t, r.Resources["alb-logs-bucket-policy"]).Statement {
		if s.Effect == "Deny" {
			continue
		}
		for _, w := range s.Principal {
			writers = append(writers, w...)
		}
		if diff := cmp.Diff([]string{"arn:aws:s3:::" + bucket + "/alb/AWSLogs/111122223333/*"}, s.Resource); diff != "" {
			t.Errorf("-want, +got:\n%s", diff)
		}
	}
	slices.Sort(writers)
	return writers
}

// TestSubnetsAreTheClaims takes back the subnets that the provider fills in a second time, as mappings: a third zone would be
// added by the one list and removed by the other, for ever.
func TestSubnetsAreTheClaims(t *testing.T) {
	xr := platformtest.XR(t, "staging", nil)
	all := platformtest.Observed(platformtest.Eventually(t, xr))
	noted := proto.CloneOf(all["alb"])
	unnoted := proto.CloneOf(all["alb"])
	delete(fields.Below(unnoted.GetResource(), "metadata"), "annotations")
	const arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/legacy/0f9e"
	adopted := proto.CloneOf(all["alb"])
	fields.Object(adopted.GetResource(), "metadata", "annotations").Fields["crossplane.io/external-name"] = structpb.NewStringValue(arn)
	filled := proto.CloneOf(all["alb"])
	fields.Object(filled.GetResource(), "spec", "forProvider").Fields["subnetMapping"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{
		structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"subnetId": structpb.NewStringValue("subnet-1")}}),
	}})

	type state struct{ Policies, Mappings any }
	alone := []any{"Create", "Observe", "Update", "Delete"}
	cases := map[string]struct {
		reason   string
		observed *fnv1.Resource
		change   func(map[string]any)
		want     state
	}{
		"New":     {"Should let the provider note the ARN, which it does only together with what it fills in.", nil, nil, state{}},
		"Unnoted": {"Should let the provider note the ARN, which it does only together with what it fills in.", unnoted, nil, state{}},
		"Noted":   {"Should leave the provider nothing to fill in, and say nothing of mappings: an empty list gets lost between versions of the definition, and would be written again and again.", noted, nil, state{alone, nil}},
		"Filled":  {"Should take back what was filled in.", filled, nil, state{alone, []any{}}},
		"Adopted": {
			"Should leave what somebody else made as it is.", adopted,
			set(map[string]any{"alb": arn}, "spec", "adopt", "externalNames"), state{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := maps.Clone(all)
			if observed["alb"] = tc.observed; tc.observed == nil {
				delete(observed, "alb")
			}
			alb := platformtest.Once(t, platformtest.XR(t, "staging", tc.change), observed).Resources["alb"]
			if diff := cmp.Diff(tc.want, state{field(alb, "spec.managementPolicies"), field(alb, "spec.forProvider.subnetMapping")}); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
