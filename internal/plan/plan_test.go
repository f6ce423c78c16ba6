package plan_test

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/aws/crds"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/plans"
	"github.com/morket-io/platform/test/platformtest"
)

// states reads two states of resources, by their names in the composition. Those that exist are desired as they are observed,
// unless said otherwise.
func states(t *testing.T, before, after string) (was, will *plan.State) {
	t.Helper()
	read := func(in string) map[string]*structpb.Struct {
		var objects map[string]map[string]any
		if err := yaml.Unmarshal([]byte(in), &objects); err != nil {
			t.Fatal(err)
		}
		out := map[string]*structpb.Struct{}
		for name, o := range objects {
			s, err := structpb.NewStruct(o)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = s
		}
		return out
	}
	xr, err := structpb.NewStruct(map[string]any{"metadata": map[string]any{"name": "p"}, "spec": map[string]any{"environment": "staging", "region": "us-east-1"}})
	if err != nil {
		t.Fatal(err)
	}
	old, next := read(before), read(after)
	return &plan.State{Composite: xr, Desired: old, Observed: old}, &plan.State{Composite: xr, Desired: next, Observed: next}
}

const (
	redis  = `{apiVersion: elasticache.aws.upbound.io/v1beta2, kind: ReplicationGroup, metadata: {name: r}, spec: `
	domain = `{apiVersion: opensearch.aws.upbound.io/v1beta2, kind: Domain, metadata: {name: d}, spec: `
)

