package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/plan"
)

// livePlan asks `morket plan --live` what a change of a claim would do.
func livePlan(t *testing.T, claim *unstructured.Unstructured, patch string) *plan.Plan {
	t.Helper()
	dir := t.TempDir()
	// The program finds kubectl by its name.
	if err := os.Symlink(control.Tools.Kubectl, filepath.Join(dir, "kubectl")); err != nil {
		t.Fatal(err)
	}
	want := wished(t, claim, patch)
	raw, err := yaml.Marshal(want.Object)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "claim.yaml")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(control.Root, "bin", "morket"), "plan", file, "--live", "--kubeconfig="+control.Kubeconfig, "--output=json") //nolint:gosec // our own
	c.Env = append(os.Environ(), "PATH="+dir)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	p := &plan.Plan{}
	if err := json.Unmarshal(out, p); err != nil {
		t.Fatalf("Should plan %q: exit code %d, %v\n%s%s", patch, c.ProcessState.ExitCode(), err, out, &stderr)
	}
	code := 0
	if len(p.Changes) > 0 {
		code = 2
	}
	if got := c.ProcessState.ExitCode(); got != code {
		t.Errorf("Should end with %d after %d changes of %q, got %d: %s", code, len(p.Changes), patch, got, &stderr)
	}
	return p
}

// wished is a claim as it stands in a file of somebody's, with a change: what Crossplane writes into a claim is not there.
func wished(t *testing.T, claim *unstructured.Unstructured, patch string) *unstructured.Unstructured {
	t.Helper()
	var change map[string]any
	if err := yaml.Unmarshal([]byte(patch), &change); err != nil {
		t.Fatal(err)
	}
	var u unstructured.Unstructured
	u.Object, _ = merge(claim.DeepCopy().Object, change).(map[string]any)
	name, namespace := u.GetName(), u.GetNamespace()
	delete(u.Object, "status")
	delete(u.Object, "metadata")
	u.SetName(name)
	u.SetNamespace(namespace)
	for _, field := range []string{"resourceRef", "compositionRef", "compositionRevisionRef", "compositionSelector", "compositeDeletePolicy", "compositionUpdatePolicy"} {
		unstructured.RemoveNestedField(u.Object, "spec", field)
	}
	return &u
}

// checkQuietPlan checks that nothing is planned for a platform that is as its claim says.
func checkQuietPlan(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	if p := livePlan(t, claim, `{}`); len(p.Changes) > 0 || len(p.Refused) > 0 {
		t.Errorf("Should plan nothing for %s, which is as its claim says: %v %+v", claim.GetName(), p.Refused, p.Changes)
	}
}

// foreseen is a resource's name as far as a plan can know it. Task definitions are named after their content, of which the
// ids of secrets' versions are part: AWS invents those.
func foreseen(name string) string {
	if strings.HasPrefix(name, "task-") && realProvider != "" {
		return name[:strings.LastIndexByte(name, '-')]
	}
	return name
}

// planned is what a plan says: a line per resource.
func planned(p *plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		switch c.Action {
		case plan.Replace:
			out = append(out, "create "+foreseen(c.Name), "delete "+foreseen(c.Replaces))
		case plan.Ignore: // in AWS
			out = append(out, "update "+c.Name)
		default:
			out = append(out, string(c.Action)+" "+foreseen(c.Name))
		}
	}
	slices.Sort(out)
	return out
}

// happened is what became of a platform's resources, as planned says it.
func happened(before, after map[string]int64) []string {
	var out []string
	for name, generation := range after {
		switch was, ok := before[name]; {
		case !ok:
			out = append(out, "create "+foreseen(name))
		case was != generation:
			out = append(out, "update "+name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			out = append(out, "delete "+foreseen(name))
		}
	}
	slices.Sort(out)
	return out
}

// checkPlanned makes a change of a claim, waits until it has come through, which f may say more about, and checks that
// what was planned has happened, and nothing else.
func checkPlanned(t *testing.T, claim *unstructured.Unstructured, patch string, f func(all map[string]*unstructured.Unstructured) error) {
	t.Helper()
	p, before := livePlan(t, claim, patch), generations(mustComposed(t, claim))
	if len(p.Changes) == 0 {
		t.Errorf("Should plan something for %q", patch)
	}
	if err := change(t.Context(), claim, patch); err != nil {
		t.Errorf("Should take %q: %v", patch, err)
		return
	}
	settled(t, claim, func(all map[string]*unstructured.Unstructured) error {
		if diff := cmp.Diff(planned(p), happened(before, generations(all))); diff != "" {
			return fmt.Errorf("%q should do what was planned, and nothing else: -planned, +happened:\n%s", patch, diff)
		}
		return f(all)
	})
}
