package data_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// TestVaultKey is about a vault that is found with the key of an earlier platform of this name, which AWS never changes.
func TestVaultKey(t *testing.T) {
	const former = "arn:aws:kms:us-east-1:111122223333:key/former"
	reference := map[string]any{"name": "morket-production-key"}
	found := func(vault, _ *structpb.Struct) {
		fields.Child(vault, "status", "atProvider").Fields["kmsKeyArn"] = structpb.NewStringValue(former)
	}
	literal := func(vault, key *structpb.Struct) {
		found(vault, key)
		parameters := fields.Child(vault, "spec", "forProvider").Fields
		parameters["kmsKeyArn"] = structpb.NewStringValue(former)
		delete(parameters, "kmsKeyArnRef")
	}
	lost := func(objects ...*structpb.Struct) {
		for _, o := range objects {
			delete(o.Fields, "status")
		}
	}
	cases := map[string]struct {
		reason string
		change func(vault, key *structpb.Struct)
		want   map[string]any
	}{
		"Own": {
			reason: "Should refer to the platform's key.",
			change: func(_, _ *structpb.Struct) {}, want: map[string]any{"kmsKeyArnRef": reference},
		},
		"OwnUnknown": {
			reason: "Should go on to refer to the platform's key when nothing is known of either.",
			change: func(vault, key *structpb.Struct) { lost(vault, key) }, want: map[string]any{"kmsKeyArnRef": reference},
		},
		"Former": {
			reason: "Should leave a vault its key: another is refused as a replacement, and the platform would never be ready.",
			change: found, want: map[string]any{"kmsKeyArn": former},
		},
		"FormerStays": {
			reason: "Should leave it its key round after round.",
			change: literal, want: map[string]any{"kmsKeyArn": former},
		},
		"FormerUnknown": {
			reason: "Should keep the key that the managed resource has when the status of both is lost.",
			change: func(vault, key *structpb.Struct) { literal(vault, key); lost(vault, key) }, want: map[string]any{"kmsKeyArn": former},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			xr := platformtest.XR(t, "production", nil)
			observed := platformtest.Observed(platformtest.Eventually(t, xr))
			tc.change(observed["backup-vault"].GetResource(), observed["key"].GetResource())
			got := parameters(platformtest.Once(t, xr, observed), "backup-vault")
			for _, other := range []string{"forceDestroy", "region", "tags"} {
				delete(got, other)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