func TestCompare(t *testing.T) {
	policy := func(action string) string {
		return `{apiVersion: iam.aws.upbound.io/v1beta1, kind: RolePolicy, metadata: {name: x}, spec: {forProvider: {policy: '{"Statement":[{"Action":"` + action + `","Effect":"Allow"}]}'}}}`
	}
	script := func(s string) string { return base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\n" + s + "\n")) }
	cases := map[string]struct {
		reason, before, after string
		want                  []plan.ResourceChange
	}{
		"Same": {
			reason: "Should leave out what stays",
			before: `{r: ` + redis + `{forProvider: {nodeType: a}}}}`, after: `{r: ` + redis + `{forProvider: {nodeType: a}}}}`,
		},
		"Refused": {
			reason: "Should refuse a resource as a whole, and say which field is the reason",
			before: `{r: ` + redis + `{forProvider: {nodeType: a, port: 1}}}}`, after: `{r: ` + redis + `{forProvider: {nodeType: b, port: 2}}}}`,
			want: []plan.ResourceChange{{Action: plan.Refuse, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", WayOut: plan.WayOut, Fields: []plan.Field{
				{Path: "nodeType", Old: `"a"`, New: `"b"`},
				{Path: "port", Old: "1", New: "2", Refused: "AWS cannot change it in place"},
			}}},
		},
		"ReferenceKept": {
			reason: "Should not take a reference for changed that the provider does not resolve again",
			before: `{r: ` + redis + `{forProvider: {subnetGroupNameRef: {name: a}}}}}`, after: `{r: ` + redis + `{forProvider: {subnetGroupNameRef: {name: b}}}}}`,
			want: []plan.ResourceChange{{Action: plan.Ignore, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", Fields: []plan.Field{
				{Path: "subnetGroupNameRef.name", Old: `"a"`, New: `"b"`, Ignored: "a reference is resolved once, and what it was resolved to stays"},
			}}},
		},
		"ReferenceFollowed": {
			reason: "Should refuse a reference that is resolved again, and leads to what cannot be changed",
			before: `{r: ` + redis + `{forProvider: {subnetGroupNameRef: {name: a, policy: {resolve: Always}}}}}}`,
			after:  `{r: ` + redis + `{forProvider: {subnetGroupNameRef: {name: b, policy: {resolve: Always}}}}}}`,
			want: []plan.ResourceChange{{Action: plan.Refuse, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", WayOut: plan.WayOut, Fields: []plan.Field{
				{Path: "subnetGroupNameRef.name", Old: `"a"`, New: `"b"`, Refused: "AWS cannot change it in place"},
			}}},
		},
		"GivenNoMore": {
			reason: "Should say that AWS keeps what it fills in itself",
			before: `{r: ` + redis + `{forProvider: {snapshotWindow: a}}}}`, after: `{r: ` + redis + `{forProvider: {}}}}`,
			want: []plan.ResourceChange{{Action: plan.Ignore, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", Fields: []plan.Field{
				{Path: "snapshotWindow", Old: `"a"`, Ignored: "AWS keeps what it has"},
			}}},
		},
		"Initial": {
			reason: "Should say that what is for the creation only has no effect any more",
			before: `{r: ` + redis + `{initProvider: {nodeType: a}, forProvider: {}}}}`, after: `{r: ` + redis + `{initProvider: {nodeType: b}, forProvider: {}}}}`,
			want: []plan.ResourceChange{{Action: plan.Ignore, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", Fields: []plan.Field{
				{Path: "initProvider.nodeType", Old: `"a"`, New: `"b"`, Ignored: "it is for the creation only"},
			}}},
		},
		"InObjects": {
			reason: "Should refuse by what is changed within an object",
			before: `{d: ` + domain + `{forProvider: {encryptAtRest: {enabled: true, kmsKeyId: a}}}}}`, after: `{d: ` + domain + `{forProvider: {encryptAtRest: {enabled: true, kmsKeyId: b}}}}}`,
			want: []plan.ResourceChange{{Action: plan.Refuse, Name: "d", Kind: "Domain.opensearch.aws.upbound.io", WayOut: plan.WayOut, Fields: []plan.Field{
				{Path: "encryptAtRest.kmsKeyId", Old: `"a"`, New: `"b"`, Refused: "AWS cannot change it in place"},
			}}},
		},
		"Document": {
			reason: "Should look into documents",
			before: `{x: ` + policy("s3:GetObject") + `}`, after: `{x: ` + policy("s3:PutObject") + `}`,
			want: []plan.ResourceChange{{Action: plan.Update, Name: "x", Kind: "RolePolicy.iam.aws.upbound.io", Fields: []plan.Field{
				{Path: "policy.Statement[0].Action", Old: `"s3:GetObject"`, New: `"s3:PutObject"`},
			}}},
		},
		"Named": {
			reason: "Should tell what has a name by it, and not by where it stands",
			before: `{x: {apiVersion: v, kind: T, spec: {forProvider: {containers: '[{"name":"web","environment":[{"name":"B","value":"1"},{"name":"C","value":"1"}]}]'}}}}`,
			after:  `{x: {apiVersion: v, kind: T, spec: {forProvider: {containers: '[{"name":"web","environment":[{"name":"A","value":"1"},{"name":"C","value":"2"}]}]'}}}}`,
			want: []plan.ResourceChange{{Action: plan.Update, Name: "x", Kind: "T", Fields: []plan.Field{
				{Path: "containers[web].environment[A]", New: `{"name":"A","value":"1"}`},
				{Path: "containers[web].environment[B]", Old: `{"name":"B","value":"1"}`},
				{Path: "containers[web].environment[C].value", Old: `"1"`, New: `"2"`},
			}}},
		},
		"Bracket": {
			reason: "Should end for a document whose keys hold brackets",
			before: `{x: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: Route, spec: {forProvider: {text: '{"a[b":1}'}}}}`,
			after:  `{x: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: Route, spec: {forProvider: {text: '{"a[b":2}'}}}}`,
			want:   []plan.ResourceChange{{Action: plan.Update, Name: "x", Kind: "Route.ec2.aws.upbound.io", Fields: []plan.Field{{Path: "text.a[b", Old: "1", New: "2"}}}},
		},
		"Unnamed": {
			reason: "Should tell what has no name of its own by where it stands",
			before: `{x: {apiVersion: v, kind: T, spec: {forProvider: {list: '[{"name":"a","v":1},{"name":"a","v":2}]'}}}}`,
			after:  `{x: {apiVersion: v, kind: T, spec: {forProvider: {list: '[{"name":"a","v":1},{"name":"a","v":3}]'}}}}`,
			want: []plan.ResourceChange{{Action: plan.Update, Name: "x", Kind: "T", Fields: []plan.Field{
				{Path: "list[1].v", Old: "2", New: "3"},
			}}},
		},
		"Script": {
			reason: "Should show the lines of a script, and not how it is encoded",
			before: `{x: {apiVersion: ec2.aws.upbound.io/v1beta2, kind: Instance, spec: {forProvider: {userDataBase64: ` + script("echo a") + `}}}}`,
			after:  `{x: {apiVersion: ec2.aws.upbound.io/v1beta2, kind: Instance, spec: {forProvider: {userDataBase64: ` + script("echo b") + `}}}}`,
			want: []plan.ResourceChange{{Action: plan.Update, Name: "x", Kind: "Instance.ec2.aws.upbound.io", Fields: []plan.Field{
				{Path: "userDataBase64", Old: `"echo a"`}, {Path: "userDataBase64", New: `"echo b"`},
			}}},
		},
		"Renamed": {
			reason: "Should refuse to rename",
			before: `{r: {apiVersion: v, kind: Bucket, metadata: {annotations: {crossplane.io/external-name: a}}, spec: {forProvider: {}}}}`,
			after:  `{r: {apiVersion: v, kind: Bucket, metadata: {annotations: {crossplane.io/external-name: b}}, spec: {forProvider: {}}}}`,
			want: []plan.ResourceChange{{Action: plan.Refuse, Name: "r", Kind: "Bucket", WayOut: plan.WayOut, Fields: []plan.Field{
				{Path: "externalName", Old: `"a"`, New: `"b"`, Refused: "a resource cannot be renamed in AWS"},
			}}},
		},
		"Secret": {
			reason: "Should never show a secret",
			before: `{s: {apiVersion: v1, kind: Secret, data: {password: aHVudGVyMQ==}}}`, after: `{s: {apiVersion: v1, kind: Secret, data: {password: aHVudGVyMg==, more: eA==}}}`,
			want: []plan.ResourceChange{{Action: plan.Update, Name: "s", Kind: "Secret", Fields: []plan.Field{
				{Path: "data.more", New: `"<redacted>"`}, {Path: "data.password", Old: `"<redacted>"`, New: `"<redacted>"`},
			}}},
		},
		"Replaced": {
			reason: "Should tell a replacement by names that differ in a hash",
			before: `{task-a-0011aabbcc: {apiVersion: ecs.aws.upbound.io/v1beta2, kind: TaskDefinition, spec: {forProvider: {cpu: "256", tags: {Name: x}}}}}`,
			after:  `{task-a-ccbbaa1100: {apiVersion: ecs.aws.upbound.io/v1beta2, kind: TaskDefinition, spec: {forProvider: {cpu: "512", tags: {Name: y}}}}}`,
			want: []plan.ResourceChange{{Action: plan.Replace, Name: "task-a-ccbbaa1100", Replaces: "task-a-0011aabbcc", Kind: "TaskDefinition.ecs.aws.upbound.io", Fields: []plan.Field{
				{Path: "cpu", Old: `"256"`, New: `"512"`},
			}}},
		},
		"ReplacedByTheLike": {
			reason: "Should pair those that are alike, and not those that are sorted alike",
			before: `{v-0000000a: {kind: R, spec: {forProvider: {name: site, zone: a}}}, v-0000000b: {kind: R, spec: {forProvider: {name: api, zone: a}}}}`,
			after:  `{v-0000000c: {kind: R, spec: {forProvider: {name: api, zone: b}}}, v-0000000d: {kind: R, spec: {forProvider: {name: site, zone: b}}}}`,
			want: []plan.ResourceChange{
				{Action: plan.Replace, Name: "v-0000000c", Replaces: "v-0000000b", Kind: "R", Fields: []plan.Field{{Path: "zone", Old: `"a"`, New: `"b"`}}},
				{Action: plan.Replace, Name: "v-0000000d", Replaces: "v-0000000a", Kind: "R", Fields: []plan.Field{{Path: "zone", Old: `"a"`, New: `"b"`}}},
			},
		},
		"NotReplaced": {
			reason: "Should not take one for a replacement of several, or of another kind",
			before: `{a-1: {kind: A}, a-2: {kind: A}, b-1: {kind: A}}`, after: `{a-3: {kind: A}, b-2: {kind: B}}`,
			want: []plan.ResourceChange{
				{Action: plan.Delete, Name: "a-1", Kind: "A"}, {Action: plan.Delete, Name: "a-2", Kind: "A"}, {Action: plan.Delete, Name: "b-1", Kind: "A"},
				{Action: plan.Create, Name: "a-3", Kind: "A"}, {Action: plan.Create, Name: "b-2", Kind: "B"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := plan.Compare(states(t, tc.before, tc.after)).Changes
			if tc.want == nil {
				tc.want = []plan.ResourceChange{}
			}
			if diff := cmp.Diff(tc.want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".parameter" }, cmp.Ignore())); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFound compares with what a cluster has: values that the provider filled in are nobody's change, and what the composition
// decided about before is, once it is given no more.
func TestFound(t *testing.T) {
	const observed = `{r: {apiVersion: elasticache.aws.upbound.io/v1beta2, kind: ReplicationGroup, metadata: {name: r, managedFields: [
  {manager: apiextensions.crossplane.io/composed/0011, operation: Apply, fieldsV1: {"f:spec": {"f:forProvider": {"f:nodeType": {}, "f:port": {}, "f:tags": {"f:a": {}}}}}},
  {manager: crossplane-elasticache, operation: Update, fieldsV1: {"f:spec": {"f:forProvider": {"f:snapshotWindow": {}}}}}]},
  spec: {forProvider: {nodeType: a, port: 1, snapshotWindow: late, tags: {a: x, theirs: y}}}}}`
	was, will := states(t, observed, `{r: `+redis+`{forProvider: {nodeType: a, tags: {}}}}}`)
	was.Desired = nil
	got := plan.Compare(was, will).Changes
	want := []plan.ResourceChange{{Action: plan.Refuse, Name: "r", Kind: "ReplicationGroup.elasticache.aws.upbound.io", WayOut: plan.WayOut, Fields: []plan.Field{
		{Path: "port", Old: "1", Refused: "AWS cannot change it in place"}, {Path: "tags.a", Old: `"x"`},
	}}}
	if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".parameter" }, cmp.Ignore())); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestFoundDefaults compares with what a cluster has, into whose lists the API server filled defaults.
