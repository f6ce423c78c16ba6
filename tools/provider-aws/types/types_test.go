// Package types tests what `morket render` prints against the Go types of the real provider, without a cluster. Our models are
// generated from the provider's definitions, and so are the schemas that everything else is validated against: a mistake in how
// we read them would go unnoticed there.
package types

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"
)

// newer lists, by API version, kind and field (such as spec.forProvider.origin[].name), the fields that we render and that
// provider-aws has only since the release that test/provider pins, each with the reason why we need it. This module compiles an
// older release.
var newer = map[string]string{}

// root is the directory of the repository.
const root = "../../.."

// TestRendered decodes every managed resource of both environments, as it is created and as it ends up.
func TestRendered(t *testing.T) {
	d, decoded := newDecoder(t, newer), map[string]bool{}
	for _, environment := range []string{"staging", "production"} {
		for _, flags := range [][]string{nil, {"--eventual"}} {
			for _, doc := range render(t, environment, flags...) {
				o := parse(t, doc)
				apiVersion, _ := o["apiVersion"].(string)
				if !strings.Contains(apiVersion, ".aws.upbound.io/") {
					continue
				}
				if diff := d.check(doc); diff != "" {
					t.Errorf("%s %v: %s %s: %s", environment, flags, apiVersion, o["kind"], diff)
				}
				decoded[apiVersion+" "+o["kind"].(string)] = true
			}
		}
	}
	for field := range newer {
		if !d.used[field] {
			t.Errorf("%s need not be in the list of newer fields: it is not rendered, or the provider that is compiled here knows it", field)
		}
	}
	for _, kind := range kinds(t) {
		if !decoded[kind] {
			t.Errorf("%s is in internal/aws/kinds.yaml and in no render", kind)
		}
	}
}

func TestCheck(t *testing.T) {
	const subnets = "apiVersion: rds.aws.upbound.io/v1beta1\nkind: SubnetGroup\nmetadata: {name: a}\nspec: {forProvider: {region: us-east-1, "
	const cluster = "apiVersion: rds.aws.upbound.io/v1beta2\nkind: Cluster\nmetadata: {name: a}\nspec: {forProvider: {region: us-east-1, "
	field := "rds.aws.upbound.io/v1beta2 Cluster spec.forProvider.autoMinorVersionUpgrade"
	for name, tc := range map[string]struct {
		reason string
		doc    string
		newer  map[string]string
		want   string // in the difference; none if empty
	}{
		"Same": {
			reason: "Should accept what the type keeps as it is.",
			doc:    subnets + "subnetIds: [a, b]}}",
		},
		"Unknown": {
			reason: "Should refuse a field that the type does not have.",
			doc:    subnets + "subnetIDs: [a]}}",
			want:   `unknown field "spec.forProvider.subnetIDs"`,
		},
		"WrongType": {
			reason: "Should refuse a value of another type.",
			doc:    subnets + "subnetIds: a}}",
			want:   "cannot unmarshal string",
		},
		"Lost": {
			reason: "Should tell of a value that does not come back, as the provider would never see it.",
			doc:    subnets + "subnetIds: []}}",
			want:   "subnetIds",
		},
		"NewerUnlisted": {
			reason: "Should refuse a field of a newer release that is not in the list.",
			doc:    cluster + "autoMinorVersionUpgrade: false}}",
			want:   `unknown field "spec.forProvider.autoMinorVersionUpgrade"`,
		},
		"NewerListed": {
			reason: "Should accept a field of a newer release that is in the list.",
			doc:    cluster + "autoMinorVersionUpgrade: false}}",
			newer:  map[string]string{field: "a test"},
		},
		"NewerListedInList": {
			reason: "Should find a field of the list in any entry of a list, and compare the rest.",
			doc:    "apiVersion: ecs.aws.upbound.io/v1beta2\nkind: TaskDefinition\nmetadata: {name: a}\nspec: {forProvider: {region: us-east-1, volume: [{name: b}, {name: c, s3filesVolumeConfiguration: {}}]}}",
			newer:  map[string]string{"ecs.aws.upbound.io/v1beta2 TaskDefinition spec.forProvider.volume[].s3filesVolumeConfiguration": "a test"},
		},
		"Kind": {
			reason: "Should refuse a kind that is not registered.",
			doc:    "apiVersion: ec2.aws.upbound.io/v1beta1\nkind: VPN\nmetadata: {name: a}\n",
			want:   `no kind "VPN" is registered`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDecoder(t, tc.newer)
			got := d.check([]byte(tc.doc))
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("\n%s\ncheck(...): want %q, got %q", tc.reason, tc.want, got)
			}
			if len(d.used) != len(tc.newer) {
				t.Errorf("\n%s\ncheck(...): used %v of the list %v", tc.reason, d.used, tc.newer)
			}
		})
	}
}

