package e2e

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/e2e/stack"
)

const (
	apiVersion = "platform.morket.io/v1alpha1"
	namespace  = "morket"
)

// layers are the conditions of the layers that the shipped Composition names.
func layers(t testing.TB) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(control.Root, "compositions", "platform.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c := struct {
		Spec struct {
			Pipeline []struct{ Input struct{ Layers []string } }
		}
	}{}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, step := range c.Spec.Pipeline {
		for _, l := range step.Input.Layers {
			out = append(out, strings.ToUpper(l[:1])+l[1:]+"Ready")
		}
	}
	return out
}

// example reads one of the example claims, with changes of YAML: what a change has replaces what the claim has, null
// removes it.
func example(t testing.TB, environment string, changes ...string) *unstructured.Unstructured {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(cmp.Or(control.Baseline, control.Root), "examples", "claims", environment+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(raw, &u.Object); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		var patch map[string]any
		if err := yaml.Unmarshal([]byte(c), &patch); err != nil {
			t.Fatal(err)
		}
		u.Object, _ = merge(u.Object, patch).(map[string]any)
	}
	return u
}

func merge(old, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	o, _ := old.(map[string]any)
	out := make(map[string]any, len(o)+len(p))
	for k, v := range o {
		out[k] = v
	}
	for k, v := range p {
		if v == nil {
			delete(out, k)
			continue
		}
		out[k] = merge(out[k], v)
	}
	return out
}

// staging is a claim for a small platform of a name, beside which others fit.
func staging(t testing.TB, name string, changes ...string) *unstructured.Unstructured {
	t.Helper()
	// Repositories of images are one per account.
	own := fmt.Sprintf(`{metadata: {name: %s}, spec: {compute: {registry: {mode: Use}}, domain: {name: %s.morket.io}}}`, name, name)
	return example(t, "staging", append([]string{own}, changes...)...)
}

// create creates a claim as kubectl does, which has fields refused that no schema knows.
func create(ctx context.Context, u *unstructured.Unstructured, options ...client.CreateOption) error {
	return client.WithFieldValidation(control.Client, "Strict").Create(ctx, u, options...)
}

// mustCreate creates claims.
func mustCreate(t testing.TB, claims ...*unstructured.Unstructured) {
	t.Helper()
	for _, u := range claims {
		if err := create(t.Context(), u); err != nil {
			t.Fatalf("Should take the claim %s: %v", u.GetName(), err)
		}
	}
}

// change changes a claim as kubectl patch does.
func change(ctx context.Context, u *unstructured.Unstructured, patch string) error {
	raw, err := yaml.YAMLToJSON([]byte(patch))
	if err != nil {
		return err
	}
	return client.WithFieldValidation(control.Client, "Strict").Patch(ctx, u, client.RawPatch("application/merge-patch+json", raw))
}

// refresh reads an object anew.
func refresh(ctx context.Context, u *unstructured.Unstructured) error {
	return control.Client.Get(ctx, client.ObjectKeyFromObject(u), u)
}

// composite reads the composite resource of a claim.
func composite(ctx context.Context, claim *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	if err := refresh(ctx, claim); err != nil {
		return nil, err
	}
	name, _, _ := unstructured.NestedString(claim.Object, "spec", "resourceRef", "name")
	if name == "" {
		return nil, fmt.Errorf("claim %s has no composite resource yet", claim.GetName())
	}
	xr := stack.Object(apiVersion, "XMorketPlatform", "", name)
	return xr, refresh(ctx, xr)
}

