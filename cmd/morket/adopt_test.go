package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestAdopt finds in the example's state what the example's claim takes over.
func TestAdopt(t *testing.T) {
	dir := platformtest.Path(t, "examples", "adoption")
	file, state := filepath.Join(dir, "1-observe.yaml"), filepath.Join(dir, "terraform.json")
	code, stdout, stderr := morket("", "adopt", file, "--terraform", state)
	if code != 0 {
		t.Fatal(code, stderr)
	}
	got, err := render.ReadYAML(strings.NewReader(stdout))
	if err != nil || len(got) != 1 {
		t.Fatalf("Should print YAML: %v\n%s", err, stdout)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	claim, err := render.ReadYAML(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(claim[0]["spec"].(map[string]any)["adopt"], got[0]["adopt"]); diff != "" {
		t.Errorf("Should find what the example takes over: -claim, +found:\n%s", diff)
	}
	if strings.Contains(stdout, "hunter2") {
		t.Error("Should print no value but ids")
	}
	for _, has := range []string{"#   aws_s3_bucket.uploads\n", "#   opensearch\n", "# module.db.aws_rds_cluster.this\n"} {
		if !strings.Contains(stdout, has) {
			t.Errorf("Should say %q in:\n%s", has, stdout)
		}
	}
}

func TestAdoptRefuses(t *testing.T) {
	dir := platformtest.Path(t, "examples", "adoption")
	claim, state := filepath.Join(dir, "1-observe.yaml"), filepath.Join(dir, "terraform.json")
	cases := map[string]struct {
		reason, stdin string
		args          []string
		code          int
		want          string
	}{
		"NoState":   {"Should need a state", "", []string{claim}, 2, "missing flags: --terraform=FILE"},
		"Missing":   {"Should name a file that is missing", "", []string{claim, "--terraform", filepath.Join(dir, "none.json")}, 1, "none.json"},
		"NotAState": {"Should say which of Terraform's files it needs", "", []string{claim, "--terraform", claim}, 1, "give what `terraform show -json` prints"},
		"NoClaim":   {"Should need a claim", "", []string{"-", "--terraform", state}, 1, "there is no claim in -"},
		"Invalid":   {"Should say what is wrong with a claim", "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: a, namespace: b}\nspec: {environment: qa, accountId: \"111122223333\", region: us-east-1}\n", []string{"-", "--terraform", state}, 1, `spec.environment: Unsupported value: "qa"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := morket(tc.stdin, append([]string{"adopt"}, tc.args...)...)
			if code != tc.code || !strings.Contains(stderr, tc.want) {
				t.Errorf("%s: want %d and %q, got %d: %s", tc.reason, tc.code, tc.want, code, stderr)
			}
		})
	}
}
