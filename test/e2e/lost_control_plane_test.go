package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/e2e/stack"
)

// checkLost loses the control plane of a platform and finds the platform again by docs/tasks/lost.md: with what `morket export` wrote,
// and the values of the secrets from Secrets Manager.
func checkLost(t *testing.T, limit time.Duration, claim *unstructured.Unstructured, aws account) {
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved.yaml")
	exportLive(t, claim, saved)
	before := secrets(t, claim)
	values := inSecretsManager(t, claim, before)
	was := mustComposed(t, claim)
	xr := lose(t, claim)
	aws.Lost(xr, values)

	// 2. Apply the file.
	claim.Object = readClaim(t, saved)
	mustCreate(t, claim)
	waitFound(t, limit, claim)
	if all, _ := aws.Created(); len(all) > 0 {
		t.Errorf("Should create nothing in AWS while the platform only observes: %v", all)
	}
	if made := secrets(t, claim); slices.ContainsFunc(slices.Collect(maps.Values(made)), func(data map[string]string) bool { return data["secretString"] != "" }) {
		t.Error("Should make no value of a secret while the platform only observes")
	}

	// 3. Bring the secrets' values back.
	bringBack(t, aws, claim)

	// 4. Manage it.
	const manage = `spec: {adopt: {policy: Manage}}`
	for _, c := range livePlan(t, claim, manage).Changes {
		u := was[c.Name]
		switch {
		case c.Action == plan.Refuse:
			t.Errorf("Should plan nothing that the provider refuses: %+v", c)
		case c.Action == plan.Create && u != nil && export.Found(kinds.Parse(u.GetAPIVersion(), u.GetKind())) >= export.Refused:
			t.Errorf("Should plan to create nothing that the provider would not find: %s (%s)", c.Name, c.Kind)
		}
	}
	if err := change(t.Context(), claim, manage); err != nil {
		t.Fatal(err)
	}
	waitReady(t, limit, claim)
	if all, wrong := aws.Created(); len(wrong) > 0 {
		t.Errorf("Should create nothing twice: %v of %v", wrong, all)
	}
	for name, data := range secrets(t, claim) {
		if old := before[name]; old["secretString"] != data["secretString"] || old["value"] != data["value"] {
			t.Errorf("Should have the value of %s that Secrets Manager has", name)
		}
	}
	checkQuietPlan(t, claim)
}

