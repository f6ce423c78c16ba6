package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseStream(t *testing.T) {
	type want struct {
		keys []string
		err  bool
	}
	cases := map[string]struct {
		reason string
		stream string
		want   want
	}{
		"Separators": {
			reason: "Should leave out empty documents and comments, and take separators with trailing space.",
			stream: "---\n---   \n" + vpc + "--- \n# nothing\n",
			want:   want{keys: []string{"ec2.aws.upbound.io/v1beta1 VPC shop-vpc"}},
		},
		"BlockScalar": {
			reason: "Should not split inside a block of text.",
			stream: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata:\n  x: |\n    ---\n    y\n",
			want:   want{keys: []string{"v1 ConfigMap shop/a"}},
		},
		"NotAnObject": {
			reason: "Should refuse what is not a Kubernetes object, such as an error message.",
			stream: "error: it failed\n",
			want:   want{err: true},
		},
		"NotYAML": {
			reason: "Should refuse what is not YAML.",
			stream: "a: b: c\n",
			want:   want{err: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			docs, err := parseStream([]byte(tc.stream))
			if (err != nil) != tc.want.err {
				t.Fatalf("\n%s\nparseStream(...): error %v, want one: %t", tc.reason, err, tc.want.err)
			}
			var keys []string
			for _, d := range docs {
				keys = append(keys, d.Key())
			}
			if diff := cmp.Diff(tc.want.keys, keys); diff != "" {
				t.Errorf("\n%s\nparseStream(...): -want, +got:\n%s", tc.reason, diff)
			}
			again, err := parseStream(writeStream(docs))
			if diff := cmp.Diff(len(docs), len(again)); diff != "" || err != nil {
				t.Errorf("\n%s\nparseStream(writeStream(...)): -want, +got:\n%s, error %v", tc.reason, diff, err)
			}
		})
	}
}
