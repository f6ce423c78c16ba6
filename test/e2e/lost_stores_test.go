package e2e

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/mockaws"
)

// checkLostStores has somebody delete Redis and the key of a protected platform in AWS: nothing empty takes their place, the claim
// says so, and what was deleted comes back as docs/tasks/unready.md says.
func checkLostStores(t *testing.T, claim *unstructured.Unstructured) {
	all := mustComposed(t, claim)
	redis, key := all["redis"], all["key"]
	id := key.GetAnnotations()[externalName]
	mark := proxy.Mark()
	for _, d := range []struct {
		service, operation string
		parameters         map[string]any
	}{
		{"elasticache", "delete_replication_group", map[string]any{"ReplicationGroupId": redis.GetAnnotations()[externalName]}},
		{"kms", "schedule_key_deletion", map[string]any{"KeyId": id}},
	} {
		if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", d.service, d.operation, d.parameters); err != nil {
			t.Fatalf("%s: %v", d.operation, err)
		}
	}
	for _, lost := range []string{"redis (ReplicationGroup)", "key (Key)"} {
		told(t, claim, lost+": update failed")
	}
	told(t, claim, "docs/tasks/unready.md#lost-stores")
	if calls := proxy.Changes(mark, mockaws.Create); len(calls) > 0 {
		t.Errorf("Should make nothing in the place of what is lost: %s", brief(calls))
	}

	// A key that is to be deleted can be brought back; Redis is made anew once its managed resource is.
	for _, operation := range []string{"cancel_key_deletion", "enable_key"} {
		if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", "kms", operation, map[string]any{"KeyId": id}); err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
	}
	if err := control.Client.Delete(t.Context(), redis); err != nil {
		t.Fatal(err)
	}
	waitReady(t, settleLimit(), claim)
	made := proxy.CountActions(mark)
	if n := made["elasticache CreateReplicationGroup"].Creates; n != 1 {
		t.Errorf("Should make one group again, made %d", n)
	}
	if n := made["kms CreateKey"].Creates; n != 0 {
		t.Errorf("Should make no other key, made %d", n)
	}
	if calls := proxy.Changes(mark, mockaws.Delete); len(calls) != 2 {
		t.Errorf("Should delete nothing but what somebody deleted: %s", brief(calls))
	}
}
