package data_test

import (
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// What Secrets Manager answers to CreateSecret, as the provider passes it on.
const (
	keptForRecovery = "create failed: async create failed: creating Secrets Manager Secret (x): operation error Secrets Manager: CreateSecret, https response error StatusCode: 400, " +
		"InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion."
	exists = "create failed: async create failed: creating Secrets Manager Secret (x): operation error Secrets Manager: CreateSecret, https response error StatusCode: 400, " +
		"ResourceExistsException: The operation failed because the secret x already exists."
)

// refuse has AWS refuse to create secrets, of which it then knows nothing.
func (c *controlPlane) refuse(says string, secrets ...string) {
	for _, name := range secrets {
		o := fields.Clone(c.observed["secret-"+name].GetResource())
		delete(fields.Child(o, "metadata", "annotations").Fields, "crossplane.io/external-name")
		status, err := structpb.NewStruct(map[string]any{"conditions": []any{
			map[string]any{"type": "Synced", "status": "True", "reason": "ReconcileSuccess"},
			map[string]any{"type": "LastAsyncOperation", "status": "False", "reason": "AsyncCreateFailure", "message": says},
		}})
		if err != nil {
			c.t.Fatal(err)
		}
		o.Fields["status"] = structpb.NewStructValue(status)
		c.observed["secret-"+name] = &fnv1.Resource{Resource: o}
	}
}

// TestTakenNames makes no value for a secret whose name is taken in Secrets Manager, and nothing that needs the value: a store that
// exists in AWS would get it in the place of its own. The condition has the command.
func TestTakenNames(t *testing.T) {
	cases := map[string]struct {
		reason    string
		says      string
		condition string
		want      []string
	}{
		"RecoveryWindow": {
			reason: "Should end the recovery windows of all of them by one command", says: keptForRecovery,
			condition: "SecretNameTaken: ",
			want: []string{
				"for s in morket-production/redis-auth morket-production/jwt; do aws secretsmanager delete-secret --region us-east-1 --force-delete-without-recovery --secret-id $s; done",
			},
		},
		"Exists": {
			reason: "Should take over what exists by one command", says: exists,
			condition: "SecretExists: ",
			want: []string{
				`kubectl patch mp morket-production -n morket --type merge -p '{"spec":{"adopt":{"externalNames":{"secret-redis-auth":"'"$(aws secretsmanager describe-secret --region us-east-1 --secret-id morket-production/redis-auth --query ARN --output text)"'",`,
				`--secret-id morket-production/jwt --query ARN`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := platform(t)
			for range 6 {
				c.next()
				if c.observed["secret-jwt"] != nil {
					c.refuse(tc.says, "redis-auth", "jwt")
				}
			}
			c.checkTaken(tc.reason, tc.condition, tc.want)
			c.settle() // AWS makes them now
			if !strings.HasPrefix(c.ready(), "Available") || len(c.desires("credentials-jwt-0")) == 0 {
				t.Errorf("Should come up once AWS makes the secrets, got %s", c.ready())
			}
		})
	}
}

// TestMasterKeyReturns goes on with the master key that a former platform of the claim left behind: Secrets Manager has it, nothing
// else reads it, so there is no value to bring in. One of another tool may look different, and is brought in.
func TestMasterKeyReturns(t *testing.T) {
	const secret = "secret-encryption-master-key"
	const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-production/encryption-master-key-AbCdEf"
	cases := map[string]struct {
		reason string
		tags   map[string]any // of the secret in AWS
		want   []string
		ready  string
	}{
		"Own": {
			reason: "Should use what the platform left behind",
			tags:   map[string]any{"Claim": "morket/morket-production", "ManagedBy": "crossplane"},
			ready:  "Available",
		},
		"Foreign": {
			reason: "Should have the value of another tool brought in",
			tags:   map[string]any{"ManagedBy": "terraform"},
			want:   []string{"credentials-encryption-master-key-0"},
			ready:  "SecretNeeded",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &controlPlane{t: t, xr: platformtest.XR(t, "production",
				platformtest.Set(map[string]any{secret: arn}, "spec", "adopt", "externalNames"))}
			c.adoptMasterKey(secret, tc.tags)
			if got := c.ready(); !strings.HasPrefix(got, tc.ready) {
				t.Errorf("%s, got %s", tc.reason, got)
			}
			if got := c.last.GetDesired().GetResources()["service-backend"] != nil; got != (tc.want == nil) {
				t.Errorf("%s: the backend, which reads it, should run where it is there, got %t", tc.reason, got)
			}
			if got := c.desires("credentials-encryption-master-key-"); !slices.Equal(got, tc.want) {
				t.Errorf("%s: want %v, got %v", tc.reason, tc.want, got)
			}
			if got := c.desires("secret-encryption-master-key-version-"); len(got) > 0 {
				t.Errorf("%s: should write no version, got %v", tc.reason, got)
			}
			if got := fields.Text(c.xr, "status", "secretArns", "encryption-master-key"); tc.want == nil && got != arn {
				t.Errorf("Should publish the ARN, got %q", got)
			}
		})
	}
}

