package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExport(t *testing.T) {
	claim := filepath.Join(claims(t), "staging.yaml")
	observed := filepath.Join("..", "..", "examples", "observed", "staging")
	production := filepath.Join("..", "..", "examples", "claims", "production.yaml")
	code, saved, stderr := morket("", "export", claim, "--observed", observed)
	if code != 0 || stderr != "" || !strings.HasPrefix(saved, "# The platform morket/morket-staging:") {
		t.Fatalf("Should write a claim and say nothing else: %d %s\n%s", code, stderr, saved)
	}
	if code, _, stderr := morket(saved, "render", "-"); code != 0 {
		t.Errorf("What was written should be a claim that can be rendered: %d %s", code, stderr)
	}
	cases := map[string]struct {
		reason string
		args   []string
		code   int
		stderr string
	}{
		"Format":   {"Should name the formats that exist.", []string{claim, "--observed", observed, "--format", "tf"}, 2, `--format: there is no format "tf": use one of claim, ids, terraform`},
		"Nowhere":  {"Should ask where the platform is read from.", []string{claim}, 2, "give either --live or --observed"},
		"Unnamed":  {"Should not make ids up.", []string{claim, "--format", "ids"}, 2, "give either --live or --observed"},
		"Both":     {"Should not read it from two places.", []string{claim, "--live", "--observed", observed}, 2, "give either --live or --observed"},
		"Context":  {"Should not ignore a flag.", []string{claim, "--observed", observed, "--context", "c"}, 2, "--kubeconfig and --context are for --live"},
		"NoClaim":  {"Should need a claim.", []string{"/dev/null", "--observed", observed}, 1, "give a file with exactly one"},
		"NotThere": {"Should say which file is not there.", []string{claim, "--observed", "/nowhere"}, 1, "/nowhere"},
		"Nothing":  {"Should not call a file enough that finds nothing.", []string{claim, "--observed", claim}, 1, "no managed resource of the platform was observed"},
		"Adopt": {
			"Should not drop what the claim adopts because it has another type.",
			[]string{filepath.Join(files(t, map[string]string{"claim.yaml": text(t, "examples", "claims", "staging.yaml") + "  adopt: {externalNames: [vpc-1]}\n"}), "claim.yaml"), "--observed", observed},
			1, "spec.adopt.externalNames in body must be of type object",
		},
		"OtherClaim": {
			"Should not write one platform's claim with another's ids.",
			[]string{production, "--observed", observed},
			1, "belongs to the claim morket/morket-staging, not to morket/morket-production",
		},
		"OtherClaimThere": {
			"Should not export another claim than the one that is named.",
			[]string{production, "--observed", files(t, map[string]string{"claim.yaml": text(t, "examples", "claims", "staging.yaml"), "resources.yaml": text(t, "examples", "observed", "production", "resources.yaml")})},
			1, "has another claim than",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := morket("", append([]string{"export"}, tc.args...)...)
			if code != tc.code || !strings.Contains(stderr, tc.stderr) {
				t.Errorf("%s\nwant %d %q, got %d %s", tc.reason, tc.code, tc.stderr, code, stderr)
			}
		})
	}
}

func TestExportLive(t *testing.T) {
	claim := filepath.Join(claims(t), "staging.yaml")
	managed, _, _ := strings.Cut(text(t, "examples", "observed", "staging", "resources.yaml"), "---\napiVersion: v1\nkind: Secret\n")
	_, xr, _ := morket("", "xr", claim)
	live := text(t, "examples", "claims", "staging.yaml") + "  resourceRef: {apiVersion: platform.morket.io/v1alpha1, kind: XMorketPlatform, name: morket-staging}\n  tags: {Live: \"yes\"}\n"
	dir := files(t, map[string]string{
		"morketplatforms.v1alpha1.platform.morket.io":                                    printed(t, live),
		"xmorketplatforms.v1alpha1.platform.morket.io":                                   printed(t, xr),
		"managed,clusterusages.protection.crossplane.io,usages.protection.crossplane.io": `{"apiVersion":"v1","kind":"List","items":[` + printed(t, strings.Split(strings.TrimPrefix(managed, "---\n"), "---\n")...) + `]}`,
	})
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(fakeKubectl), 0o700); err != nil { //nolint:gosec // It is to be run.
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))

	code, saved, stderr := morket("", "export", claim, "--live", "--context", "c")
	if code != 0 || !strings.Contains(saved, "Live: \"yes\"") || strings.Contains(saved, "resourceRef") || !strings.Contains(saved, "    externalNames:\n      ") {
		t.Errorf("Should export the cluster's own claim: %d %s\n%s", code, stderr, saved)
	}
	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(asked)) {
		if strings.HasPrefix(line, "get secrets") && !strings.Contains(line, "-o=go-template=") {
			t.Errorf("Should not read the values of Secrets: %s", line)
		}
	}
	if err := os.Remove(filepath.Join(dir, "morketplatforms.v1alpha1.platform.morket.io")); err != nil {
		t.Fatal(err)
	}
	code, _, stderr = morket("", "export", claim, "--live")
	if diff := cmp.Diff("morket: "+claim+": the cluster has no such claim: check its name and namespace, and kubectl's context\n", stderr); code != 1 || diff != "" {
		t.Errorf("Should say that the cluster has no such claim: %d, -want, +got:\n%s", code, diff)
	}
}
