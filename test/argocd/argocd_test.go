// Package argocd runs what examples/argocd tells Argo CD through Argo CD's own code.
package argocd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"

	appv1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/diff"
	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
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
		"ClaimRefused":     {"Should show a change that AWS or the provider refuses, though the platform is still ready: an application sees its claim alone", claim + `}, status: {conditions: [{type: Synced, status: "True", observedGeneration: 2}, {type: Ready, status: "True"}, {type: DataReady, status: "False", reason: CannotSyncCluster, message: "AWS or its provider refused aurora (Cluster): ` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"ClaimFailed":      {"Should show what could not be created, and not wait for it for ever", claim + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating}, {type: NetworkReady, status: "False", reason: WaitingForVPC, message: "waiting for vpc"}, {type: EdgeReady, status: "False", reason: CannotSyncBucket, message: "AWS or its provider refused exports-bucket (Bucket): AccessDenied"}]}}`, health.HealthStatusDegraded, "EdgeReady: AWS or its provider refused exports-bucket (Bucket): AccessDenied"},
		"ClaimObserved":    {"Should wait while a claim only looks at what Terraform made", claim + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating}, {type: DataReady, status: "False", reason: ObserveOnly, message: "3 resources are only observed"}]}}`, health.HealthStatusProgressing, "only observed"},
		"XRProgressing":    {"Should say of the composite resource which layer waits for what", xr + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating}, {type: DataReady, status: "False", reason: WaitingForCluster, message: "waiting for aurora"}]}}`, health.HealthStatusProgressing, "DataReady: waiting for aurora"},
		"XRRefused":        {"Should show a refused change on the composite resource", xr + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "True"}, {type: DataReady, status: "False", reason: CannotSyncCluster, message: "AWS or its provider refused aurora (Cluster): ` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"XRFailed":         {"Should show a failed creation on the composite resource", xr + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False"}, {type: EdgeReady, status: "False", reason: CannotSyncBucket, message: "AWS or its provider refused exports-bucket (Bucket): AccessDenied"}]}}`, health.HealthStatusDegraded, "AccessDenied"},
		"XRFatal":          {"Should show what the function refuses", xr + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: ReconcileError, message: "spec.namePrefix is taken"}]}}`, health.HealthStatusDegraded, "namePrefix"},
		"XRDeleting":       {"Should wait for a composite resource that goes", xr + `, deletionTimestamp: "2026-01-01T00:00:00Z"}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusProgressing, "deletion"},
		"XRReady":          {"Should know the composite resource too", xr + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "True"}]}}`, health.HealthStatusHealthy, "ready"},
		"XRPaused":         {"Should read the condition too", xr + `}, status: {conditions: [{type: Synced, status: "False", reason: ReconcilePaused}]}}`, health.HealthStatusSuspended, "Paused"},

		"Creating":      {"Should wait for what AWS makes", aurora + `}, status: {conditions: [{type: Synced, status: "True", reason: ReconcileSuccess}, {type: Ready, status: "False", reason: Creating}]}}`, health.HealthStatusProgressing, "making"},
		"Resolving":     {"Should wait for what another resource has to have first", bucket + `}, status: {conditions: [{type: Synced, status: "False", reason: ReconcileError, message: "cannot resolve references: mg.Spec.ForProvider.KMSKeyID: referenced field was empty (referenced resource may not yet be ready)"}]}}`, health.HealthStatusProgressing, "cannot resolve"},
		"Ready":         {"Should be healthy", bucket + `}, status: {conditions: [{type: LastAsyncOperation, status: "True", reason: Success}, {type: Ready, status: "True", reason: Available}, {type: Synced, status: "True", reason: ReconcileSuccess}]}}`, health.HealthStatusHealthy, ""},
		"RefusedUpdate": {"Should show a change that the provider refuses, though what exists is Ready", aurora + `}, status: {conditions: [{type: Ready, status: "True", reason: Available}, {type: Synced, status: "False", reason: ReconcileError, message: "` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"RefusedAsync":  {"Should show it where only the last operation tells", aurora + `}, status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "True"}, {type: LastAsyncOperation, status: "False", reason: AsyncUpdateFailure, message: "` + refused + `"}]}}`, health.HealthStatusDegraded, "requires replacing"},
		"Panicked":      {"Should not go by a panic of the provider after which it found all in order", aurora + `}, status: {conditions: [{type: LastAsyncOperation, status: "False", reason: AsyncUpdateFailure, message: "recovered from panic: nil"}, {type: Synced, status: "True"}, {type: Ready, status: "True"}]}}`, health.HealthStatusHealthy, ""},
		"PanickedLast":  {"Should show a panic after which nobody looked", aurora + `}, status: {conditions: [{type: LastAsyncOperation, status: "False", reason: AsyncUpdateFailure, message: "recovered from panic: nil"}, {type: Ready, status: "True"}]}}`, health.HealthStatusDegraded, "panic"},
		"FailedCreate":  {"Should show what AWS said", bucket + `}, status: {conditions: [{type: Ready, status: "False", reason: Creating}, {type: Synced, status: "False", reason: ReconcileError, message: "create failed: async create failed: AccessDenied"}]}}`, health.HealthStatusDegraded, "AccessDenied"},
		"Paused":        {"Should say that nothing happens", bucket + `}, status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: ReconcilePaused}]}}`, health.HealthStatusSuspended, "Paused"},
		"PausedByHand":  {"Should say so before the provider has", bucket + `, annotations: {crossplane.io/paused: "true"}}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusSuspended, "Paused"},
		"New":           {"Should wait for what no provider has looked at", bucket + "}}", health.HealthStatusProgressing, "making"},
		"Deleting":      {"Should wait for what goes", bucket + `, deletionTimestamp: "2026-01-01T00:00:00Z"}, status: {conditions: [{type: Ready, status: "False", reason: Deleting}]}}`, health.HealthStatusProgressing, "deletion"},

		"ProviderConfig":  {"Should not wait for conditions that a provider config never gets", "{apiVersion: aws.upbound.io/v1beta1, kind: ProviderConfig, metadata: {name: default}, status: {users: 3}}", health.HealthStatusHealthy, ""},
		"Guard":           {"Should see that a guard is in place", `{apiVersion: protection.crossplane.io/v1beta1, kind: ClusterUsage, metadata: {name: g}, status: {conditions: [{type: Ready, status: "True"}]}}`, health.HealthStatusHealthy, "Guards"},
		"GuardNew":        {"Should not call a guard healthy that does not guard yet", `{apiVersion: protection.crossplane.io/v1beta1, kind: Usage, metadata: {name: g}}`, health.HealthStatusProgressing, ""},
		"GuardFails":      {"Should show why a guard is not in place", `{apiVersion: protection.crossplane.io/v1beta1, kind: Usage, metadata: {name: g}, status: {conditions: [{type: Synced, status: "False", reason: ReconcileError, message: "cannot find used resource"}]}}`, health.HealthStatusDegraded, "cannot find"},
		"GuardDeleting":   {"Should wait for a guard that goes", `{apiVersion: protection.crossplane.io/v1beta1, kind: Usage, metadata: {name: g, deletionTimestamp: "2026-01-01T00:00:00Z"}}`, health.HealthStatusProgressing, "deletion"},
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

// TestSecret: a Secret has no health of its own, and so never keeps an application from being healthy.
func TestSecret(t *testing.T) {
	o := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}}}
	if got, err := health.GetResourceHealth(o, overrides(t)); err != nil || got != nil {
		t.Errorf("want none, got %v, %v", got, err)
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
	var excluded []struct{ APIGroups, Kinds []string }
	decode(t, s["resource.exclusions"], &excluded)
	if len(excluded) != 1 || len(excluded[0].APIGroups) != 1 || excluded[0].APIGroups[0] != "*" || len(excluded[0].Kinds) != 1 || excluded[0].Kinds[0] != "ProviderConfigUsage" {
		t.Errorf("Should leave out what there is one of for every managed resource, and nothing that somebody wants to see, got %+v", excluded)
	}
}

// TestDifferences compares claims in the cluster with those in Git as Argo CD does.
func TestDifferences(t *testing.T) {
	// As Crossplane and the schema's defaults leave a claim.
	const written = `compositeDeletePolicy: Background, compositionUpdatePolicy: Automatic, compositionRef: {name: morket-platform},
  compositionRevisionRef: {name: morket-platform-1}, resourceRef: {apiVersion: platform.morket.io/v1alpha1, kind: XMorketPlatform, name: p-x}, edge: {}`
	cases := map[string]struct {
		reason    string
		git, live string
		want      bool // different
	}{
		"Written":            {"Should not mind what Crossplane writes", "region: r", "region: r, " + written, false},
		"Composition":        {"Should let Git name the Composition of another channel", "region: r, compositionRef: {name: mine}", "region: r, " + written, true},
		"Region":             {"Should see another value", "region: s", "region: r, " + written, true},
		"DeletePolicy":       {"Should let Git decide how the platform is deleted", "region: r, compositeDeletePolicy: Foreground", "region: r, " + written, true},
		"UpdatePolicy":       {"Should let Git decide when another revision is used", "region: r, compositionUpdatePolicy: Manual", "region: r, " + written, true},
		"Revision":           {"Should let Git pin a revision", "region: r, compositionRevisionRef: {name: morket-platform-0}", "region: r, " + written, true},
		"Selector":           {"Should let Git choose a channel", "region: r, compositionSelector: {matchLabels: {channel: next}}", "region: r, " + written, true},
		"DeletePolicyAsIs":   {"Should be in sync once the cluster has what Git says", "region: r, compositeDeletePolicy: Background", "region: r, " + written, false},
		"TakenOutOfGitAgain": {"Should not take out what Git says no longer: the API server would fill it in again", "region: r", "region: r, compositeDeletePolicy: Foreground", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := func(spec string) *unstructured.Unstructured {
				o := &unstructured.Unstructured{}
				if err := yaml.Unmarshal([]byte("{apiVersion: platform.morket.io/v1alpha1, kind: MorketPlatform, metadata: {name: p, namespace: morket}, spec: {"+spec+"}}"), &o.Object); err != nil {
					t.Fatal(err)
				}
				return o
			}
			pointers := map[string]appv1.ResourceOverride{}
			const key = "resource.customizations.ignoreDifferences."
			for setting, text := range settings(t) {
				if kind, ok := strings.CutPrefix(setting, key); ok {
					o := appv1.OverrideIgnoreDiff{}
					decode(t, text, &o)
					pointers[strings.Replace(kind, "_", "/", 1)] = appv1.ResourceOverride{IgnoreDifferences: o}
				}
			}
			ignore, err := normalizers.NewIgnoreNormalizer(nil, pointers, normalizers.IgnoreNormalizerOpts{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := diff.Diff(object(tc.git), object(tc.live), diff.WithNormalizer(ignore))
			if err != nil {
				t.Fatal(err)
			}
			if got.Modified != tc.want {
				t.Errorf("%s: different %t, want %t:\n%s", tc.reason, got.Modified, tc.want, got.NormalizedLive)
			}
		})
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

// TestProjects: what an application brings, its project allows, by Argo CD's own rule.
func TestProjects(t *testing.T) {
	projects := map[string]*appv1.AppProject{}
	for _, doc := range read(t, "argocd", "projects.yaml") {
		p := &appv1.AppProject{}
		decode(t, doc, p)
		projects[p.Name] = p
	}
	waves := map[string]int{}
	for _, file := range []string{"runtime.yaml", "providers.yaml", "function.yaml", "configuration.yaml", "providerconfig.yaml", "admission.yaml", "verify.yaml"} {
		for _, doc := range read(t, "install", file) {
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(doc), &o.Object); err != nil {
				t.Fatal(err)
			}
			wave, err := strconv.Atoi(o.GetAnnotations()["argocd.argoproj.io/sync-wave"])
			if err != nil {
				t.Errorf("%s: %s should have a sync wave: %v", file, o.GetKind(), err)
			}
			waves[o.GetKind()] = wave
			if gk := o.GroupVersionKind().GroupKind(); !projects["morket-platform-package"].IsGroupKindNamePermitted(gk, o.GetName(), o.GetNamespace() != "") {
				t.Errorf("%s: the project should allow %s", file, gk)
			}
		}
	}
	for _, order := range [][2]string{{"ImageConfig", "Function"}, {"DeploymentRuntimeConfig", "Function"}, {"DeploymentRuntimeConfig", "Provider"}, {"Provider", "Configuration"}, {"Function", "Configuration"}, {"Configuration", "ProviderConfig"}, {"Configuration", "ValidatingAdmissionPolicy"}} {
		if waves[order[0]] >= waves[order[1]] {
			t.Errorf("%s should be there before %s: waves %d, %d", order[0], order[1], waves[order[0]], waves[order[1]])
		}
	}

	var set appv1.ApplicationSet
	decode(t, read(t, "argocd", "claims.yaml")[0], &set)
	spec, p := set.Spec.Template.Spec, projects["morket-platforms"]
	permitted := func(group, kind, name string, namespaced bool) bool {
		return p.IsGroupKindNamePermitted(schema.GroupKind{Group: group, Kind: kind}, name, namespaced)
	}
	if !permitted("platform.morket.io", "MorketPlatform", "any", true) {
		t.Error("the project of the claims should allow claims")
	}
	// Argo CD checks the namespace that it makes itself as it does everything else.
	if spec.SyncPolicy.SyncOptions.HasOption("CreateNamespace=true") && !permitted("", "Namespace", spec.Destination.Namespace, false) {
		t.Errorf("the project of the claims should allow the namespace %s, which the applications make", spec.Destination.Namespace)
	}
	for _, other := range []struct {
		group, kind, name string
		namespaced        bool
	}{{"", "Namespace", "kube-system", false}, {"", "Secret", "any", true}, {"platform.morket.io", "XMorketPlatform", "any", false}, {"rbac.authorization.k8s.io", "ClusterRole", "any", false}} {
		if permitted(other.group, other.kind, other.name, other.namespaced) {
			t.Errorf("the project of the claims should not allow %s %s", other.kind, other.name)
		}
	}
}

// TestBranches: an application follows the branch that the pipeline writes the claim's version to.
func TestBranches(t *testing.T) {
	var set appv1.ApplicationSet
	decode(t, read(t, "argocd", "claims.yaml")[0], &set)
	want := map[string]string{"staging": "develop", "production": "main"} // .github/workflows/deploy.yml
	if path := set.Spec.Template.Spec.Source.Path; path != "claims" {
		t.Errorf("Should follow the live claims, not the fixtures of tests: %s", path)
	}
	got := map[string]string{}
	for _, e := range set.Spec.Generators[0].List.Elements {
		var values map[string]string
		if err := json.Unmarshal(e.Raw, &values); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		// As Argo CD's templates are filled in.
		if err := template.Must(template.New("").Option("missingkey=error").Parse(set.Spec.Template.Spec.Source.TargetRevision)).Execute(&b, values); err != nil {
			t.Fatal(err)
		}
		got[values["environment"]] = b.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
