package layer

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
)

func TestObservedByPrefix(t *testing.T) {
	observed := map[string]*fnv1.Resource{
		"task-b":   managed(t, "demo-task-b", nil),
		"task-a":   managed(t, "demo-task-a", nil),
		"task":     managed(t, "demo-task", nil),
		"task-c":   {},
		"my-task-": managed(t, "demo-my-task", nil),
	}
	cases := map[string]struct {
		reason string
		prefix string
		want   []string
	}{
		"Some": {"Should list what begins with the prefix, sorted, and not what was never written.", "task-", []string{"task-a", "task-b"}},
		"None": {"Should be empty when nothing does.", "job-", nil},
		"All":  {"Should list everything that exists for no prefix.", "", []string{"my-task-", "task", "task-a", "task-b"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for range 10 { // maps have no order
				s := &Scope{observed: observed}
				if diff := cmp.Diff(tc.want, s.Observed(tc.prefix)); diff != "" {
					t.Fatalf("\n%s\n-want, +got:\n%s", tc.reason, diff)
				}
			}
		})
	}
}

func TestParameter(t *testing.T) {
	o := Observed{object: managed(t, "demo", map[string]any{
		"spec":   map[string]any{"forProvider": map[string]any{"viewer": map[string]any{"arn": "arn:told"}, "empty": "", "number": 7}},
		"status": map[string]any{"atProvider": map[string]any{"viewer": map[string]any{"arn": "arn:answered"}}},
	}).GetResource()}
	cases := map[string]struct {
		reason string
		path   string
		want   string
	}{
		"Told":    {"Should be what the provider was told, not what AWS answered.", "viewer.arn", "arn:told"},
		"Missing": {"Should be missing when nothing was said.", "viewer.name", ""},
		"Empty":   {"Should count an empty string as missing, as String does.", "empty", ""},
		"Number":  {"Should not read anything but strings.", "number", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := o.Parameter(tc.path)
			if got != tc.want || ok != (tc.want != "") {
				t.Errorf("%s\nwant %q, got %q, %v", tc.reason, tc.want, got, ok)
			}
		})
	}
}
