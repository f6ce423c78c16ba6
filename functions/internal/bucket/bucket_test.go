package bucket_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/test/platformtest"
)

// add composes a bucket on its own, for a platform that leaves data behind or does not.
func add(t *testing.T, b bucket.Bucket, kept bool, observed map[string]*fnv1.Resource) map[string]map[string]any {
	t.Helper()
	only := layer.Layer{Name: "test", Condition: "TestReady", Compose: func(s *layer.Scope) { bucket.Add(s, b) }}
	rsp := layer.Run(&fnv1.RunFunctionRequest{
		Observed: &fnv1.State{
			Composite: &fnv1.Resource{Resource: platformtest.XR(t, map[bool]string{true: "production", false: "staging"}[kept], platformtest.Set(false, "spec", "deletionProtection"))},
			Resources: observed,
		},
		Input: &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue("test")}})}},
	}, []layer.Layer{only})
	out := map[string]map[string]any{}
	for name, r := range rsp.GetDesired().GetResources() {
		out[name] = r.GetResource().AsMap()
	}
	return out
}

// list is a list of one object, as the provider's older schemas have singletons.
func list(o map[string]any) []any { return []any{o} }

func TestParts(t *testing.T) {
	got := slices.Sorted(maps.Keys(add(t, bucket.Bucket{Resource: "files"}, true, nil)))
	want := []string{"files-bucket", "files-bucket-encryption", "files-bucket-lifecycle", "files-bucket-ownership", "files-bucket-policy", "files-bucket-public-access"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Every bucket should have all that keeps it closed: -want, +got:\n%s", diff)
	}
	got = slices.Sorted(maps.Keys(add(t, bucket.Bucket{Resource: "files", Versioned: true}, true, nil)))
	want = slices.Sorted(slices.Values(append(want, "files-bucket-versioning")))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("A versioned bucket should have its versioning beside: -want, +got:\n%s", diff)
	}
}

