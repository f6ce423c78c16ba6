package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/internal/platform"
)

// checkDelete deletes all platforms, of which production is protected, and looks at what is left of them in AWS. left lists
// that, as "Kind name", by a claim and the name of its composite resource; want is what docs/deletion.md says.
func checkDelete(t *testing.T, limit time.Duration, claims []*unstructured.Unstructured, left func(claim *unstructured.Unstructured, xr string) []string, want func(claim *unstructured.Unstructured, xr string) []string) {
	var gone, guarded []*unstructured.Unstructured // gone are all, as they were
	var names []string
	for _, u := range claims {
		xr, err := composite(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		gone, names = append(gone, u.DeepCopy()), append(names, xr.GetName())
		if environment, _, _ := unstructured.NestedString(u.Object, "spec", "environment"); environment == "production" {
			guarded = append(guarded, u)
		} else {
			mustDelete(t, u)
		}
	}
	for _, u := range guarded { // while the others go
		checkProtection(t, u)
		if t.Failed() {
			return
		}
		mustDelete(t, u)
	}
	waitGone(t, limit, names, claims...)
	for i, u := range gone {
		w := want(u, names[i])
		slices.Sort(w)
		if diff := cmp.Diff(w, left(u, names[i])); diff != "" {
			t.Errorf("Should leave in AWS of %s what docs/deletion.md says, and nothing else: -want, +got:\n%s", names[i], diff)
		}
	}
}

// checkProtection tries to delete a protected platform, and lifts its guard.
func checkProtection(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	const lift = "set spec.deletionProtection to false"
	for _, u := range []*unstructured.Unstructured{claim, xr} {
		if err := control.Client.Delete(t.Context(), u.DeepCopy()); err == nil || !apierrors.IsConflict(err) || !strings.Contains(err.Error(), lift) {
			t.Errorf("Should refuse to delete the %s of a protected platform, and say how: %v", u.GetKind(), err)
		}
	}
	if t.Failed() {
		return
	}
	if err := change(t.Context(), claim, `spec: {deletionProtection: false}`); err != nil {
		t.Fatal(err)
	}
	settled(t, claim, func(all map[string]*unstructured.Unstructured) error {
		for name, u := range all {
			if strings.HasPrefix(u.GetAPIVersion(), "protection.") && strings.HasPrefix(name, "guard") {
				return errors.New("the guard should go: " + name)
			}
		}
		return nil
	})
}

// leftSimulated is what is left in the simulated account, by the names of the composed resources.
func leftSimulated(_ *unstructured.Unstructured, xr string) []string {
	var out []string
	for _, kindAndName := range provider.Account.Things(xr + "-") {
		kind, name, _ := strings.Cut(kindAndName, " "+xr+"-")
		if kind == "TaskDefinition" { // named after its content
			name = name[:strings.LastIndex(name, "-")]
		}
		out = append(out, kind+" "+name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wantSimulated is what leftSimulated is to say of the example claims.
func wantSimulated(claim *unstructured.Unstructured, _ string) []string {
	if claim.GetName() == "morket-production" {
		return slices.Concat(productionLeft, alwaysLeft)
	}
	return slices.Concat(repositoriesLeft, alwaysLeft)
}

// wantReal is what mockaws.Left is to say of the claims that run with the real provider: all but production's are
// staging's, and all share one account, whose image repositories stay for production.
func wantReal(claim *unstructured.Unstructured, xr string) []string {
	left := []string{"Repository morket-backend", "Repository morket-frontend", "Repository morket-scraper"}
	for range retired[claim.GetNamespace()+"/"+claim.GetName()] {
		left = append(left, "Key PendingDeletion")
	}
	if claim.GetName() != "morket-production" {
		return append(left, "Key PendingDeletion")
	}
	prefix, hash := claim.GetName(), platform.Hash(xr)
	return append(left,
		"Bucket "+prefix+"-alb-logs-111122223333-us-east-1", "Bucket "+prefix+"-exports-111122223333-us-east-1", "Bucket "+prefix+"-frontend-111122223333-us-east-1",
		"DBClusterSnapshot "+prefix+"-aurora-final-"+hash, "Snapshot "+prefix+"-redis-final-"+hash, "EBSSnapshot", "Vault "+prefix+"-clickhouse",
		"Key Enabled", "Secret "+prefix+"/encryption-master-key",
	)
}

// What the example claims leave in AWS, on purpose, as "Kind name".
var (
	// Deleting the rotation would stop RDS from rotating; it is a setting of the cluster's secret, and goes with that.
	alwaysLeft = []string{"SecretRotation aurora-rotation"}

	// The images of staging are shared with production.
	repositoriesLeft = []string{
		"LifecyclePolicy repository-backend-lifecycle", "Repository repository-backend", "RepositoryPolicy repository-backend-policy",
		"LifecyclePolicy repository-frontend-lifecycle", "Repository repository-frontend", "RepositoryPolicy repository-frontend-policy",
		"LifecyclePolicy repository-scraper-lifecycle", "Repository repository-scraper", "RepositoryPolicy repository-scraper-policy",
	}

	productionLeft = []string{
		"Bucket alb-logs-bucket", "BucketLifecycleConfiguration alb-logs-bucket-lifecycle", "BucketOwnershipControls alb-logs-bucket-ownership",
		"BucketPolicy alb-logs-bucket-policy", "BucketPublicAccessBlock alb-logs-bucket-public-access",
		"BucketServerSideEncryptionConfiguration alb-logs-bucket-encryption",
		"Bucket exports-bucket", "BucketLifecycleConfiguration exports-bucket-lifecycle", "BucketOwnershipControls exports-bucket-ownership",
		"BucketPolicy exports-bucket-policy", "BucketPublicAccessBlock exports-bucket-public-access",
		"BucketServerSideEncryptionConfiguration exports-bucket-encryption",
		"Bucket frontend-bucket", "BucketLifecycleConfiguration frontend-bucket-lifecycle", "BucketOwnershipControls frontend-bucket-ownership",
		"BucketPolicy frontend-bucket-policy", "BucketPublicAccessBlock frontend-bucket-public-access",
		"BucketServerSideEncryptionConfiguration frontend-bucket-encryption", "BucketVersioning frontend-bucket-versioning",
		"Key key", "Vault backup-vault",
		"Secret secret-encryption-master-key", "SecretVersion secret-encryption-master-key-version-0",
		// Revisions that were rolled out while the platform was protected.
		"TaskDefinition task-backend", "TaskDefinition task-frontend", "TaskDefinition task-scraper", "TaskDefinition task-temporal-worker",
	}
)
