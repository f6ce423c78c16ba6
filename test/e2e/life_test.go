package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/morket-io/platform/test/e2e/stack"
)

// TestLife is about the end of a platform and its return. (R-LIFE-1)
func TestLife(t *testing.T) {
	if baseline != "" {
		t.Skip("the packages are those of the baseline: TestUpgrade")
	}
	if realProvider != "" {
		t.Skip("the provider is the real one: TestAWS")
	}
	// As a claim of v0.1.0 is: the definition's default was Background.
	watchable, former := staging(t, "watched", background), staging(t, "former", background)
	production := example(t, "production", unprotected)
	step(t, "Ready", func(t *testing.T) {
		mustCreate(t, watchable, former, production)
		waitReady(t, readyLimit, watchable, former, production)
	})
	// Deleting takes a while, so two platforms are deleted while the third is looked at.
	var left *leftovers
	was := former.DeepCopy()
	var allow func()
	var formerComposites []string
	step(t, "DeleteOthers", func(t *testing.T) {
		left = leftOf(t, production)
		left.composites = mustDelete(t, production)
		allow = refuseAurora(t, former)
		formerComposites = mustDelete(t, former)
	})
	step(t, "Foreground", func(t *testing.T) { checkForeground(t, watchable) })
	step(t, "Lost", func(t *testing.T) { checkLost(t, readyLimit, watchable, &simulatedAccount{}) })
	step(t, "Return", func(t *testing.T) { checkReturn(t, readyLimit, production, left, &simulatedAccount{}) })
	var composites []string
	step(t, "Background", func(t *testing.T) {
		composites = mustDelete(t, watchable, production)
		checkBackground(t, former, was, formerComposites, allow)
	})
	step(t, "Delete", func(t *testing.T) {
		waitGone(t, goneLimit, append(composites, mustDelete(t, former)...), watchable, production, former)
	})
	if conflicts := provider.Account.Conflicts(); len(conflicts) > 0 {
		t.Errorf("Should ask AWS for nothing that it would not bear:\n%s", strings.Join(conflicts, "\n"))
	}
}

const (
	background = `spec: {compositeDeletePolicy: Background}`
	foreground = `spec: {compositeDeletePolicy: Foreground}`

	// unavailable is what RDS says, shortened.
	unavailable = "InvalidDBClusterStateFault: Cluster is not in available state"
)

// checkForeground deletes a platform of which AWS refuses to delete Aurora: claim and composite resource stay and say so, the claim
// cannot be applied again, nobody else gets the prefix, and Aurora can be left behind on purpose. Afterwards the platform returns.
func checkForeground(t *testing.T, claim *unstructured.Unstructured) {
	before := claim.DeepCopy()
	if err := change(t.Context(), claim, foreground); err != nil {
		t.Fatal(err)
	}
	allow := refuseAurora(t, claim)
	defer allow()
	names := mustDelete(t, claim)
	aurora := waitDeleting(t, claim, names[0])

	checkApplyAgain(t, before)
	other := staging(t, "taker", `spec: {namePrefix: watched}`)
	mustCreate(t, other)
	told(t, other, fmt.Sprintf("claim %s/%s is still being deleted", claim.GetNamespace(), claim.GetName()))
	if all := mustComposed(t, other); len(all) > 0 {
		t.Errorf("Should compose nothing for a claim that waits for a prefix, got %d resources", len(all))
	}
	deleteAndWait(t, goneLimit, other)

	// docs/tasks/delete.md, "AWS refuses to delete something".
	if err := change(t.Context(), aurora, `spec: {deletionPolicy: Orphan, managementPolicies: [Observe]}`); err != nil {
		t.Fatal(err)
	}
	waitGone(t, goneLimit, names, claim)
	if left := provider.Account.Things(names[0] + "-"); !slices.Contains(left, "Cluster "+names[0]+"-aurora") {
		t.Errorf("Should leave Aurora behind in AWS, there is %v", left)
	}

	recreate(t, claim, before)
	waitReady(t, readyLimit, claim)
	for _, again := range provider.Account.Again() {
		if strings.HasPrefix(again, "rds.aws.upbound.io Cluster ") {
			t.Errorf("Should take Aurora over, which was left behind, and not create it a second time: %s", again)
		}
	}
}

// refuseAurora has AWS refuse to delete a platform's Aurora cluster, until allow is called.
func refuseAurora(t *testing.T, claim *unstructured.Unstructured) (allow func()) {
	t.Helper()
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	name := xr.GetName() + "-aurora"
	provider.Refuse(name, unavailable)
	return func() { provider.Refuse(name, "") }
}

