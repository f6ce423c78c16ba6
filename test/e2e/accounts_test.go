package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/morket-io/platform/test/e2e/stack"
)

// checkAccounts has one control plane manage two accounts, with the ProviderConfigs of docs/tasks/accounts.md: what each leads to is created in
// its account, and a claim whose ProviderConfig leads to another account than its own is stopped. (R-LIFE-4)
func checkAccounts(t *testing.T) {
	accounts := map[string]string{"staging": "222233334444", "production": "555566667777"} // by their ProviderConfigs
	for _, config := range accountConfigs(t) {
		if err := create(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}
	for name, account := range accounts {
		vpc := stack.Object("ec2.aws.upbound.io/v1beta1", "VPC", "", "accounts-"+name)
		vpc.Object["spec"] = map[string]any{
			"forProvider":       map[string]any{"region": "us-east-1", "cidrBlock": "10.9.0.0/16"},
			"providerConfigRef": map[string]any{"name": name},
		}
		mustCreate(t, vpc)
		if err := stack.Until(t.Context(), settleLimit(), func() error {
			if err := refresh(t.Context(), vpc); err != nil {
				return err
			}
			if owner, _, _ := unstructured.NestedString(vpc.Object, "status", "atProvider", "ownerId"); owner != account {
				return fmt.Errorf("should be created in account %s, where the ProviderConfig %s leads: its owner is %q", account, name, owner)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := control.Client.Delete(t.Context(), vpc); err != nil {
			t.Error(err)
		}
	}
	wrong := staging(t, "wrong", `spec: {accountId: "222233334444", providerConfigName: production}`)
	mustCreate(t, wrong)
	told(t, wrong, "in account 555566667777, where the ProviderConfig \"production\" leads")
	deleteAndWait(t, realGoneLimit, wrong)
}

// accountConfigs are the ProviderConfigs of the example. They reach the mock of AWS as the default one does: it knows no web identities.
func accountConfigs(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(control.Root, "examples", "accounts", "providerconfigs.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	configs, err := stack.Documents(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	base := &unstructured.Unstructured{}
	base.SetGroupVersionKind(schema.GroupVersionKind{Group: "aws.upbound.io", Version: "v1beta1", Kind: "ProviderConfig"})
	base.SetName("default")
	if err := refresh(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	reach, _, _ := unstructured.NestedMap(base.Object, "spec")
	for _, c := range configs {
		spec, _, _ := unstructured.NestedMap(c.Object, "spec")
		for field, value := range reach {
			spec[field] = value
		}
		c.Object["spec"] = spec
	}
	return configs
}
