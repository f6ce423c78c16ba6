package layer

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// platformXR is another or this platform's composite resource as the API server has it.
func platformXR(t *testing.T, name, created, claim, namespace, prefix, region string) *fnv1.Resource {
	t.Helper()
	return &fnv1.Resource{Resource: xr(t, func(o map[string]any) {
		labels := map[string]any{}
		if claim != "" {
			labels = map[string]any{"crossplane.io/claim-name": claim, "crossplane.io/claim-namespace": namespace}
		}
		o["metadata"] = map[string]any{"name": name, "creationTimestamp": created, "labels": labels}
		spec := o["spec"].(map[string]any)
		spec["region"] = region
		if prefix != "" {
			spec["namePrefix"] = prefix
		}
	})}
}

// holder is a resource by which a platform holds its prefix.
func holder(t *testing.T, composite, created, region string) *fnv1.Resource {
	t.Helper()
	return managed(t, composite+"-holder", map[string]any{
		"metadata": map[string]any{
			"name": composite + "-holder", "creationTimestamp": created,
			"labels": map[string]any{"crossplane.io/composite": composite, "crossplane.io/claim-name": "other", "crossplane.io/claim-namespace": "there"},
		},
		"spec": map[string]any{"forProvider": map[string]any{"region": region}},
	})
}

func deleting(r *fnv1.Resource) *fnv1.Resource {
	fields.Child(r.GetResource(), "metadata").Fields["deletionTimestamp"] = structpb.NewStringValue("2026-01-03T00:00:00Z")
	return r
}

func TestPrefixTaken(t *testing.T) {
	const early, late = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
	mine := func(created string) *fnv1.Resource {
		return platformXR(t, "demo-m", created, "demo", "here", "", "us-east-1")
	}
	cases := map[string]struct {
		reason   string
		me       *fnv1.Resource
		observed map[string]*fnv1.Resource
		required map[string][]*fnv1.Resource
		want     string // whom the Fatal names; empty for none
	}{
		"Alone": {
			reason:   "Should see nothing wrong in finding itself.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireClaimName: {mine(late)}, requireHolders: {holder(t, "demo-m", late, "us-east-1")}},
		},
		"Younger": {
			reason:   "Should tell the younger of two claims of one name about the older.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireClaimName: {platformXR(t, "demo-o", early, "demo", "there", "", "us-east-1"), mine(late)}},
			want:     "claim there/demo has the AWS names",
		},
		"Older": {
			reason:   "Should leave the older of the two in peace.",
			me:       mine(early),
			required: map[string][]*fnv1.Resource{requireClaimName: {platformXR(t, "demo-o", late, "demo", "there", "", "us-east-1")}},
		},
		"SameSecond": {
			reason:   "Should choose one of two claims that were applied in the same second, by name.",
			me:       mine(early),
			required: map[string][]*fnv1.Resource{requireClaimName: {platformXR(t, "demo-a", early, "demo", "there", "", "us-east-1")}},
			want:     "claim there/demo has the AWS names",
		},
		"OwnPrefixes": {
			reason:   "Should let two claims of one name be when the other has a prefix of its own.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireClaimName: {platformXR(t, "demo-o", early, "demo", "there", "elsewhere", "us-east-1")}},
		},
		"OtherRegion": {
			reason:   "Should let the same prefix be in another region.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireClaimName: {platformXR(t, "demo-o", early, "demo", "there", "", "eu-west-1")}},
		},
		"NamedLikePrefix": {
			reason:   "Should find a claim that is called like this one's explicit prefix.",
			me:       platformXR(t, "x-m", late, "x", "here", "demo", "us-east-1"),
			required: map[string][]*fnv1.Resource{requirePrefixName: {platformXR(t, "demo-o", early, "demo", "there", "", "us-east-1")}},
			want:     "claim there/demo has the AWS names",
		},
		"WithoutClaim": {
			reason:   "Should name the composite resource when there is no claim.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requirePrefixName: {platformXR(t, "o", early, "", "", "demo", "us-east-1")}},
			want:     "composite resource o has the AWS names",
		},
		"HeldByOther": {
			reason:   "Should find whoever holds the same explicit prefix, whatever its claim is called.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireHolders: {holder(t, "other-o", early, "us-east-1")}},
			want:     "claim there/other has the AWS names",
		},
		"HeldByMe": {
			reason:   "Should leave in peace who held the prefix first.",
			me:       mine(late),
			observed: map[string]*fnv1.Resource{PrefixHolder: holder(t, "demo-m", early, "us-east-1")},
			required: map[string][]*fnv1.Resource{requireHolders: {holder(t, "other-o", late, "us-east-1")}},
		},
		"HeldByFormer": {
			reason:   "Should find a holder of a platform that the function of v0.1.0 composed.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireFormer: {holder(t, "other-o", early, "us-east-1")}},
			want:     "claim there/other has the AWS names",
		},
		"FormerHeldByMe": {
			reason:   "Should compare holders of one kind: this platform's VPC may have been created again.",
			me:       mine(late),
			observed: map[string]*fnv1.Resource{FormerHolder: holder(t, "demo-m", early, "us-east-1")},
			required: map[string][]*fnv1.Resource{requireFormer: {holder(t, "other-o", late, "us-east-1")}},
		},
		"HolderBeingDeleted": {
			reason:   "Should have the claim wait for a platform that is being deleted, also where its composite resource is deleted already.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireHolders: {deleting(holder(t, "demo-o", early, "us-east-1"))}},
			want:     "claim there/other is still being deleted",
		},
		"ClaimBeingDeleted": {
			reason:   "Should have the claim wait for another of its name that is being deleted.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireClaimName: {deleting(platformXR(t, "demo-o", early, "demo", "there", "", "us-east-1"))}},
			want:     "claim there/demo is still being deleted",
		},
		"HeldInOtherRegion": {
			reason:   "Should let the same prefix be held in another region.",
			me:       mine(late),
			required: map[string][]*fnv1.Resource{requireHolders: {holder(t, "other-o", early, "eu-west-1")}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			req := request(t, tc.me.GetResource(), tc.observed, "test")
			req.RequiredResources = map[string]*fnv1.Resources{}
			for k, v := range tc.required {
				req.RequiredResources[k] = &fnv1.Resources{Items: v}
			}
			rsp := Run(req, testLayers)
			var got string
			for _, r := range rsp.GetResults() {
				if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
					got = r.GetMessage()
				}
			}
			if tc.want == "" && got != "" || tc.want != "" && !strings.Contains(got, tc.want) {
				t.Errorf("\n%s\nwant a Fatal that names %q, got %q", tc.reason, tc.want, got)
			}
			if tc.want != "" && len(rsp.GetDesired().GetResources()) > 0 {
				t.Errorf("\n%s\nShould compose nothing, got %d resources", tc.reason, len(rsp.GetDesired().GetResources()))
			}
			again := Run(req, testLayers).GetRequirements()
			bare := Run(request(t, tc.me.GetResource(), nil, "test"), testLayers).GetRequirements()
			if diff := cmp.Diff(names(bare), names(again)); diff != "" {
				t.Errorf("\nShould ask for the same whatever is answered, or Crossplane asks for ever.\n-without, +with an answer:\n%s", diff)
			}
		})
	}
}