// checkTaken checks that the condition says which names are taken, that nothing needs the values, and that the rest goes on.
func (c *controlPlane) checkTaken(reason, condition string, wants []string) {
	c.t.Helper()
	got := c.ready()
	if !strings.HasPrefix(got, condition) {
		c.t.Errorf("%s, got %s", reason, got)
	}
	for _, want := range wants {
		if !strings.Contains(got, want) {
			c.t.Errorf("%s: want %s in %s", reason, want, got)
		}
	}
	for _, name := range []string{"credentials-redis-auth-0", "credentials-jwt-0", "secret-jwt-version-0", "redis"} {
		if c.last.GetDesired().GetResources()[name] != nil {
			c.t.Errorf("Should not make %s while Secrets Manager may have a value", name)
		}
	}
	for _, name := range []string{"credentials-rabbitmq-0", "rabbitmq"} {
		if c.last.GetDesired().GetResources()[name] == nil {
			c.t.Errorf("Should go on with %s", name)
		}
	}
}

// adoptMasterKey calls until the platform is Ready. With the first look AWS shows tags of the adopted secret.
func (c *controlPlane) adoptMasterKey(secret string, tags map[string]any) {
	c.t.Helper()
	for range 12 {
		known := fields.Text(c.observed[secret].GetResource(), "status", "atProvider", "arn") != ""
		c.next()
		if !known && len(c.desires("credentials-encryption-master-key-")) > 0 {
			c.t.Error("Should wait until AWS has said whose the secret is")
		}
		if r := c.observed[secret]; r != nil && !known { // the first look
			has, err := structpb.NewStruct(tags)
			if err != nil {
				c.t.Fatal(err)
			}
			fields.Child(r.GetResource(), "status", "atProvider").Fields["tags"] = structpb.NewStructValue(has)
		}
	}
}

// TestNoOtherMasterKey makes no other master key of an adopted secret that had a version, while AWS does not say what the secret is, as
// after a restore without status.
func TestNoOtherMasterKey(t *testing.T) {
	const secret = "secret-encryption-master-key"
	c := platform(t)
	c.settle()
	arn := fields.Text(c.observed[secret].GetResource(), "status", "atProvider", "arn")
	c.claim(platformtest.Set(map[string]any{secret: arn}, "spec", "adopt", "externalNames"))
	o := fields.Clone(c.observed[secret].GetResource())
	fields.Child(o, "metadata", "annotations").Fields["crossplane.io/external-name"] = structpb.NewStringValue(arn)
	delete(o.Fields, "status")
	c.observed[secret] = &fnv1.Resource{Resource: o}
	delete(c.observed, "credentials-encryption-master-key-0")
	delete(fields.Below(c.xr, "status"), "secretArns")
	c.next()
	for key, value := range c.values() {
		if strings.HasPrefix(key, "credentials-encryption-master-key-") && value != "" {
			t.Errorf("Should not make a value for %s", key)
		}
	}
	if c.last.GetDesired().GetResources()["secret-encryption-master-key-version-0"] == nil {
		t.Error("Should keep the version")
	}
}
