package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
)

// TestPreviousPrefix finds the prefix that a platform was made with: with another one every AWS name would change, and the
// provider would make everything anew beside what there is.
func TestPreviousPrefix(t *testing.T) {
	alias := func(labels map[string]any) map[string]*fnv1.Resource {
		return map[string]*fnv1.Resource{PrefixHolder: managed(t, "demo-key-alias", map[string]any{"metadata": map[string]any{"name": "demo-key-alias", "labels": labels}})}
	}
	cases := map[string]struct {
		reason   string
		status   map[string]any
		observed map[string]*fnv1.Resource
		want     string
	}{
		"New":      {"Should guard nothing of a platform that is not made yet.", nil, nil, ""},
		"Status":   {"Should know it from the status.", map[string]any{"namePrefix": "demo"}, nil, "demo"},
		"NoStatus": {"Should know it from what was made, when a control plane was restored without its status.", nil, alias(map[string]any{LabelNamePrefix: "demo"}), "demo"},
		"NoLabel":  {"Should guard nothing when neither tells.", map[string]any{"namePrefix": 7.0}, alias(nil), ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in, errs := decode(xr(t, func(o map[string]any) { o["status"] = tc.status }), tc.observed)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(tc.want, in.Previous.NamePrefix); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