func TestFoundDefaults(t *testing.T) {
	const observed = `{l: {apiVersion: elbv2.aws.upbound.io/v1beta2, kind: LBListener, metadata: {name: l, managedFields: [
  {manager: apiextensions.crossplane.io/composed/0011, operation: Apply, fieldsV1: {"f:spec": {"f:forProvider": {"f:port": {}, "f:defaultAction": {}, "f:subnetRefs": {}}}}}]},
  spec: {forProvider: {port: 80, defaultAction: [{index: default, type: forward, order: 1}], subnetRefs: [{name: a, policy: {resolution: Required, resolve: Always}}]}}}}`
	for name, tc := range map[string]struct {
		reason string
		next   string
		want   []plan.Field
	}{
		"Same": {
			reason: "Should take no default of the API server's for something that is given no more",
			next:   `{port: 80, defaultAction: [{type: forward, order: 1}], subnetRefs: [{name: a, policy: {resolve: Always}}]}`,
		},
		"Less": {
			reason: "Should still see what an entry is given no more",
			next:   `{port: 80, defaultAction: [{type: forward}], subnetRefs: [{name: a, policy: {resolve: Always}}]}`,
			want:   []plan.Field{{Path: "defaultAction[0].order", Old: "1"}},
		},
		"Other": {
			reason: "Should still see another value where there was a default",
			next:   `{port: 80, defaultAction: [{type: forward, order: 1}], subnetRefs: [{name: a, policy: {resolve: Always, resolution: Optional}}]}`,
			want:   []plan.Field{{Path: "subnetRefs[0].policy.resolution", Old: `"Required"`, New: `"Optional"`}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			was, will := states(t, observed, `{l: {apiVersion: elbv2.aws.upbound.io/v1beta2, kind: LBListener, metadata: {name: l}, spec: {forProvider: `+tc.next+`}}}`)
			was.Desired = nil
			var got []plan.Field
			for _, c := range plan.Compare(was, will).Changes {
				got = append(got, c.Fields...)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreUnexported(plan.Field{}), cmpopts.IgnoreFields(plan.Field{}, "Ignored", "Refused")); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDefaults holds the defaults that a plan knows against the definitions of our kinds.
func TestDefaults(t *testing.T) {
	source, err := crds.Locate()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	var find func(path string, schema *crds.Schema)
	find = func(path string, schema *crds.Schema) {
		if schema.Default != nil {
			got[plan.LastTwo(path)] = schema.Default
		}
		for name, below := range schema.Properties {
			find(path+"."+name, &below)
		}
		if schema.Items != nil {
			find(path, schema.Items)
		}
	}
	for _, k := range catalog.Kinds() {
		definition, err := source.Load(k.APIVersion, k.Kind)
		if err != nil {
			t.Fatal(err)
		}
		parameters := definition.ForProvider()
		find(k.Kind, &parameters)
	}
	if diff := cmp.Diff(plan.Defaults, got); diff != "" {
		t.Errorf("Should know every default that the definitions fill into parameters: -known, +found:\n%s", diff)
	}
}

// TestOutputs holds whole plans of production in each format to testdata.
func TestOutputs(t *testing.T) { platformtest.UpToDate(t, plans.Files(t)) }

// TestLongPlan deletes a whole platform in a comment: what somebody must know comes first, and it is not too long.
func TestLongPlan(t *testing.T) {
	p := change(t, input(t, "production", nil), &plan.Input{})
	var b bytes.Buffer
	if err := p.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	const most = 65536 / 2 // GitHub's limit for both environments
	if b.Len() > most {
		t.Errorf("Should fit into a comment with another environment's, has %d characters", b.Len())
	}
	for _, want := range []string{`\*\*Refused, so nothing happens:\*\* this platform is protected`, `(?m)^- \*\*Deleted:\*\* .*\baurora \(Cluster\), .*\bopensearch \(Domain\), .*: stays in AWS`} {
		if !regexp.MustCompile(want).MatchString(b.String()) {
			t.Errorf("Should say %s, got:\n%s", want, b.String())
		}
	}
}

// TestRepeatedPlan refuses nearly every resource of a platform: what is said of many is said once, and a comment can hold it.
func TestRepeatedPlan(t *testing.T) {
	p := change(t, input(t, "staging", nil), input(t, "staging", map[string]any{"region": "us-west-2"}))
	var md, txt bytes.Buffer
	if err := p.WriteMarkdown(&md); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteText(&txt); err != nil {
		t.Fatal(err)
	}
	const most = 65536 / 2 // GitHub's limit for both environments
	if md.Len() > most {
		t.Errorf("Should fit into a comment with another environment's, has %d characters", md.Len())
	}
	if want := "> **Refused:** alarm-alb-5xx (MetricAlarm), alarm-alb-response-time (MetricAlarm), "; !strings.Contains(md.String(), want) || !strings.Contains(md.String(), " more: `region`: AWS cannot change it in place. Way out: ") {
		t.Errorf("Should say %q once, with how many more, got:\n%s", want, md.String())
	}
	if n := strings.Count(txt.String(), "way out"); n != 1 {
		t.Errorf("Should say the way out once of all that have the same, said it %d times", n)
	}
	p = change(t, input(t, "production", nil), &plan.Input{})
	md.Reset()
	if err := p.WriteMarkdown(&md); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(md.String(), ": stays in AWS as it is"); n != 1 {
		t.Errorf("Should say once what becomes of all that stays, said it %d times", n)
	}
}

// TestVerbs: a comment says of every change what happens.
func TestVerbs(t *testing.T) {
	for action, want := range map[plan.Action]string{
		plan.Create: "+ x (K)\n", plan.Delete: "- x (K)\n", plan.Refuse: "! x (K): refused\n", plan.Replace: "! x (K): replaced\n",
		plan.Update: "! x (K): changed\n", plan.Adopt: "! x (K): adopted\n", plan.Ignore: "! x (K): of no effect in AWS\n",
	} {
		var b bytes.Buffer
		if err := (&plan.Plan{Changes: []plan.ResourceChange{{Action: action, Name: "x", Kind: "K"}}}).WriteMarkdown(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("Should say %q of what to %s, says:\n%s", want, action, b.String())
		}
	}
}

// TestSecretsStaySecret plans a change of every secret, and looks for any value of one in what is printed.
func TestSecretsStaySecret(t *testing.T) {
	before := input(t, "production", nil)
	p := change(t, before, input(t, "production", map[string]any{
		"secrets.rotation": map[string]any{"redis": 1.0, "openSearch": 1.0, "clickHouse": 1.0, "jwt": 1.0, "serviceApiKey": 1.0, "webhookHmac": 1.0},
	}))
	var b bytes.Buffer
	if err := p.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	values := 0
	for _, r := range platformtest.Eventually(t, platformtest.XR(t, "production", nil)).Observed {
		o := r.AsMap()
		if o["apiVersion"] != "v1" {
			continue
		}
		data, _ := o["data"].(map[string]any)
		for _, v := range data {
			encoded, _ := v.(string)
			decoded, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil {
				t.Fatal(err)
			}
			values++
			if strings.Contains(b.String(), encoded) || strings.Contains(b.String(), string(decoded)) {
				t.Errorf("Should show no value of %v", o["metadata"])
			}
		}
	}
	if values == 0 || !strings.Contains(b.String(), "<redacted>") {
		t.Errorf("Should have looked for secrets, found %d", values)
	}
}

// TestLongValues: of what is too long to be shown, what differs is.
func TestLongValues(t *testing.T) {
	list := func(n ...string) string { return `["` + strings.Join(n, `","`) + `"]` }
	long := strings.Repeat("x", 60)
	cases := map[string]struct{ reason, old, updated, want string }{
		"Short":   {"Should show short values as they are", `["a"]`, `["a","b"]`, `p: ["a"] → ["a","b"]`},
		"Gained":  {"Should show the entries that a long list gains", list(long+"1", long+"2"), list(long+"1", long+"2", "new", "other"), `p: + "new", + "other"`},
		"Lost":    {"Should show the entries that a long list loses", list(long+"1", long+"2", "old"), list(long+"1", long+"2"), `p: - "old"`},
		"Both":    {"Should show what a long list loses and gains", list(long+"1", "old", long+"2"), list(long+"1", "new", long+"2"), `p: - "old", + "new"`},
		"Many":    {"Should count entries beyond the first few", list(long, long+"1"), list(long, long+"1", "a", "b", "c", "d", "e", "f"), `p: + "a", + "b", + "c", + "d", + 2 more`},
		"Text":    {"Should show where long texts differ", `"` + long + `below 5 GiB` + long + `"`, `"` + long + `below 50 GiB` + long + `"`, `p: …` + strings.Repeat("x", 18) + `below 5 GiB` + long + `" → …` + strings.Repeat("x", 18) + `below 50 GiB` + long + `"`},
		"Order":   {"Should show where lists differ that have the same entries", list(long+"1", long+"2"), list(long+"2", long+"1"), `p: …` + strings.Repeat("x", 25) + `1","` + long + `2"] → …` + strings.Repeat("x", 25) + `2","` + long + `1"]`},
		"Deleted": {"Should shorten what has no other side", `"` + long + long + `"`, "", `p: - "` + long + strings.Repeat("x", 38) + "…"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, plan.Field{Path: "p", Old: tc.old, New: tc.updated}.String()); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