func names(r *fnv1.Requirements) map[string]map[string]string {
	out := map[string]map[string]string{}
	for k, s := range r.GetResources() {
		out[k] = s.GetMatchLabels().GetLabels()
	}
	return out
}

func TestRequire(t *testing.T) {
	cases := map[string]struct {
		reason string
		me     *fnv1.Resource
		want   map[string]map[string]string
	}{
		"DefaultPrefix": {
			reason: "Should ask for claims of its own name and for holders of its prefix.",
			me:     platformXR(t, "demo-m", "2026-01-01T00:00:00Z", "demo", "here", "", "us-east-1"),
			want: map[string]map[string]string{
				requireClaimName: {"crossplane.io/claim-name": "demo"},
				requireHolders:   {LabelNamePrefix: "demo", LabelAccountID: "111122223333"},
				requireFormer:    {LabelNamePrefix: "demo", LabelAccountID: "111122223333"},
			},
		},
		"ExplicitPrefix": {
			reason: "Should ask for claims that are called like the prefix too.",
			me:     platformXR(t, "demo-m", "2026-01-01T00:00:00Z", "demo", "here", "other", "us-east-1"),
			want: map[string]map[string]string{
				requireClaimName:  {"crossplane.io/claim-name": "demo"},
				requirePrefixName: {"crossplane.io/claim-name": "other"},
				requireHolders:    {LabelNamePrefix: "other", LabelAccountID: "111122223333"},
				requireFormer:     {LabelNamePrefix: "other", LabelAccountID: "111122223333"},
			},
		},
		"Offline": {
			reason: "Should ask for nothing where no API server made the composite resource.",
			me:     platformXR(t, "demo-m", "", "demo", "here", "", "us-east-1"),
			want:   map[string]map[string]string{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := Run(request(t, tc.me.GetResource(), nil, "test"), testLayers)
			if diff := cmp.Diff(tc.want, names(rsp.GetRequirements())); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
