package compute_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
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