// composed reads all composed resources of a claim, by their names in the Composition, from what is watched of them: to list
// seventy kinds costs the API server more than to make a platform does.
func composed(ctx context.Context, claim *unstructured.Unstructured) (map[string]*unstructured.Unstructured, error) {
	xr, err := composite(ctx, claim)
	if err != nil {
		return nil, err
	}
	label := client.MatchingLabels{"crossplane.io/composite": xr.GetName()}
	out := map[string]*unstructured.Unstructured{}
	add := func(gvk schema.GroupVersionKind) error {
		l := &unstructured.UnstructuredList{}
		l.SetGroupVersionKind(gvk)
		if err := watched.List(ctx, l, label); err != nil {
			return err
		}
		for i := range l.Items {
			name := l.Items[i].GetAnnotations()["crossplane.io/composition-resource-name"]
			if name == "" {
				continue // such as a connection secret
			}
			if out[name] != nil {
				return fmt.Errorf("%s exists twice: %s and %s", name, out[name].GetName(), l.Items[i].GetName())
			}
			out[name] = &l.Items[i]
		}
		return nil
	}
	for _, k := range control.Kinds {
		gv, _ := schema.ParseGroupVersion(k.APIVersion)
		if err := add(gv.WithKind(k.Kind + "List")); err != nil {
			return nil, err
		}
	}
	for _, gvk := range []schema.GroupVersionKind{
		{Version: "v1", Kind: "SecretList"},
		{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "UsageList"},
		{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "ClusterUsageList"},
	} {
		if err := add(gvk); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func mustComposed(t testing.TB, claim *unstructured.Unstructured) map[string]*unstructured.Unstructured {
	t.Helper()
	all, err := composed(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// readyErr says what keeps a claim from being Ready, at the generation that it has.
func readyErr(ctx context.Context, claim *unstructured.Unstructured) error {
	xr, err := composite(ctx, claim)
	if err != nil {
		return err
	}
	var says []string
	for _, u := range []*unstructured.Unstructured{claim, xr} {
		for _, typ := range []string{"Synced", "Ready"} {
			if status, message := stack.Condition(u, typ); status != "True" {
				says = append(says, fmt.Sprintf("%s %s is %q: %s", u.GetKind(), typ, status, message))
			}
		}
	}
	conditions, _, _ := unstructured.NestedSlice(xr.Object, "status", "conditions")
	for _, c := range conditions {
		m, _ := c.(map[string]any)
		if typ, _ := m["type"].(string); m["status"] != "True" && strings.HasSuffix(typ, "Ready") {
			says = append(says, fmt.Sprintf("%s: %v: %.300v", typ, m["reason"], m["message"]))
		}
	}
	if len(says) > 0 {
		return fmt.Errorf("%s: %s", claim.GetName(), strings.Join(says, "; "))
	}
	return nil
}

// waitReady waits until claims are Ready.
func waitReady(t testing.TB, limit time.Duration, claims ...*unstructured.Unstructured) {
	t.Helper()
	for _, u := range claims {
		if err := stack.Every(t.Context(), 500*time.Millisecond, limit, func() error { return readyErr(t.Context(), u) }); err != nil {
			t.Fatalf("Should become Ready: %v", err)
		}
	}
}

// settled waits until a change of a claim has come through: f has no error, and the claim is Ready.
func settled(t testing.TB, claim *unstructured.Unstructured, f func(all map[string]*unstructured.Unstructured) error) {
	t.Helper()
	if err := stack.Every(t.Context(), time.Second, settleLimit(), func() error {
		all, err := composed(t.Context(), claim)
		if err != nil {
			return err
		}
		if err := f(all); err != nil {
			return err
		}
		return readyErr(t.Context(), claim)
	}); err != nil {
		t.Fatal(err)
	}
}

// secrets reads the values of the Secrets that were composed, by name in the Composition.
func secrets(t testing.TB, claim *unstructured.Unstructured) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for name, u := range mustComposed(t, claim) {
		if u.GetKind() == "Secret" && u.GetAPIVersion() == "v1" { // AWS has a kind of this name
			data, _, _ := unstructured.NestedStringMap(u.Object, "data")
			if data == nil { // a Secret that waits for its value
				data = map[string]string{}
			}
			data["uid"] = string(u.GetUID())
			out[name] = data
		}
	}
	return out
}

// mustDelete begins to delete claims, and returns the names of their composite resources.
func mustDelete(t testing.TB, claims ...*unstructured.Unstructured) []string {
	t.Helper()
	names := make([]string, 0, len(claims))
	for _, u := range claims {
		xr, err := composite(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, xr.GetName())
		if err := control.Client.Delete(t.Context(), u); err != nil {
			t.Fatalf("Should let %s be deleted: %v", u.GetName(), err)
		}
	}
	return names
}

// deleteAndWait deletes claims and waits until nothing of them is left in the cluster.
func deleteAndWait(t testing.TB, limit time.Duration, claims ...*unstructured.Unstructured) {
	t.Helper()
	waitGone(t, limit, mustDelete(t, claims...), claims...)
}

// waitGone waits until nothing is left in the cluster of claims that are deleted; names are those of their composite resources.
func waitGone(t testing.TB, limit time.Duration, names []string, claims ...*unstructured.Unstructured) {
	t.Helper()
	if err := stack.Every(t.Context(), time.Second, limit, func() error {
		var left []string
		for _, k := range append(slices.Clone(plainKinds), managedKinds()...) {
			l := &unstructured.UnstructuredList{}
			l.SetGroupVersionKind(k)
			if err := watched.List(t.Context(), l); err != nil {
				return err
			}
			for i := range l.Items {
				if u := &l.Items[i]; slices.Contains(names, u.GetLabels()["crossplane.io/composite"]) || slices.Contains(names, u.GetName()) {
					left = append(left, u.GetKind()+" "+u.GetName())
				}
			}
		}
		for _, u := range claims {
			if refresh(t.Context(), u) == nil {
				left = append(left, "claim "+u.GetName())
			}
		}
		if len(left) > 0 {
			return fmt.Errorf("%d are left: %.600s", len(left), strings.Join(left, ", "))
		}
		return nil
	}); err != nil {
		t.Fatalf("Should go without a trace: %v", err)
	}
}

var plainKinds = []schema.GroupVersionKind{
	{Group: "platform.morket.io", Version: "v1alpha1", Kind: "XMorketPlatformList"},
	{Version: "v1", Kind: "SecretList"},
	{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "UsageList"},
	{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "ClusterUsageList"},
}

func managedKinds() []schema.GroupVersionKind {
	out := make([]schema.GroupVersionKind, 0, len(control.Kinds))
	for _, k := range control.Kinds {
		gv, _ := schema.ParseGroupVersion(k.APIVersion)
		out = append(out, gv.WithKind(k.Kind+"List"))
	}
	return out
}

func mustNamespace(t testing.TB, name string) {
	t.Helper()
	ns := &corev1.Namespace{}
	ns.Name = name
	if err := client.IgnoreAlreadyExists(control.Client.Create(t.Context(), ns)); err != nil {
		t.Fatal(err)
	}
}
