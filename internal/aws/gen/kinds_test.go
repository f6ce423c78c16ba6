package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadKinds(t *testing.T) {
	cases := map[string]struct {
		reason  string
		file    string
		want    []kind
		wantErr string
	}{
		"Sorted": {
			reason: "Should sort by group and kind whatever the order in the file and the versions",
			file:   "b.io/v1beta2: [A]\na.io/v1beta2: [B]\na.io/v1beta1: [C, A]\n",
			want:   []kind{{"a.io/v1beta1", "A"}, {"a.io/v1beta2", "B"}, {"a.io/v1beta1", "C"}, {"b.io/v1beta2", "A"}},
		},
		"TwoVersions": {
			reason:  "Should refuse two versions of a kind, which would be the same Go type",
			file:    "a.io/v1beta1: [A]\na.io/v1beta2: [A]\n",
			wantErr: "lists kind A twice: in a.io/v1beta1 and a.io/v1beta2",
		},
		"RepeatedVersion": {
			reason:  "Should not lose the kinds of a version that is there twice",
			file:    "a.io/v1beta1: [A]\na.io/v1beta1: [B]\n",
			wantErr: `key "a.io/v1beta1" already set in map`,
		},
		"NotALists": {
			reason:  "Should refuse a file of another shape",
			file:    "a.io/v1beta1: A\n",
			wantErr: "cannot read",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "kinds.yaml")
			if err := os.WriteFile(path, []byte(tc.file), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readKinds(path)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(kind{})); diff != "" {
				t.Errorf("\n%s\nreadKinds(...): -want, +got:\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.wantErr != "") || !strings.Contains(message(err), tc.wantErr) {
				t.Errorf("\n%s\nreadKinds(...): want an error with %q, got %v", tc.reason, tc.wantErr, err)
			}
		})
	}
}
