// Package argocd runs what examples/argocd tells Argo CD through Argo CD's own code.
package argocd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appv1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/health"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// read reads the documents of a file in examples.
func read(t *testing.T, elements ...string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{"..", "..", "examples"}, elements...)...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(raw), "\n---\n")
}

// decode reads a document into Argo CD's own type, which may have no unknown fields.
func decode(t *testing.T, doc string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(doc), into); err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
}

func settings(t *testing.T) map[string]string {
	t.Helper()
	var cm struct{ Data map[string]string }
	if err := yaml.Unmarshal([]byte(read(t, "argocd", "argocd-cm.yaml")[0]), &cm); err != nil {
		t.Fatal(err)
	}
	return cm.Data
}

// overrides are what Argo CD makes of resource.customizations.
func overrides(t *testing.T) lua.ResourceHealthOverrides {
	t.Helper()
	out := map[string]appv1.ResourceOverride{}
	if err := yaml.Unmarshal([]byte(settings(t)["resource.customizations"]), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const (
	claim  = "{apiVersion: platform.morket.io/v1alpha1, kind: MorketPlatform, metadata: {name: p, namespace: morket, generation: 2"
	xr     = "{apiVersion: platform.morket.io/v1alpha1, kind: XMorketPlatform, metadata: {name: p, generation: 2"
	bucket = "{apiVersion: s3.aws.upbound.io/v1beta2, kind: Bucket, metadata: {name: b"
	aurora = "{apiVersion: rds.aws.upbound.io/v1beta2, kind: Cluster, metadata: {name: a"

	refused = "update failed: async update failed: refuse to update the external resource because the following update requires replacing it: cannot change the value of the argument \\\"master_username\\\" from \\\"morket\\\" to \\\"admin\\\""
)

// TestHealth evaluates samples of status as Argo CD does. (R-GIT-1)
func TestHealth(t *testing.T) {
	cases := map[string]struct {
		reason string
		object string
		want   health.HealthStatusCode
		says   string
	}{
		"ClaimNew":         {"Should wait for a claim that Crossplane has not seen", claim + "}}", health.HealthStatusProgressing, "being made"},
		"ClaimProgressing": {"Should say which layer waits for what", claim + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating}, {type: NetworkReady, status: "True"}, {type: DataReady, status: "False", message: "waiting for aurora"}]}}`, health.HealthStatusProgressing, "DataReady: waiting for aurora"},
		"ClaimReady":       {"Should be healthy when the platform is", claim + `}, status: {conditions: [{type: Synced, status: "True", observedGeneration: 2}, {type: Ready, status: "True"}]}}`, health.HealthStatusHealthy, "ready"},
		"ClaimStale":       {"Should not take the readiness of what was there before a sync for that of the sync", claim + `}, status: {conditions: [{type: Synced, status: "True", observedGeneration: 1}, {type: Ready, status: "True", observedGeneration: 1}]}}`, health.HealthStatusProgressing, "not seen"},
		"ClaimFatal":       {"Should show what the function refuses, even while the platform is still ready", claim + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: ReconcileError, message: "spec.network.cidr: too small"}]}}`, health.HealthStatusDegraded, "spec.network.cidr"},
		"ClaimPaused":      {"Should say that nothing happens to a paused claim", claim + `, annotations: {crossplane.io/paused: "true"}}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusSuspended, "Paused"},
		"ClaimDeleting":    {"Should wait for a claim that goes", claim + `, deletionTimestamp: "2026-01-01T00:00:00Z"}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusProgressing, "deletion"},
		"XRReady":          {"Should know the composite resource too", xr + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "True"}]}}`, health.HealthStatusHealthy, "ready"},
		"XRPaused":         {"Should read the condition too", xr + `}, status: {conditions: [{type: Synced, status: "False", reason: ReconcilePaused}]}}`, health.HealthStatusSuspended, "Paused"},

		"Creating":      {"Should wait for what AWS makes", aurora + `}, status: {conditions: [{type: Synced, status: "True", reason: ReconcileSuccess}, {type: Ready, status: "False", reason: Creating}]}}`, health.HealthStatusProgressing, "making"},
		"Resolving":     {"Should wait for what another resource has to have first", bucket + `}, status: {conditions: [{type: Synced, status: "False", reason: ReconcileError, message: "cannot resolve references: mg.Spec.ForProvider.KMSKeyID: referenced field was empty (referenced resource may not yet be ready)"}]}}`, health.HealthStatusProgressing, "cannot resolve"},
		"Ready":         {"Should be healthy", bucket + `}, status: {conditions: [{type: LastAsyncOperation, status: "True", reason: Success}, {type: Ready, status: "True", reason: Available}, {type: Synced, status: "True", reason: ReconcileSuccess}]}}`, health.HealthStatusHealthy, ""},
		"RefusedUpdate": {"Should show a change that the provider refuses, though what exists is Ready", aurora + `}, status: {conditions: [{type: Ready, status: "True", reason: Available}, {type: Synced, status: "False", reason: ReconcileError, message: "` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"RefusedAsync":  {"Should show it where only the last operation tells", aurora + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "True"}, {type: LastAsyncOperation, status: "False", reason: AsyncUpdateFailure, message: "` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"FailedCreate":  {"Should show what AWS said", bucket + `}, status: {conditions: [{type: Ready, status: "False", reason: Creating}, {type: Synced, status: "False", reason: ReconcileError, message: "create failed: async create failed: AccessDenied"}]}}`, health.HealthStatusDegraded, "AccessDenied"},
		"Paused":        {"Should say that nothing happens", bucket + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: ReconcilePaused}]}}`, health.HealthStatusSuspended, "Paused"},
		"Deleting":      {"Should wait for what goes", bucket + `, deletionTimestamp: "2026-01-01T00:00:00Z"}, status: {conditions: [{type: Ready, status: "False", reason: Deleting}]}}`, health.HealthStatusProgressing, "deletion"},

		"ProviderConfig":  {"Should not wait for conditions that a provider config never gets", "{apiVersion: aws.upbound.io/v1beta1, kind: ProviderConfig, metadata: {name: default}, status: {users: 3}}", health.HealthStatusHealthy, ""},
		"Guard":           {"Should see that a guard is in place", `{apiVersion: protection.crossplane.io/v1beta1, kind: ClusterUsage, metadata: {name: g}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusHealthy, "Guards"},
		"GuardNew":        {"Should not call a guard healthy that does not guard yet", `{apiVersion: protection.crossplane.io/v1beta1, kind: Usage, metadata: {name: g}}`, health.HealthStatusProgressing, ""},
		"Installing":      {"Should wait for a package", `{apiVersion: pkg.crossplane.io/v1, kind: Configuration, metadata: {name: c}, status: {conditions: [{type: Installed, status: "False", reason: UnpackingPackage}]}}`, health.HealthStatusProgressing, ""},
		"Installed":       {"Should be healthy with both conditions", `{apiVersion: pkg.crossplane.io/v1, kind: Function, metadata: {name: f}, status: {conditions: [{type: Installed, status: "True"}, {type: Healthy, status: "True"}]}}`, health.HealthStatusHealthy, ""},
		"PackageFails":    {"Should show why a package is not installed", `{apiVersion: pkg.crossplane.io/v1, kind: Provider, metadata: {name: p}, status: {conditions: [{type: Installed, status: "True"}, {type: Healthy, status: "False", reason: UnhealthyPackageRevision, message: "cannot resolve package dependencies: incompatible"}]}}`, health.HealthStatusDegraded, "incompatible"},
		"RuntimeConfig":   {"Should not wait for what has no status", "{apiVersion: pkg.crossplane.io/v1beta1, kind: DeploymentRuntimeConfig, metadata: {name: d}}", health.HealthStatusHealthy, ""},
		"Activated":       {"Should see that the kinds are active", `{apiVersion: apiextensions.crossplane.io/v1alpha1, kind: ManagedResourceActivationPolicy, metadata: {name: m}, status: {conditions: [{type: Healthy, status: "True"}]}}`, health.HealthStatusHealthy, ""},
		"ActivationFails": {"Should see that they are not", `{apiVersion: apiextensions.crossplane.io/v1alpha1, kind: ManagedResourceActivationPolicy, metadata: {name: m}, status: {conditions: [{type: Healthy, status: "False", message: "no"}]}}`, health.HealthStatusDegraded, "no"},
	}
	scripts := overrides(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(tc.object), &o.Object); err != nil {
				t.Fatal(err)
			}
			// Argo CD reads objects from JSON, where a number is an int64, not YAML's float64.
			raw, err := json.Marshal(o.Object)
			if err != nil {
				t.Fatal(err)
			}
			if err := o.UnmarshalJSON(raw); err != nil {
				t.Fatal(err)
			}
			got, err := health.GetResourceHealth(o, scripts)
			if err != nil {
				t.Fatal(err)
			}
			if got == nil || got.Status != tc.want || !strings.Contains(got.Message, tc.says) {
				t.Errorf("%s: want %s with %q, got %+v", tc.reason, tc.want, tc.says, got)
			}
		})
	}
}

// TestObservedPlatform: everything that a finished platform has is healthy, so no kind of it lacks a check.
func TestObservedPlatform(t *testing.T) {
	scripts := overrides(t)
	for _, env := range []string{"staging", "production"} {
		checked := 0
		for _, doc := range read(t, "observed", env, "resources.yaml") {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(doc), &o.Object); err != nil {
				t.Fatal(err)
			}
			if o.GetAPIVersion() == "" || o.GetAPIVersion() == "v1" {
				continue // a Secret has no health
			}
			got, err := health.GetResourceHealth(o, scripts)
			if err != nil {
				t.Fatal(err)
			}
			if got == nil || got.Status != health.HealthStatusHealthy {
				t.Errorf("%s: %s %s should be healthy, got %+v", env, o.GetKind(), o.GetName(), got)
			}
			checked++
		}
		if checked < 50 {
			t.Errorf("%s: looked at %d resources only", env, checked)
		}
	}
}

func TestSettings(t *testing.T) {
	s := settings(t)
	if got := s["application.resourceTrackingMethod"]; got != "annotation" {
		t.Errorf("Crossplane copies labels to what it makes, so Argo CD must track by annotation, not by %q", got)
	}
	var ignored struct{ JSONPointers []string }
	decode(t, s["resource.customizations.ignoreDifferences.platform.morket.io_MorketPlatform"], &ignored)
	for _, want := range []string{"/spec/compositionRef", "/spec/compositionRevisionRef", "/spec/compositionSelector", "/spec/resourceRef"} {
		found := false
		for _, p := range ignored.JSONPointers {
			found = found || p == want
		}
		if !found {
			t.Errorf("Crossplane writes %s into a claim: Argo CD must not mind", want)
		}
	}
}

// TestNothingIsPruned: what would take a platform with it is never deleted by Argo CD on its own.
func TestNothingIsPruned(t *testing.T) {
	var set appv1.ApplicationSet
	decode(t, read(t, "argocd", "claims.yaml")[0], &set)
	if set.Spec.SyncPolicy == nil || !set.Spec.SyncPolicy.PreserveResourcesOnDeletion {
		t.Error("the claims must outlive the ApplicationSet")
	}
	if len(set.Spec.Template.Finalizers) > 0 {
		t.Errorf("deleting an application must not delete its claim: %v", set.Spec.Template.Finalizers)
	}
	if p := set.Spec.Template.Spec.SyncPolicy; p == nil || p.Automated == nil || p.Automated.Prune {
		t.Error("a claim that goes from Git must stay")
	}
	if !set.Spec.Template.Spec.SyncPolicy.SyncOptions.HasOption("RespectIgnoreDifferences=true") {
		t.Error("a sync must not take back what Crossplane wrote")
	}
	var app appv1.Application
	decode(t, read(t, "argocd", "package.yaml")[0], &app)
	if p := app.Spec.SyncPolicy; len(app.Finalizers) > 0 || p == nil || p.Automated == nil || p.Automated.Prune {
		t.Error("the package must not be deleted with its application, nor pruned: the API goes with it, and all claims with that")
	}
}

// TestProjects: what an application brings, its project allows.
func TestProjects(t *testing.T) {
	projects := map[string]*appv1.AppProject{}
	for _, doc := range read(t, "argocd", "projects.yaml") {
		p := &appv1.AppProject{}
		decode(t, doc, p)
		projects[p.Name] = p
	}
	for _, file := range []string{"runtime.yaml", "function.yaml", "configuration.yaml", "providerconfig.yaml", "activation.yaml"} {
		for _, doc := range read(t, "install", file) {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(doc), &o.Object); err != nil {
				t.Fatal(err)
			}
			if o.GetAnnotations()["argocd.argoproj.io/sync-wave"] == "" {
				t.Errorf("%s: %s should have a sync wave", file, o.GetKind())
			}
			gvk := o.GroupVersionKind()
			if !allows(projects["morket-platform-package"], gvk.Group, gvk.Kind) {
				t.Errorf("%s: the project should allow %s", file, gvk)
			}
		}
	}
	if p := projects["morket-platforms"]; p == nil || len(p.Spec.NamespaceResourceWhitelist) != 1 || p.Spec.NamespaceResourceWhitelist[0].Kind != "MorketPlatform" {
		t.Error("the project of the claims should allow claims, and nothing else")
	}
}

func allows(p *appv1.AppProject, group, kind string) bool {
	for _, k := range p.Spec.ClusterResourceWhitelist {
		if k.Group == group && k.Kind == kind {
			return true
		}
	}
	return false
}
