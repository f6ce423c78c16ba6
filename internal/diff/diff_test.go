package diff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// objects parses a render.
func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	out, err := render.ReadYAML(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func resource(name, rest string) string {
	return "---\napiVersion: ec2.aws.upbound.io/v1beta1\nkind: VPC\nmetadata: {name: p-" + name + ", annotations: {crossplane.io/composition-resource-name: " + name + "}}\n" + rest + "\n"
}

func TestCompare(t *testing.T) {
	const kind = "VPC.ec2.aws.upbound.io"
	cases := map[string]struct {
		reason, base, head string
		want               Report
	}{
		"Same":    {"Should find nothing where nothing has changed", resource("a", "spec: {x: 1}"), resource("a", "spec: {x: 1}"), Report{}},
		"Nothing": {"Should find nothing in nothing", "", "", Report{}},
		"Added": {
			"Should find what is added, sorted", resource("a", ""), resource("c", "") + resource("b", "") + resource("a", ""),
			Report{Added: []Resource{{Name: "b", Kind: kind}, {Name: "c", Kind: kind}}},
		},
		"Removed": {
			"Should find what is removed", resource("b", "") + resource("a", ""), resource("a", ""),
			Report{Removed: []Resource{{Name: "b", Kind: kind}}},
		},
		"Version": {
			"Should know a resource again in another version of its API",
			resource("a", "spec: {x: 1}"), strings.Replace(resource("a", "spec: {x: 1}"), "v1beta1", "v1beta2", 1),
			Report{Changed: []Resource{{Name: "a", Kind: kind, Fields: []Field{{"apiVersion", `"ec2.aws.upbound.io/v1beta1"`, `"ec2.aws.upbound.io/v1beta2"`}}}}},
		},
		"Fields": {
			"Should name the fields that have changed, come and gone",
			resource("a", "spec: {same: 1, number: 1, gone: {a: b}, list: [a, b], longer: [a]}"),
			resource("a", "spec: {same: 1, number: 2, come: true, list: [a, <c>], longer: [a, b]}"),
			Report{Changed: []Resource{{Name: "a", Kind: kind, Fields: []Field{
				{"spec.come", "", "true"},
				{"spec.gone", `{"a":"b"}`, ""},
				{"spec.list[1]", `"b"`, `"<c>"`},
				{"spec.longer", `["a"]`, `["a","b"]`},
				{"spec.number", "1", "2"},
			}}}},
		},
		"Document": {
			"Should look into policies",
			resource("a", `spec: {policy: '{"Statement":[{"Effect":"Allow","Action":["a"]}]}'}`),
			resource("a", `spec: {policy: '{"Statement":[{"Effect":"Allow","Action":["b"]}]}'}`),
			Report{Changed: []Resource{{Name: "a", Kind: kind, Fields: []Field{{"spec.policy.Statement[0].Action[0]", `"a"`, `"b"`}}}}},
		},
		"DocumentLayout": {
			"Should show a policy that is only written in another way",
			resource("a", `spec: {policy: '{"a":1}'}`), resource("a", `spec: {policy: '{"a": 1}'}`),
			Report{Changed: []Resource{{Name: "a", Kind: kind, Fields: []Field{{"spec.policy", `"{\"a\":1}"`, `"{\"a\": 1}"`}}}}},
		},
		"Secret": {
			"Should not say what a Secret holds",
			"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: c2VjcmV0}\n",
			"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: b3RoZXI=, b: b3RoZXI=}\n",
			Report{Changed: []Resource{{Name: "s", Kind: "Secret", Fields: []Field{{"data.b", "", `"<redacted>"`}}}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Compare(objects(t, tc.base), objects(t, tc.head))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// rendered is what an example claim renders to, with changes made to it first.
func rendered(t *testing.T, change func(map[string]any)) []map[string]any {
	t.Helper()
	xr := platformtest.XR(t, "staging", change)
	var b bytes.Buffer
	if err := render.WriteYAML(&b, platformtest.Once(t, xr, nil).Objects()...); err != nil {
		t.Fatal(err)
	}
	return objects(t, b.String())
}

func TestPlatforms(t *testing.T) {
	cases := map[string]struct {
		reason string
		path   string
		value  any
		want   string // the first lines
	}{
		"Same": {"Should say that nothing changes", "spec.environment", "staging", "### staging: no change\n"},
		"More": {
			"Should count what comes with a second NAT gateway, and name the knob", "spec.network.natGateways", 2.0,
			"### staging: 2 added, 2 changed, 0 removed\n",
		},
		"Refused": {
			"Should say what cannot be changed, and why", "spec.network.cidr", "10.9.0.0/16",
			"### staging: 0 added, 6 changed, 0 removed, **1 refused**\n\n> **Refused:** spec.network.cidr: Invalid value: \"10.9.0.0/16\": network.cidr cannot be changed after creation",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Compare(rendered(t, nil), rendered(t, platformtest.Set(tc.value, strings.Split(tc.path, ".")...)))
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Markdown("staging"); !strings.HasPrefix(got, tc.want) {
				t.Errorf("%s\nwant %s\ngot  %s", tc.reason, tc.want, got)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	r := &Report{
		Refused: []string{"spec.a: no,\nnever"},
		Added:   []Resource{{Name: "new", Kind: "VPC"}},
		Removed: []Resource{{Name: "old", Kind: "VPC"}},
		Changed: []Resource{{Name: "other", Kind: "VPC", Fields: []Field{
			{"spec.b", "1", "2"}, {"spec.c", "", `"` + "```" + `"`}, {"spec.d", strings.Repeat("ä", 200), ""},
		}}},
	}
	want := `### production: 1 added, 1 changed, 1 removed, **1 refused**

> **Refused:** spec.a: no, never

<details><summary>Resources</summary>

` + "````" + `diff
- old (VPC)
+ new (VPC)
! other (VPC)
-   spec.b: 1
+   spec.b: 2
+   spec.c: "` + "```" + `"
-   spec.d: ` + strings.Repeat("ä", 119) + `…
` + "````" + `
</details>
`
	if diff := cmp.Diff(want, r.Markdown("production")); diff != "" {
		t.Errorf("Should be short, and fold the rest away\n-want +got:\n%s", diff)
	}

	for range 400 {
		r.Added = append(r.Added, Resource{Name: "more", Kind: "VPC"})
	}
	long := r.Markdown("production")
	if lines := strings.Count(long, "\n"); lines > maxLines+15 || !strings.Contains(long, "… and 257 more lines") {
		t.Errorf("Should show the beginning of a long report and count the rest, got %d lines:\n%s", lines, long[len(long)-300:])
	}
}