// waitDeleting waits until all that can be deleted of a platform is, and returns its Aurora cluster, which is not.
func waitDeleting(t *testing.T, claim *unstructured.Unstructured, xr string) *unstructured.Unstructured {
	t.Helper()
	var aurora *unstructured.Unstructured
	if err := stack.Every(t.Context(), time.Second, goneLimit, func() error {
		all, err := composed(t.Context(), claim)
		if err != nil {
			return err
		}
		if aurora = all["aurora"]; aurora == nil {
			return errors.New("Aurora is deleted, which AWS refused")
		}
		for _, name := range []string{"aurora-0", "redis", "rabbitmq", "opensearch", "clickhouse", "service-backend", "cdn"} {
			if all[name] != nil {
				return fmt.Errorf("%s is still there", name)
			}
		}
		if all["vpc"] == nil {
			return errors.New("the VPC is deleted before Aurora, which is in it")
		}
		// Before, the reconcile that was running when the claim was deleted may create once more what is deleted already.
		deleting, err := composite(t.Context(), claim)
		if err != nil {
			return err
		}
		if _, reason := conditionReason(deleting, "Ready"); reason != "Deleting" {
			return fmt.Errorf("the composite resource does not say that it is being deleted: %q", reason)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if status, message := stack.Condition(aurora, "Synced"); status != "False" || !strings.Contains(message, unavailable) {
		t.Errorf("Should say on the managed resource what AWS refused: Synced is %q: %s", status, message)
	}
	for _, u := range []*unstructured.Unstructured{claim, stack.Object(apiVersion, "XMorketPlatform", "", xr)} {
		if err := refresh(t.Context(), u); err != nil {
			t.Fatalf("Should keep the %s until the last resource is deleted: %v", u.GetKind(), err)
		}
		if u.GetDeletionTimestamp() == nil {
			t.Errorf("Should be deleting the %s", u.GetKind())
		}
	}
	if status, reason := conditionReason(claim, "Ready"); status != "False" || reason != "Deleting" {
		t.Errorf("Should say on the claim that it is being deleted: Ready is %q, %q", status, reason)
	}
	return aurora
}

// checkApplyAgain applies a claim that is being deleted, as it was and changed.
func checkApplyAgain(t *testing.T, was *unstructured.Unstructured) {
	t.Helper()
	for _, spec := range []string{`{}`, `spec: {monitoring: {alarms: {auroraCPUPercent: 70}}}`} {
		claim := staging(t, was.GetName(), spec)
		err := control.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(claim), client.FieldOwner("e2e"), client.ForceOwnership)
		if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "is being deleted") || !strings.Contains(err.Error(), "kubectl wait --for=delete mp/"+was.GetName()) {
			t.Errorf("Should refuse to apply a claim that is being deleted, with the reason (%s): %v", spec, err)
		}
	}
}

// checkBackground has a platform that is deleted in the background, as claims of v0.1.0 are: the claim is deleted at once. Applied
// again meanwhile it says that it waits, and becomes Ready when the last resource is deleted.
func checkBackground(t *testing.T, claim, before *unstructured.Unstructured, names []string, allow func()) {
	defer allow()
	if err := stack.Every(t.Context(), time.Second, goneLimit, func() error {
		if refresh(t.Context(), claim) == nil {
			return errors.New("the claim is still there")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	recreate(t, claim, before)
	told(t, claim, fmt.Sprintf("claim %s/%s is still being deleted", claim.GetNamespace(), claim.GetName()))
	if all := mustComposed(t, claim); len(all) > 0 {
		t.Errorf("Should compose nothing before the former platform is deleted, got %d resources", len(all))
	}
	allow()
	waitGone(t, goneLimit, names)
	waitReady(t, readyLimit, claim) // that nothing was there twice, Conflicts tells
}

// recreate creates a claim once more, as it was written.
func recreate(t *testing.T, claim, was *unstructured.Unstructured) {
	t.Helper()
	claim.Object = staging(t, was.GetName(), foreground).Object
	mustCreate(t, claim)
}

// conditionReason is the status and the reason of a condition.
func conditionReason(u *unstructured.Unstructured, typ string) (status, reason string) {
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, c := range conditions {
		if m, _ := c.(map[string]any); m["type"] == typ {
			status, _ = m["status"].(string)
			reason, _ = m["reason"].(string)
		}
	}
	return status, reason
}