// TestSettings is what R-S3-1 and R-S3-2 say of all buckets.
func TestSettings(t *testing.T) {
	parts := add(t, bucket.Bucket{Resource: "files", Versioned: true}, true, nil)
	for name, o := range parts {
		if name == "files-bucket" {
			continue
		}
		if got := fields.In(o, "spec", "forProvider", "bucketRef", "name"); got != "morket-production-files-bucket" {
			t.Errorf("%s should be about the bucket, is about %v", name, got)
		}
	}
	cases := map[string]struct {
		reason string
		of     string
		path   []string
		want   any
	}{
		"Name":       {"Should have a name that is unique in the world.", "files-bucket", []string{"metadata", "annotations", "crossplane.io/external-name"}, "morket-production-files-111122223333-us-east-1"},
		"PublicACLs": {"Should refuse ACLs that open it.", "files-bucket-public-access", []string{"spec", "forProvider", "blockPublicAcls"}, true},
		"OldACLs":    {"Should pay no heed to ACLs that open it.", "files-bucket-public-access", []string{"spec", "forProvider", "ignorePublicAcls"}, true},
		"Public":     {"Should refuse policies that open it.", "files-bucket-public-access", []string{"spec", "forProvider", "blockPublicPolicy"}, true},
		"OldPublic":  {"Should pay no heed to policies that open it.", "files-bucket-public-access", []string{"spec", "forProvider", "restrictPublicBuckets"}, true},
		"Ownership":  {"Should know no owner but the account.", "files-bucket-ownership", []string{"spec", "forProvider", "rule"}, map[string]any{"objectOwnership": "BucketOwnerEnforced"}},
		"Encryption": {
			"Should be encrypted by S3's own keys.", "files-bucket-encryption",
			[]string{"spec", "forProvider", "rule"},
			list(map[string]any{"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"}, "bucketKeyEnabled": false}),
		},
		"Versioning": {"Should keep versions where that is asked for.", "files-bucket-versioning", []string{"spec", "forProvider", "versioningConfiguration"}, map[string]any{"status": "Enabled"}},
		"Lifecycle":  {"Should use the version of the kind that all provider releases read alike.", "files-bucket-lifecycle", []string{"apiVersion"}, "s3.aws.upbound.io/v1beta1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, fields.In(parts[tc.of], tc.path...)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLifecycle(t *testing.T) {
	always := func(more map[string]any) map[string]any {
		rule := map[string]any{
			"id": "all", "status": "Enabled",
			"filter":                         list(map[string]any{"prefix": ""}),
			"abortIncompleteMultipartUpload": list(map[string]any{"daysAfterInitiation": 7.0}),
		}
		maps.Copy(rule, more)
		return rule
	}
	cases := map[string]struct {
		reason string
		bucket bucket.Bucket
		want   map[string]any
	}{
		"Plain":     {"Should remove unfinished uploads and nothing else.", bucket.Bucket{}, always(nil)},
		"Expire":    {"Should delete what is old enough.", bucket.Bucket{ExpireAfterDays: 90}, always(map[string]any{"expiration": list(map[string]any{"days": 90.0})})},
		"Versioned": {"Should not keep old versions for ever.", bucket.Bucket{Versioned: true}, always(map[string]any{"noncurrentVersionExpiration": list(map[string]any{"noncurrentDays": 30.0})})},
		"Archive": {
			"Should archive before it deletes.", bucket.Bucket{ArchiveAfterDays: 90, ExpireAfterDays: 365},
			always(map[string]any{"transition": list(map[string]any{"days": 90.0, "storageClass": "GLACIER"}), "expiration": list(map[string]any{"days": 365.0})}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.bucket.Resource = "files"
			got := fields.In(add(t, tc.bucket, true, nil)["files-bucket-lifecycle"], "spec", "forProvider", "rule")
			if diff := cmp.Diff([]any{tc.want}, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDeletion: what a bucket holds is never lost with a claim of production, and never blocks the end of one of staging.
func TestDeletion(t *testing.T) {
	for kept, want := range map[bool]struct {
		policy       string
		forceDestroy bool
	}{true: {"Orphan", false}, false: {"Delete", true}} {
		parts := add(t, bucket.Bucket{Resource: "files", Versioned: true}, kept, nil)
		for name, o := range parts {
			if got := fields.In(o, "spec", "deletionPolicy"); got != want.policy {
				t.Errorf("kept %v: %s should have the deletion policy %s, or a bucket that stays would open up; it has %v", kept, name, want.policy, got)
			}
		}
		if got := fields.In(parts["files-bucket"], "spec", "forProvider", "forceDestroy"); got != want.forceDestroy {
			t.Errorf("kept %v: forceDestroy should be %v, is %v", kept, want.forceDestroy, got)
		}
	}
}

func TestPolicy(t *testing.T) {
	read := aws.Statement{Sid: "Read", Effect: aws.Allow, Action: []string{"s3:GetObject"}, Resource: []string{"arn:aws:s3:::x/*"}}
	before := add(t, bucket.Bucket{Resource: "files", Statements: []aws.Statement{read}}, true, nil)
	known, err := structpb.NewStruct(before["files-bucket-policy"])
	if err != nil {
		t.Fatal(err)
	}
	observed := map[string]*fnv1.Resource{"files-bucket-policy": {Resource: known}}

	cases := map[string]struct {
		reason   string
		bucket   bucket.Bucket
		observed map[string]*fnv1.Resource
		want     []string
	}{
		"Plain":     {"Should refuse what does not come by TLS.", bucket.Bucket{}, nil, []string{"OnlyTLS"}},
		"More":      {"Should have the statements it is given too.", bucket.Bucket{Statements: []aws.Statement{read}}, nil, []string{"OnlyTLS", "Read"}},
		"NotYet":    {"Should refuse what does not come by TLS from the first, when more is still to come.", bucket.Bucket{StatementsMissing: true}, nil, []string{"OnlyTLS"}},
		"Lost":      {"Should take no access away for a moment's lack of a name.", bucket.Bucket{StatementsMissing: true}, observed, []string{"OnlyTLS", "Read"}},
		"TakenAway": {"Should take access away that is no longer wanted.", bucket.Bucket{}, observed, []string{"OnlyTLS"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.bucket.Resource = "files"
			raw, _ := fields.In(add(t, tc.bucket, true, tc.observed)["files-bucket-policy"], "spec", "forProvider", "policy").(string)
			var policy aws.Policy
			if err := json.Unmarshal([]byte(raw), &policy); err != nil {
				t.Fatalf("is no policy: %v", err)
			}
			var got []string
			for _, st := range policy.Statement {
				got = append(got, st.Sid)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			want := aws.Statement{
				Sid: "OnlyTLS", Effect: aws.Deny, Principal: &aws.Principal{AWS: []string{"*"}}, Action: []string{"s3:*"},
				Resource:  []string{"arn:aws:s3:::morket-production-files-111122223333-us-east-1", "arn:aws:s3:::morket-production-files-111122223333-us-east-1/*"},
				Condition: aws.Condition{"Bool": {"aws:SecureTransport": {"false"}}},
			}
			if diff := cmp.Diff(want, policy.Statement[0]); diff != "" {
				t.Errorf("Should refuse bucket and objects to everybody without TLS: -want, +got:\n%s", diff)
			}
		})
	}
}
