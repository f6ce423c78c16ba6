package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/plan"
)

// TestFate deletes what holds data.
func TestFate(t *testing.T) {
	cases := map[string]struct{ reason, kind, spec, want string }{
		"Orphan":        {"Should stay if it is to be orphaned", "rds.aws.upbound.io/v1beta2 Cluster", `{deletionPolicy: Orphan, forProvider: {deletionProtection: true}}`, "stays in AWS as it is, and nothing manages it any more"},
		"NoDelete":      {"Should stay if its managed resource may not delete it", "s3.aws.upbound.io/v1beta2 Bucket", `{managementPolicies: [Observe], forProvider: {}}`, "stays in AWS as it is, and nothing manages it any more"},
		"Protected":     {"Should say that AWS refuses", "rds.aws.upbound.io/v1beta2 Cluster", `{forProvider: {deletionProtection: true}}`, "AWS refuses: it is protected against deletion"},
		"Snapshot":      {"Should name the final snapshot", "rds.aws.upbound.io/v1beta2 Cluster", `{forProvider: {skipFinalSnapshot: false, finalSnapshotIdentifier: f}}`, "its data goes into the snapshot f"},
		"NoSnapshot":    {"Should say that data is lost", "rds.aws.upbound.io/v1beta2 Cluster", `{forProvider: {skipFinalSnapshot: true}}`, "its data is lost, and its automated backups too"},
		"Redis":         {"Should name Redis' snapshot", "elasticache.aws.upbound.io/v1beta2 ReplicationGroup", `{forProvider: {finalSnapshotIdentifier: f}}`, "its data goes into the snapshot f"},
		"RedisLost":     {"Should say that Redis' data is lost", "elasticache.aws.upbound.io/v1beta2 ReplicationGroup", `{forProvider: {}}`, "its data is lost"},
		"Volume":        {"Should say that a volume leaves a snapshot", "ec2.aws.upbound.io/v1beta1 EBSVolume", `{forProvider: {finalSnapshot: true}}`, "its data goes into a snapshot"},
		"VolumeLost":    {"Should say that a volume's data is lost", "ec2.aws.upbound.io/v1beta1 EBSVolume", `{forProvider: {}}`, "its data is lost"},
		"BucketForced":  {"Should say that objects go with their bucket", "s3.aws.upbound.io/v1beta2 Bucket", `{forProvider: {forceDestroy: true}}`, "every object in it is lost"},
		"Bucket":        {"Should say that a bucket with objects is not deleted", "s3.aws.upbound.io/v1beta2 Bucket", `{forProvider: {}}`, "AWS refuses while there are objects in it"},
		"Secret":        {"Should say how long a secret can be restored", "secretsmanager.aws.upbound.io/v1beta1 Secret", `{forProvider: {recoveryWindowInDays: 7}}`, "can be restored for 7 days"},
		"SecretAtOnce":  {"Should say that a secret is gone at once", "secretsmanager.aws.upbound.io/v1beta1 Secret", `{forProvider: {recoveryWindowInDays: 0}}`, "its value is lost at once"},
		"Version":       {"Should not say of a former value, which goes with its secret, that nothing manages it", "secretsmanager.aws.upbound.io/v1beta1 SecretVersion", `{managementPolicies: [Observe, Create], forProvider: {}}`, ""},
		"Key":           {"Should say what a key takes with it", "kms.aws.upbound.io/v1beta1 Key", `{forProvider: {deletionWindowInDays: 7}}`, "whatever it encrypted cannot be read any more after 7 days, until which the deletion can be cancelled"},
		"Broker":        {"Should say that messages are lost", "mq.aws.upbound.io/v1beta2 Broker", `{forProvider: {}}`, "its queues are lost, with the messages in them"},
		"Domain":        {"Should say that indices are lost", "opensearch.aws.upbound.io/v1beta2 Domain", `{forProvider: {}}`, "its indices are lost"},
		"WithoutData":   {"Should say nothing of what holds no data", "ec2.aws.upbound.io/v1beta1 Subnet", `{forProvider: {}}`, ""},
		"WithoutDelete": {"Should take the default policies for all", "ec2.aws.upbound.io/v1beta1 EBSVolume", `{managementPolicies: ["*"], forProvider: {}}`, "its data is lost"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			apiVersion, kind, _ := strings.Cut(tc.kind, " ")
			got := plan.Compare(states(t, `{x: {apiVersion: `+apiVersion+`, kind: `+kind+`, spec: `+tc.spec+`}}`, `{}`)).Changes[0].Afterwards
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
