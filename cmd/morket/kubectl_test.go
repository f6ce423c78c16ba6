package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/render"
)

// fakeKubectl puts a kubectl on the PATH that answers out of files, by the kinds that it is asked for, and notes its arguments.
const fakeKubectl = `#!/bin/sh
echo "$@" >>"$(dirname "$0")/asked"
case "$*" in
*fail*) echo 'E1127 07:29:39.782834   26368 memcache.go:265] "Unhandled Error" err="refused"' >&2; echo "error: no such context" >&2; exit 1 ;;
esac
cat "$(dirname "$0")/$2" 2>/dev/null || true
`

// printed are YAML documents as kubectl get -o json prints them.
func printed(t *testing.T, documents ...string) string {
	t.Helper()
	var out []string
	for _, d := range documents {
		raw, err := yaml.YAMLToJSON([]byte(d))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(raw))
	}
	return strings.Join(out, ",")
}

func TestPlanLive(t *testing.T) {
	claim := filepath.Join(claims(t), "staging.yaml")
	_, xr, _ := morket("", "xr", claim)
	// Crossplane calls the composite resource otherwise than its claim.
	xr = strings.Replace(xr, "  name: morket-staging\nspec", "  name: morket-staging-x7k2p\nspec", 1)
	_, observed, _ := morket(xr, "render", "-", "--eventual", "-o", "observed")
	var managed, secrets []string
	for doc := range strings.SplitSeq(observed, "---\n") {
		switch {
		case strings.Contains(doc, "kind: Secret\n") && strings.Contains(doc, "apiVersion: v1\n"):
			secrets = append(secrets, doc)
		case doc != "":
			managed = append(managed, doc)
		}
	}
	live := text(t, "examples", "claims", "staging.yaml") + "  resourceRef: {apiVersion: platform.morket.io/v1alpha1, kind: XMorketPlatform, name: morket-staging-x7k2p}\n"
	dir := files(t, map[string]string{
		"morketplatforms.v1alpha1.platform.morket.io":                                    printed(t, live),
		"xmorketplatforms.v1alpha1.platform.morket.io":                                   printed(t, xr),
		"managed,clusterusages.protection.crossplane.io,usages.protection.crossplane.io": `{"apiVersion":"v1","kind":"List","items":[` + printed(t, managed...) + `]}`,
		"secrets":       strings.Join(secrets, "---\n"),
		compositionKind: printed(t, text(t, "compositions", "platform.yaml")),
	})
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(fakeKubectl), 0o700); err != nil { //nolint:gosec // It is to be run.
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))

	if code, stdout, stderr := morket("", "plan", claim, "--live", "--kubeconfig", "/k", "--context", "c"); code != 0 || !strings.Contains(stdout, "No change") {
		t.Errorf("Should find no change against the cluster's own claim: %d %s\n%s", code, stderr, stdout)
	}
	larger := filepath.Join(filepath.Dir(claim), "larger.yaml")
	if code, stdout, stderr := morket("", "plan", larger, "--live"); code != 2 || !strings.Contains(stdout, "Plan: 1 to change") || !strings.Contains(stdout, "~ redis (") {
		t.Errorf("Should find what is changed against the cluster: %d %s\n%s", code, stderr, stdout)
	}
	if code, _, stderr := morket("", "plan", claim, "--live", "--context", "fail"); code != 1 || stderr != "morket: kubectl get morketplatforms.v1alpha1.platform.morket.io: exit status 1: error: no such context\n" {
		t.Errorf("Should pass on what kubectl says: %d %s", code, stderr)
	}
	if code, _, stderr := morket("", "plan", "/dev/null", "--live"); code != 1 || stderr != "morket: give a claim, to find the one in the cluster\n" {
		t.Errorf("Should need a claim: %d %s", code, stderr)
	}

	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(asked), "\n")
	if diff := cmp.Diff("get morketplatforms.v1alpha1.platform.morket.io morket-staging --namespace=morket --ignore-not-found -o=json --kubeconfig="+filepath.Clean("/k")+" --context=c", first); diff != "" {
		t.Errorf("Should ask for the claim: -want, +got:\n%s", diff)
	}
	for line := range strings.Lines(string(asked)) {
		if strings.HasPrefix(line, "get secrets") && !strings.Contains(line, "-o=go-template=") {
			t.Errorf("Should not read the values of Secrets: %s", line)
		}
	}

	if err := os.Remove(filepath.Join(dir, "morketplatforms.v1alpha1.platform.morket.io")); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := morket("", "plan", claim, "--live"); code != 2 || !strings.Contains(stdout, "+ aurora (") {
		t.Errorf("Should create what the cluster does not have: %d\n%s", code, stdout)
	}
	t.Setenv("PATH", t.TempDir())
	if code, _, stderr := morket("", "plan", claim, "--live"); code != 1 || !strings.HasPrefix(stderr, "morket: kubectl is not on the PATH: install it") {
		t.Errorf("Should say that kubectl is missing: %d %s", code, stderr)
	}
}

// TestSecretsTemplate runs what kubectl is given on a list of Secrets: no value comes out.
func TestSecretsTemplate(t *testing.T) {
	list := map[string]any{"items": []any{map[string]any{
		"type": "Opaque", "immutable": true, "data": map[string]any{"password": "aHVudGVyMg==", "user": "eA=="}, //nolint:gosec // Invented, to see it left out.
		"metadata": map[string]any{
			"name": "p-credentials-redis-auth-0", "namespace": "crossplane-system",
			"labels":      map[string]any{"crossplane.io/composite": "p"},
			"annotations": map[string]any{"crossplane.io/composition-resource-name": "credentials-redis-auth-0"},
		},
	}}}
	var out strings.Builder
	if err := template.Must(template.New("").Parse(secretsTemplate)).Execute(&out, list); err != nil {
		t.Fatal(err)
	}
	objects, err := render.ReadYAML(strings.NewReader(out.String()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	const hidden = "PHJlZGFjdGVkPg=="
	want := []map[string]any{{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true, "data": map[string]any{"password": hidden, "user": hidden},
		"metadata": list["items"].([]any)[0].(map[string]any)["metadata"],
	}}
	if diff := cmp.Diff(want, objects); diff != "" {
		t.Errorf("Should print Secrets without their values\n-want, +got:\n%s", diff)
	}
}
