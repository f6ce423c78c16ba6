package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/test/e2e/mockaws"
	"github.com/morket-io/platform/test/e2e/stack"
)

const (
	externalName  = "crossplane.io/external-name"
	createPending = "crossplane.io/external-create-pending"
)

// lost is what AWS or the provider says of what AWS has and the provider does not know of, because one of them did not
// answer in between.
var lost = regexp.MustCompile(`cannot determine creation result|already exists|\.Duplicate|\.Conflict|\.AlreadyAssociated`)

// unnamed are the groups of which AWS gives things their ids, so that the provider cannot look for what it has lost. So does it
// with brokers, distributions, backup plans and namespaces of Cloud Map; none of these was ever lost here.
var unnamed = regexp.MustCompile(`^(ec2|elbv2|acm|kms|secretsmanager)\.`)

// open is how the platform says that a security group kept the rule that AWS gave it.
var open = regexp.MustCompile(`revoke-security-group-egress \S+ \S+ --group-id (sg-[0-9a-f]+)`)

// rescue does for a platform what docs/tasks/unready.md has people do for one whose provider was killed, or met errors, between
// asking AWS for something and noting its id. The real provider never gets over that by itself.
func rescue(t *testing.T, claim *unstructured.Unstructured) error {
	t.Helper()
	all, err := composed(t.Context(), claim)
	if err != nil {
		return err
	}
	if _, message := stack.Condition(claim, "NetworkReady"); open.MatchString(message) {
		for _, m := range open.FindAllStringSubmatch(message, -1) {
			if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", "ec2", "revoke_security_group_egress", map[string]any{
				"GroupId": m[1], "IpPermissions": []any{map[string]any{"IpProtocol": "-1", "IpRanges": []any{map[string]any{"CidrIp": "0.0.0.0/0"}}}},
			}); err != nil && !strings.Contains(err.Error(), "InvalidPermission.NotFound") { // revoked already, and not looked at since
				return err
			}
			rescued(t, "revoked AWS's own rule of %s", m[1])
		}
		return nil // a rule of ours may have been refused for AWS's
	}
	for name, u := range all {
		status, message := stack.Condition(u, "Synced")
		group := u.GroupVersionKind().Group
		_, pending := u.GetAnnotations()[createPending]
		if status != "False" || !lost.MatchString(message) || !unnamed.MatchString(group) && !pending {
			continue
		}
		var ids []string
		if unnamed.MatchString(group) { // the provider finds all others itself, once it may look
			if ids, err = mockaws.Find(t.Context(), proxy.URL, "us-east-1", group, u.GetName()); err != nil {
				return err
			}
		}
		// Without another request the provider would not notice that it may look again.
		annotations := map[string]any{createPending: nil, "crossplane.io/reconcile-requested-at": time.Now().Format(time.RFC3339Nano)}
		switch {
		case len(ids) == 0 && pending:
			rescued(t, "let the provider look for %s, and make it", name)
			err = annotate(t.Context(), u, annotations)
		case len(ids) == 1 && (pending || u.GetAnnotations()[externalName] != ids[0]):
			rescued(t, "found %s to be %s", name, ids[0])
			annotations[externalName] = ids[0]
			err = annotate(t.Context(), u, annotations)
		case len(ids) > 1:
			err = fmt.Errorf("%s is in AWS more than once: %v", name, ids)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// annotate changes annotations of an object; nil takes one away.
func annotate(ctx context.Context, u *unstructured.Unstructured, annotations map[string]any) error {
	raw, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": annotations}})
	if err != nil {
		return err
	}
	return change(ctx, u, string(raw))
}

// rescued notes what a person would have had to do.
func rescued(t *testing.T, format string, args ...any) {
	t.Helper()
	what := fmt.Sprintf(format, args...)
	t.Log(what)
	report.Rescued = append(report.Rescued, what)
}

// unselect does what docs/tasks/unready.md has people do about selections of backups that were made again: the provider takes any
// error of AWS for there being none.
func unselect(t *testing.T, claims []*unstructured.Unstructured) {
	t.Helper()
	for _, claim := range claims {
		u := mustComposed(t, claim)["backup-selection"]
		if u == nil {
			t.Fatalf("Should compose backup-selection for %s", claim.GetName())
		}
		plan, _, _ := unstructured.NestedString(u.Object, "status", "atProvider", "planId")
		used, _, _ := unstructured.NestedString(u.Object, "status", "atProvider", "id")
		used = used[strings.LastIndexByte(used, '|')+1:]
		selections, err := mockaws.Selections(t.Context(), proxy.URL, "us-east-1", plan)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(selections, used) {
			t.Errorf("Should have the selection %q of %s in AWS, there are %v", used, claim.GetName(), selections)
			continue
		}
		for _, id := range selections {
			if id == used {
				continue
			}
			if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", "backup", "delete_backup_selection", map[string]any{"BackupPlanId": plan, "SelectionId": id}); err != nil {
				t.Fatal(err)
			}
			rescued(t, "deleted the selection %s of %s, which uses %s", id, claim.GetName(), used)
		}
	}
}

// retired counts the keys that retire took away, by namespace/name of the claim: AWS keeps them for some days.
var retired = map[string]int{}

// retire does what docs/tasks/unready.md has people do about what AWS made twice without a word: task definitions, since the provider
// takes throttling for there being none, and keys, which AWS makes again when its answer is lost. The provider knows of one. What else
// is there twice is left for whoever looks for it.
func retire(t *testing.T, claims []*unstructured.Unstructured) {
	t.Helper()
	for _, claim := range claims {
		id := claim.GetNamespace() + "/" + claim.GetName()
		twice, err := mockaws.Twice(t.Context(), proxy.URL, "us-east-1", id)
		if err != nil {
			t.Fatal(err)
		}
		for name, u := range mustComposed(t, claim) {
			arns := twice[u.GetName()]
			if kind := u.GetKind(); len(arns) == 0 || kind != "Key" && kind != "TaskDefinition" {
				continue
			}
			used, _, _ := unstructured.NestedString(u.Object, "status", "atProvider", "arn")
			if !slices.Contains(arns, used) {
				t.Fatalf("Should have %s of %s in AWS, %s, there are %v", name, id, used, arns)
			}
			for _, arn := range arns {
				if arn == used {
					continue
				}
				service, operation, parameters := "ecs", "deregister_task_definition", map[string]any{"taskDefinition": arn}
				if u.GetKind() == "Key" {
					service, operation, parameters = "kms", "schedule_key_deletion", map[string]any{"KeyId": arn[strings.LastIndexByte(arn, '/')+1:], "PendingWindowInDays": 7}
					retired[id]++
				}
				if err := mockaws.Make(t.Context(), proxy.URL, "us-east-1", service, operation, parameters); err != nil {
					t.Fatal(err)
				}
				rescued(t, "took away %s, as %s of %s uses another", arn, name, claim.GetName())
			}
		}
	}
}
