package data_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/test/platformtest"
)

func decoded(t *testing.T, v any) string {
	t.Helper()
	s, _ := v.(string)
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestDeletion says for every resource that does not go with the claim when it stays. (R-ENV-2)
func TestDeletion(t *testing.T) {
	const (
		always    = "always"
		protected = "while protected"
		kept      = "in production"
	)
	// What is not listed goes.
	stays := map[string]string{
		"key": kept, "backup-vault": kept,
		"aurora": protected, "aurora-0": protected, "aurora-rotation": always,
		"redis": protected, "rabbitmq": protected, "opensearch": protected, "opensearch-policy": protected,
		"clickhouse": protected, "clickhouse-volume": protected, "clickhouse-attachment-": protected,
	}
	for _, c := range platformtest.Platform(t, "staging").Credentials() {
		stays[c.Resource()] = protected
	}
	stays["secret-encryption-master-key"] = kept
	cases := map[string]struct {
		reason, env string
		protection  bool
		stay        []string
	}{
		"Staging":           {"Should go without a trace, but for images that others run.", "staging", false, []string{always}},
		"StagingProtected":  {"Should keep everything that holds data.", "staging", true, []string{always, protected, kept}},
		"Production":        {"Should keep everything that holds data.", "production", true, []string{always, protected, kept}},
		"ProductionToGoNow": {"Should keep what it takes to read the snapshots and backups that are left.", "production", false, []string{always, kept}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := platformtest.Eventually(t, platformtest.XR(t, tc.env, platformtest.Set(tc.protection, "spec", "deletionProtection")))
			want, got := map[string]bool{}, map[string]bool{}
			for resource := range r.Resources {
				sp := spec(r, resource)
				policy := sp["deletionPolicy"]
				if policy == "Orphan" {
					got[resource] = true
				}
				// The provider deletes by management policies, if they are not the default, whatever the other says.
				if policies, ok := sp["managementPolicies"].([]any); ok && slices.Contains(policies, any("Delete")) == (policy == "Orphan") {
					t.Errorf("\n%s\n%s: deletionPolicy %v contradicts managementPolicies %v", tc.reason, resource, policy, policies)
				}
				when := stays[resource]
				switch {
				case strings.HasPrefix(resource, "clickhouse-attachment-"):
					when = protected
				case strings.Contains(resource, "-version-"): // goes with its secret
					when = always
				case strings.Contains(resource, "-bucket"): // and what is set on it
					when = kept
				case strings.HasPrefix(resource, "repository-"): // shared, by the example
					when = always
				case strings.HasPrefix(resource, "task-"): // revisions to go back to
					when = protected
				}
				for _, s := range tc.stay {
					if when == s {
						want[resource] = true
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("\n%s\nOrphaned: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestGuard looks at what keeps a protected claim from being deleted. (R-ENV-2)
func TestGuard(t *testing.T) {
	const reason = "this platform is protected, because it holds data: set spec.deletionProtection to false in the claim, wait until it is Ready, then delete it"
	usage := func(kind, name string) map[string]any {
		return map[string]any{"of": map[string]any{
			"apiVersion": "platform.morket.io/v1alpha1", "kind": kind, "resourceRef": map[string]any{"name": name},
		}, "reason": reason}
	}
	r := platformtest.Eventually(t, platformtest.XR(t, "production", nil))
	if diff := cmp.Diff(usage("MorketPlatform", "morket-production"), spec(r, "guard-claim")); diff != "" {
		t.Errorf("Should guard the claim: -want, +got:\n%s", diff)
	}
	if got := fields.In(r.Resources["guard-claim"].AsMap(), "metadata", "namespace"); got != "morket" {
		t.Errorf("Should be in the claim's namespace, where a usage must be, got %v", got)
	}
	if diff := cmp.Diff(usage("XMorketPlatform", "morket-production"), spec(r, "guard")); diff != "" {
		t.Errorf("Should guard the composite resource: -want, +got:\n%s", diff)
	}
	for name, r := range platformtest.Eventually(t, platformtest.XR(t, "staging", nil)).Resources {
		if strings.HasPrefix(name, "guard") {
			t.Errorf("Should not guard what is not protected, got %s: %v", name, r)
		}
	}
}

// TestFinalSnapshots makes a platform a second time under one name: its last snapshots must not meet the first one's.
func TestFinalSnapshots(t *testing.T) {
	for _, store := range []string{"aurora", "redis"} {
		names := map[any]bool{}
		for _, composite := range []string{"morket-production-aaaaa", "morket-production-bbbbb"} {
			xr := platformtest.XR(t, "production", nil)
			xr.GetFields()["metadata"].GetStructValue().Fields["name"] = structpb.NewStringValue(composite)
			names[parameters(platformtest.Eventually(t, xr), store)["finalSnapshotIdentifier"]] = true
		}
		if len(names) != 2 || names[nil] {
			t.Errorf("Should name the final snapshot of %s after the composite resource, got %v", store, names)
		}
		if got := parameters(platformtest.Eventually(t, platformtest.XR(t, "staging", nil)), store)["finalSnapshotIdentifier"]; got != nil {
			t.Errorf("Should leave no snapshot of %s behind in staging, got %v", store, got)
		}
	}
}

// TestGuardGoesLast lifts the protection, of which Crossplane applies what it can: once the composite resource is being
// deleted nothing is told any more that it may go.
func TestGuardGoesLast(t *testing.T) {
	lifted := platformtest.XR(t, "production", platformtest.Set(false, "spec", "deletionProtection"))
	field := func(o *structpb.Struct, path ...string) *structpb.Struct {
		for _, p := range path {
			o = o.GetFields()[p].GetStructValue()
		}
		return o
	}
	cases := map[string]struct {
		reason  string
		not     string // what was not told yet
		change  func(o *structpb.Struct)
		guarded bool
		says    string // of the layer, if it guards still
	}{
		"Told": {"Should let go when all has been told.", "aurora", func(*structpb.Struct) {}, false, ""},
		"Orphan": {"Should guard while one resource would stay behind.", "secret-jwt", func(o *structpb.Struct) {
			field(o, "spec").Fields["deletionPolicy"] = structpb.NewStringValue("Orphan")
		}, true, "guard waits for stores and secrets to be released"},
		"Instance": {"Should guard while AWS refuses to terminate the instance.", "clickhouse", func(o *structpb.Struct) {
			field(o, "status", "atProvider").Fields["disableApiTermination"] = structpb.NewBoolValue(true)
		}, true, "guard waits for clickhouse to be released"},
		"Aurora": {"Should guard while AWS refuses to delete the database.", "aurora", func(o *structpb.Struct) {
			field(o, "status", "atProvider").Fields["deletionProtection"] = structpb.NewBoolValue(true)
		}, true, "guard waits for aurora to be released"},
		"Balancer": {"Should guard while AWS refuses to delete the load balancer.", "alb", func(o *structpb.Struct) {
			field(o, "status", "atProvider").Fields["enableDeletionProtection"] = structpb.NewBoolValue(true)
		}, true, "guard waits for alb to be released"},
		"KeptAnyway": {"Should let go though some things stay on purpose.", "key", func(*structpb.Struct) {}, false, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := platformtest.Observed(platformtest.Eventually(t, lifted))
			guards := platformtest.Observed(platformtest.Eventually(t, platformtest.XR(t, "production", nil)))
			for _, g := range []string{"guard", "guard-claim"} {
				observed[g] = guards[g]
			}
			tc.change(observed[tc.not].GetResource())
			r := platformtest.Once(t, lifted, observed)
			for _, g := range []string{"guard", "guard-claim"} {
				if got := r.Resources[g] != nil; got != tc.guarded {
					t.Errorf("\n%s\n%s is composed: %v, want %v", tc.reason, g, got, tc.guarded)
				}
			}
			for _, c := range r.Conditions {
				if ready := c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE; c.GetType() == "DataReady" && (ready == tc.guarded || tc.guarded && c.GetMessage() != tc.says) {
					t.Errorf("\n%s\nShould not call ready what cannot be deleted yet, and say why: DataReady is %v: %s", tc.reason, c.GetStatus(), c.GetMessage())
				}
			}
		})
	}
	if r := platformtest.Eventually(t, lifted); r.Resources["guard"] != nil {
		t.Error("Should make no guard for a platform that never was protected")
	}
}

// TestNothingEmpty says what is never made anew, because it would be empty, and that the provider will refuse to make it where it takes
// that for a change: there is a field in it that cannot be changed.
func TestNothingEmpty(t *testing.T) {
	stores := []string{"key"}
	for _, store := range platformtest.Platform(t, "staging").Stores() {
		if name := store.Name; name != "clickhouse" {
			stores = append(stores, name)
		} else {
			stores = append(stores, name+"-volume") // the instance holds nothing
		}
	}
	slices.Sort(stores)
	cases := map[string]struct {
		reason, env string
		protection  bool
		want        []string
	}{
		"Staging":          {"Should make anew what is lost.", "staging", false, nil},
		"StagingProtected": {"Should make no store anew.", "staging", true, stores},
		"Production":       {"Should make no store anew.", "production", true, stores},
		"ProductionToGo":   {"Should make no key anew that snapshots and backups need.", "production", false, []string{"key"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := platformtest.Eventually(t, platformtest.XR(t, tc.env, platformtest.Set(tc.protection, "spec", "deletionProtection")))
			var got []string
			for resource, o := range r.Resources {
				policies, ok := spec(r, resource)["managementPolicies"].([]any)
				if !ok || slices.Contains(policies, any("Create")) {
					continue
				}
				got = append(got, resource)
				kind := kinds.Parse(fields.Text(o, "apiVersion"), fields.Text(o, "kind"))
				fixed := slices.ContainsFunc(slices.Collect(maps.Keys(parameters(r, resource))), func(field string) bool {
					return field != "region" && kinds.Lookup(kind, field).Flags&kinds.Forces != 0
				})
				// A key has one that Terraform gives it, aws_kms_key's customer_master_key_spec.
				if !fixed && kinds.Lookup(kind, "customerMasterKeySpec").Flags&kinds.Forces == 0 {
					t.Errorf("\n%s\n%s: should have a field that cannot be changed", tc.reason, resource)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