// exportLive writes what `morket export --live` says of a claim into a file.
func exportLive(t *testing.T, claim *unstructured.Unstructured, file string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(control.Tools.Kubectl, filepath.Join(dir, "kubectl")); err != nil {
		t.Fatal(err)
	}
	raw, err := yaml.Marshal(wished(t, claim, `{}`).Object)
	if err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(dir, "claim.yaml")
	if err := os.WriteFile(from, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(control.Root, "bin", "morket"), "export", from, "--live", "--kubeconfig="+control.Kubeconfig) //nolint:gosec // our own
	c.Env = append(os.Environ(), "PATH="+dir)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("Should export: %v\n%s", err, &stderr)
	}
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readClaim reads a claim from a file.
func readClaim(t *testing.T, file string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(file) //nolint:gosec // our own
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := yaml.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// inSecretsManager are the values of a platform's secrets by their names in Secrets Manager.
func inSecretsManager(t *testing.T, claim *unstructured.Unstructured, kept map[string]map[string]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, u := range mustComposed(t, claim) {
		if secret, ok := strings.CutPrefix(name, "secret-"); ok && u.GetKind() == "Secret" {
			generation := 0
			for kept["credentials-"+secret+"-"+strconv.Itoa(generation)] == nil && generation < len(kept) { // rotated since
				generation++
			}
			value, err := base64.StdEncoding.DecodeString(kept["credentials-"+secret+"-"+strconv.Itoa(generation)]["secretString"])
			if err != nil || len(value) == 0 {
				t.Fatalf("Should know the value of %s: %v", secret, err)
			}
			out[text(u, "spec", "forProvider", "name")] = string(value)
		}
	}
	if len(out) == 0 {
		t.Fatal("Should have secrets")
	}
	return out
}

// lose takes a platform out of the cluster and touches nothing in AWS, as when the cluster is lost: everything is paused, loses its
// finalizers and is deleted.
func lose(t *testing.T, claim *unstructured.Unstructured) (xr string) {
	t.Helper()
	all := mustComposed(t, claim)
	top, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	objects := []*unstructured.Unstructured{claim, top}
	names := slices.SortedFunc(maps.Keys(all), func(a, b string) int { // usages first, which refuse the deletion of others
		usage := func(name string) int { return strings.Count(all[name].GetKind(), "Usage") }
		return usage(b) - usage(a)
	})
	for _, name := range names {
		objects = append(objects, all[name])
	}
	patch := func(u *unstructured.Unstructured, patch string) {
		t.Helper()
		if err := control.Client.Patch(t.Context(), u, client.RawPatch("application/merge-patch+json", []byte(patch))); client.IgnoreNotFound(err) != nil {
			t.Fatalf("%s %s: %v", u.GetKind(), u.GetName(), err)
		}
	}
	for _, u := range objects {
		patch(u, `{"metadata":{"annotations":{"crossplane.io/paused":"true"}}}`)
	}
	time.Sleep(settle / 6) // of reconciles that run
	for _, u := range objects {
		patch(u, `{"metadata":{"finalizers":null,"labels":{"crossplane.io/in-use":null}}}`)
		if err := stack.Until(t.Context(), time.Minute, func() error { // until Crossplane's webhook has heard that the usage does not exist any more
			return client.IgnoreNotFound(control.Client.Delete(t.Context(), u.DeepCopy(), client.PropagationPolicy("Background")))
		}); err != nil {
			t.Fatal(err)
		}
		patch(u, `{"metadata":{"finalizers":null}}`)
	}
	for _, u := range objects {
		if err := refresh(t.Context(), u); !apierrors.IsNotFound(err) {
			t.Fatalf("Should lose %s %s: %v, finalizers %v", u.GetKind(), u.GetName(), err, u.GetFinalizers())
		}
	}
	return top.GetName()
}

// waitFound waits until everything that the claim takes over was found.
func waitFound(t *testing.T, limit time.Duration, claim *unstructured.Unstructured) {
	t.Helper()
	wanted, _, _ := unstructured.NestedStringMap(claim.Object, "spec", "adopt", "externalNames")
	if err := stack.Every(t.Context(), time.Second, limit, func() error {
		all, err := composed(t.Context(), claim)
		if err != nil {
			return err
		}
		for name := range wanted {
			u := all[name]
			if u == nil {
				return fmt.Errorf("%s does not exist yet", name)
			}
			if slices.Contains(unserved(), u.GetKind()) { // paused, and the simulated provider's
				continue
			}
			for _, typ := range []string{"Ready", "Synced"} {
				if status, message := stack.Condition(u, typ); status != "True" {
					return fmt.Errorf("%s: %s is %q: %s", name, typ, status, message)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatalf("Should find all that was there: %v", err)
	}
}

// valueCommands are the commands of docs/tasks/lost.md that fill in the values of secrets.
var valueCommands = regexp.MustCompile("(?s)```sh\nnamespace=crossplane-system prefix=morket-production\n(.*?)```")

// bringBack runs the commands of docs/tasks/lost.md that fill in the secrets' values.
func bringBack(t *testing.T, aws account, claim *unstructured.Unstructured) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(control.Root, "docs", "tasks", "lost.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := valueCommands.FindStringSubmatch(string(page))
	if found == nil {
		t.Fatal("docs/tasks/lost.md has no commands that bring values back")
	}
	prefix := text(claim, "status", "namePrefix")
	commands := strings.ReplaceAll("namespace=crossplane-system prefix="+prefix+"\n"+found[1], "morket-production", claim.GetName())
	needed := func() (empty []string) {
		for name, data := range secrets(t, claim) {
			if data["secretString"] == "" {
				empty = append(empty, name)
			}
		}
		return empty
	}
	if len(needed()) == 0 {
		t.Error("Should wait for the values of secrets")
	}
	bash(t, aws, commands)
	if empty := needed(); len(empty) > 0 {
		t.Errorf("Should fill in all values: %v are empty", empty)
	}
}
