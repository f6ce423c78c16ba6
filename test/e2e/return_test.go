package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/stack"
)

// unprotected is production whose protection was lifted.
const unprotected = `spec: {deletionProtection: false}`

// leftovers is what a deleted production platform had, and AWS still has.
type leftovers struct {
	composites []string
	vaultKey   string // the ARN of the backup vault's key
	masterKey  string // the ARN of its secret
}

// leftOf is what a production platform will leave behind.
func leftOf(t *testing.T, claim *unstructured.Unstructured) *leftovers {
	t.Helper()
	all := mustComposed(t, claim)
	left := &leftovers{
		vaultKey:  text(all["key"], "status", "atProvider", "arn"),
		masterKey: text(all["secret-encryption-master-key"], "status", "atProvider", "arn"),
	}
	if left.vaultKey == "" || left.masterKey == "" {
		t.Fatalf("Should have a key and a master key: %+v", left)
	}
	return left
}

// checkReturn applies production again under its name: the names of its secrets are taken, which its condition says together with the
// commands that end it. Then it becomes Ready with what it finds.
func checkReturn(t *testing.T, limit time.Duration, claim *unstructured.Unstructured, left *leftovers, aws account) {
	waitGone(t, limit, left.composites, claim)
	name := claim.GetName()
	claim.Object = example(t, "production", unprotected).Object
	mustCreate(t, claim)
	told(t, claim, "--force-delete-without-recovery")
	told(t, claim, "kubectl patch mp "+name)
	for resource := range mustComposed(t, claim) {
		if strings.HasPrefix(resource, "credentials-") || resource == "redis" || resource == "rabbitmq" {
			t.Errorf("Should make no value, and nothing that needs one, while the secrets' names are taken: %s", resource)
		}
	}

	for _, c := range commands(t, claim) {
		bash(t, aws, c)
	}
	waitReady(t, limit, claim)

	all := mustComposed(t, claim)
	got := leftovers{
		vaultKey:  text(all["backup-vault"], "spec", "forProvider", "kmsKeyArn"),
		masterKey: text(all["secret-encryption-master-key"], "status", "atProvider", "arn"),
	}
	if diff := cmp.Diff(leftovers{vaultKey: left.vaultKey, masterKey: left.masterKey}, got, cmp.AllowUnexported(leftovers{})); diff != "" {
		t.Errorf("Should go on with what was left behind: -want, +got:\n%s", diff)
	}
	for _, resource := range []string{"credentials-encryption-master-key-0", "secret-encryption-master-key-version-0"} {
		if all[resource] != nil {
			t.Errorf("Should make no other value of the master key: %s", resource)
		}
	}
	if got := text(claim, "status", "secretArns", "encryption-master-key"); got != left.masterKey {
		t.Errorf("Should give the backend the former master key %s, got %q", left.masterKey, got)
	}
	if twice := aws.Twice(t, claim); len(twice) > 0 {
		t.Errorf("Should take over what was left behind, and not create it a second time: %v", twice)
	}
}

// commands are the commands in the messages of a claim's conditions.
func commands(t *testing.T, claim *unstructured.Unstructured) []string {
	t.Helper()
	status, message := stack.Condition(claim, "DataReady")
	var out []string
	for i, part := range strings.Split(message, "`") {
		if i%2 == 1 {
			out = append(out, part)
		}
	}
	if len(out) != 2 {
		t.Fatalf("Should say two commands, got %q: DataReady is %s: %s", out, status, message)
	}
	return out
}

// text is a string in an object, empty if there is none.
func text(u *unstructured.Unstructured, path ...string) string {
	if u == nil {
		return ""
	}
	s, _, _ := unstructured.NestedString(u.Object, path...)
	return s
}
