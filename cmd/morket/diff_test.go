package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	xr := "apiVersion: platform.morket.io/v1alpha1\nkind: XMorketPlatform\nmetadata: {name: a}\nspec: {environment: staging, accountId: \"111122223333\", region: us-east-1}\n"
	moved := strings.Replace(xr, "us-east-1", "eu-west-1", 1)
	const refusal = "spec.region: Invalid value: \"eu-west-1\": region cannot be changed after creation: create a second claim in the other region and move the data"
	dir := files(t, map[string]string{"base.yaml": xr, "moved.yaml": moved, "broken.yaml": "a: ["})

	type want struct {
		Code           int
		Stdout, Stderr string
	}
	cases := map[string]struct {
		reason, head string
		want         want
	}{
		"Same": {"Should say that nothing changes", "base.yaml", want{Stdout: "### staging: no change\n"}},
		"Refused": {
			"Should print what is refused, and fail", "moved.yaml",
			want{
				Code:   exitRefused,
				Stdout: "### staging: 0 added, 1 changed, 0 removed, **1 refused**\n\n> **Refused:** " + refusal + "\n\n<details><summary>Resources</summary>\n\n```diff\n! a (XMorketPlatform.platform.morket.io)\n-   spec.region: \"us-east-1\"\n+   spec.region: \"eu-west-1\"\n```\n</details>\n",
				Stderr: "DIR/moved.yaml: " + refusal + "\n",
			},
		},
		"Broken": {
			"Should name a file that is no render", "broken.yaml",
			want{Code: exitRefused, Stderr: "morket: DIR/broken.yaml: document 1 is not a Kubernetes object: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var out, err bytes.Buffer
			code := run([]string{"diff", filepath.Join(dir, "base.yaml"), filepath.Join(dir, tc.head), "--title", "staging"}, streams{out: &out, err: &err})
			got := want{code, out.String(), strings.ReplaceAll(err.String(), dir, dirMark)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