// A decoder decodes documents into the provider's types.
type decoder struct {
	runtime.Decoder
	newer map[string]string
	used  map[string]bool // entries of newer that a document needed
}

func newDecoder(t *testing.T, newer map[string]string) *decoder {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := types.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return &decoder{Decoder: serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer(), newer: newer, used: map[string]bool{}}
}

var (
	unknownField = regexp.MustCompile(`^unknown field "(.+)"$`)
	index        = regexp.MustCompile(`\[[0-9]+\]`)
)

// check returns what is wrong with a managed resource: fields that its type does not have, and values that do not come back as
// they were.
func (d *decoder) check(doc []byte) string {
	object, gvk, err := d.Decode(doc, nil, nil)
	strict, ok := runtime.AsStrictDecodingError(err)
	if err != nil && !ok {
		return err.Error()
	}
	var want, got map[string]any
	if err := yaml.Unmarshal(doc, &want); err != nil {
		return err.Error()
	}
	if strict != nil {
		var refused []error
		for _, err := range strict.Errors() {
			path := ""
			if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
				path = m[1]
			}
			key := fmt.Sprintf("%s %s %s", gvk.GroupVersion(), gvk.Kind, index.ReplaceAllString(path, "[]"))
			if d.newer[key] == "" {
				refused = append(refused, err)
				continue
			}
			d.used[key] = true
			remove(want, strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }))
		}
		if len(refused) > 0 {
			return errors.Join(refused...).Error()
		}
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		return err.Error()
	}
	if err := json.Unmarshal(encoded, &got); err != nil {
		return err.Error()
	}
	withoutZero(want, got)
	return cmp.Diff(want, got)
}

// withoutZero removes from got, at any depth, what want does not have and what is empty. Go types always write some fields, such as
// status, metadata.creationTimestamp, an owner's uid and spec.initProvider.
func withoutZero(want, got any) {
	switch got := got.(type) {
	case map[string]any:
		want, _ := want.(map[string]any)
		for field, value := range got {
			withoutZero(want[field], value)
			m, isMap := value.(map[string]any)
			if _, there := want[field]; !there && (value == nil || value == "" || isMap && len(m) == 0) {
				delete(got, field)
			}
		}
	case []any:
		want, _ := want.([]any)
		for i := range min(len(want), len(got)) {
			withoutZero(want[i], got[i])
		}
	}
}

// remove removes a field by its path.
func remove(v any, path []string) {
	switch v := v.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, path[0])
			return
		}
		remove(v[path[0]], path[1:])
	case []any:
		if i, err := strconv.Atoi(path[0]); err == nil {
			remove(v[i], path[1:])
		}
	}
}

// render returns the documents that morket prints of an environment, with the one resource that only a knob asks for.
func render(t *testing.T, environment string, flags ...string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "examples", "claims", environment+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	claim := parse(t, raw)
	if err := unstructured.SetNestedField(claim, true, "spec", "data", "openSearch", "createServiceLinkedRole"); err != nil {
		t.Fatal(err)
	}
	if raw, err = yaml.Marshal(claim); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(root, "bin", "morket"), append([]string{"render", "-"}, flags...)...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(raw), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cannot render %s (make test-types builds bin/morket first): %v", environment, err)
	}
	var docs [][]byte
	for _, doc := range strings.Split(string(out), "\n---\n") {
		docs = append(docs, []byte(doc))
	}
	return docs
}

func parse(t *testing.T, doc []byte) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal(doc, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// kinds lists the kinds that the platform composes.
func kinds(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "internal", "aws", "kinds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for apiVersion, names := range parse(t, raw) {
		for _, name := range names.([]any) {
			out = append(out, apiVersion+" "+name.(string))
		}
	}
	return out
}
