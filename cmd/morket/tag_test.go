package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTag(t *testing.T) {
	claim := text(t, "examples", "claims", "production.yaml")
	const sha = "0123456789012345678901234567890123456789"
	tagged := strings.Replace(claim, "tag: 3f2a9c1", `tag: "`+sha+`"`, 1)

	type want struct {
		Code         int
		File, Stderr string
	}
	cases := map[string]struct {
		reason, file, tag string
		want              want
	}{
		"Changes": {
			reason: "Should change the tag in the file, and nothing else",
			file:   claim, tag: sha, want: want{File: tagged},
		},
		"Again": {
			reason: "Should leave the file alone if it has the tag already, and say so",
			file:   tagged, tag: sha, want: want{File: tagged, Stderr: "FILE has the tag " + sha + " already\n"},
		},
		"Refused": {
			reason: "Should leave the file alone if the API would refuse the tag",
			file:   claim, tag: "not a tag",
			want: want{Code: exitRefused, File: claim, Stderr: "FILE: spec.images.tag: Invalid value: \"not a tag\": images.tag must be an image tag, such as a commit's SHA: letters, digits, _ . and -, no image name before it\n"},
		},
		"NoClaim": {
			reason: "Should say that there is no claim",
			file:   "kind: Namespace\n", tag: sha,
			want: want{Code: exitRefused, File: "kind: Namespace\n", Stderr: "morket: FILE: there is no MorketPlatform or XMorketPlatform\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(files(t, map[string]string{"claim.yaml": tc.file}), "claim.yaml")
			var out, err bytes.Buffer
			code := run([]string{"tag", file, tc.tag}, streams{out: &out, err: &err})
			raw, e := os.ReadFile(file)
			if e != nil {
				t.Fatal(e)
			}
			got := want{code, string(raw), strings.ReplaceAll(err.String(), file, "FILE")}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
