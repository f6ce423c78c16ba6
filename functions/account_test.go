package functions_test

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// TestWrongAccount: once AWS has shown a resource in another account than the claim's, nothing more is composed, and nothing is dropped.
func TestWrongAccount(t *testing.T) {
	const other = "999988887777"
	change := func(resource, field string, value any) func(map[string]*fnv1.Resource) {
		return func(observed map[string]*fnv1.Resource) {
			v, err := structpb.NewValue(value)
			if err != nil {
				t.Fatal(err)
			}
			fields.Child(observed[resource].GetResource(), "status", "atProvider").Fields[field] = v
		}
	}
	cases := map[string]struct {
		reason string
		change func(observed map[string]*fnv1.Resource)
		adopt  map[string]any
		want   string // of what is said; empty: nothing is wrong
	}{
		"Right":    {reason: "Should compose where all is in the claim's account."},
		"ARN":      {reason: "Should stop where an ARN names another account.", change: change("aurora", "arn", "arn:aws:rds:us-east-1:"+other+":cluster:x"), want: "aurora (Cluster) in account " + other},
		"OwnerID":  {reason: "Should stop where another account owns the VPC.", change: change("vpc", "ownerId", other), want: "vpc (VPC) in account " + other},
		"NoARN":    {reason: "Should take ARNs that name no account, and what is no ARN.", change: change("vpc", "arn", "arn:aws:s3:::bucket")},
		"AWS":      {reason: "Should take what is AWS's own.", change: change("aurora", "arn", "arn:aws:iam::aws:policy/AWSBackup")},
		"NoString": {reason: "Should read past what is no text.", change: change("vpc", "ownerId", 4.0)},
		"Shared":   {reason: "Should take a VPC over that another account shares.", change: change("vpc", "ownerId", other), adopt: map[string]any{"vpc": "vpc-0123456789abcdef0"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			xr := platformtest.XR(t, "staging", func(claim map[string]any) {
				if tc.adopt != nil {
					platformtest.Set(tc.adopt, "spec", "adopt", "externalNames")(claim)
				}
			})
			call := func(observed map[string]*fnv1.Resource) *fnv1.RunFunctionResponse {
				return layer.Run(request(xr, observed), functions.Layers(platformtest.Random()))
			}
			var observed map[string]*fnv1.Resource
			for range 3 {
				rsp := call(observed)
				if why := fatal(t, rsp); why != "" {
					t.Fatal(why)
				}
				observed = simulate.Provider(rsp.GetDesired().GetResources(), observed)
			}
			if tc.change != nil {
				tc.change(observed)
			}
			rsp := call(observed)
			checkAccount(t, tc.reason, tc.want, observed, rsp)
		})
	}
}

// checkAccount checks what the function answers to an account: want is of what it says, empty if nothing is wrong.
func checkAccount(t *testing.T, reason, want string, observed map[string]*fnv1.Resource, rsp *fnv1.RunFunctionResponse) {
	t.Helper()
	said := fatal(t, rsp)
	if want == "" {
		if said != "" || len(rsp.GetDesired().GetResources()) < len(observed) {
			t.Errorf("\n%s\nGot %d of %d resources: %s", reason, len(rsp.GetDesired().GetResources()), len(observed), said)
		}
		return
	}
	if !strings.Contains(said, want) || !strings.Contains(said, "spec.accountId") || !strings.Contains(said, "spec.providerConfigName") {
		t.Errorf("\n%s\nGot %q", reason, said)
	}
	if n := len(rsp.GetDesired().GetResources()); n > 0 {
		t.Errorf("\n%s\nComposed %d resources.", reason, n)
	}
	for _, c := range rsp.GetConditions() {
		if c.GetReason() != "WrongAccount" || c.GetStatus() != fnv1.Status_STATUS_CONDITION_FALSE {
			t.Errorf("\n%s\n%s", reason, c.String())
		}
	}
	if len(rsp.GetConditions()) == 0 {
		t.Errorf("\n%s\nNo condition says so.", reason)
	}
}
