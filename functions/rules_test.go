package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// The rules of the house hold for the whole platform, whatever layers it has.

// TestSameInputSameBytes renders both environments again and again. (design rule 3)
func TestSameInputSameBytes(t *testing.T) {
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		var first []byte
		for range 20 {
			r := platformtest.Once(t, xr, nil)
			got, err := proto.MarshalOptions{Deterministic: true}.Marshal(&structpb.ListValue{Values: values(r.Objects())})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !bytes.Equal(first, got) {
				t.Fatalf("%s: the same input should give the same bytes", env)
			}
		}
	}
}

func values(objects []*structpb.Struct) []*structpb.Value {
	out := make([]*structpb.Value, len(objects))
	for i, o := range objects {
		out[i] = structpb.NewStructValue(o)
	}
	return out
}

// TestEveryResource checks what must be so for each composed resource.
func TestEveryResource(t *testing.T) {
	taggable, regional := map[string]bool{}, map[string]bool{}
	for _, k := range catalog.Kinds() {
		taggable[k.APIVersion+" "+k.Kind] = k.Taggable
		regional[k.APIVersion+" "+k.Kind] = k.Regional
	}
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, platformtest.Set(map[string]any{"CostCenter": "4711"}, "spec", "tags"))
		for name, o := range platformtest.Eventually(t, xr).Resources {
			m := o.AsMap()
			kind := fmt.Sprintf("%s %s", m["apiVersion"], m["kind"])
			checkCommon(t, env, name, m, taggable[kind], regional[kind])
		}
	}
}

// checkCommon checks name, provider config, tags and region of a composed resource.
func checkCommon(t *testing.T, env, name string, m map[string]any, taggable, regional bool) {
	t.Helper()
	at := func(path ...string) any {
		var v any = m
		for _, p := range path {
			v = v.(map[string]any)[p]
		}
		return v
	}
	if want, got := "morket-"+env+"-"+name, at("metadata", "name"); want != got {
		t.Errorf("%s: Kubernetes name should be %q, got %q", name, want, got)
	}
	spec, _ := m["spec"].(map[string]any)
	if spec["forProvider"] == nil { // a Kubernetes object
		return
	}
	if got := at("spec", "providerConfigRef", "name"); got != "default" {
		t.Errorf("%s: should use the claim's provider config, got %v", name, got)
	}
	tags, _ := at("spec", "forProvider", "tags").(map[string]any)
	want := map[string]any{"Project": "morket", "Environment": env, "ManagedBy": "crossplane", "Claim": "morket/morket-" + env, "CostCenter": "4711"}
	for k, v := range want {
		if taggable && tags[k] != v {
			t.Errorf("%s: tag %s should be %v, got %v (R-NET-6)", name, k, v, tags[k])
		}
	}
	if !taggable && tags != nil {
		t.Errorf("%s: the kind takes no tags", name)
	}
	if got := at("spec", "forProvider", "region"); regional && got != "us-east-1" || !regional && got != nil {
		t.Errorf("%s: region is %v", name, got)
	}
}

// A statement of a policy, as far as it is checked.
type statement struct {
	Sid, Effect      string
	Action, Resource []string
}

// mayBeWide are the statements that may say *, each with its reason.
var mayBeWide = map[string]string{
	"Key LeaveToIAM":                   "a key's policy means this key by *, and a key that its account cannot manage is lost",
	"DomainPolicy ConnectWithPassword": "the master user comes with a password, which is nobody to IAM; the resource is the one domain",
	"Key EncryptLogGroups":             "a key's policy means this key by *; the actions are listed, the log groups by condition",
	"Key PublishAlarms":                "a key's policy means this key by *; the actions are listed, the alarms by condition",
	"RolePolicy OpenShell":             "AWS knows no resource for the channels of a shell",
	"RolePolicy LogInToRegistry":       "ECR's token is for the whole registry: AWS knows no resource for it",
}

// TestLeastPrivilege reads every policy that the platform writes. (design rule 10)
func TestLeastPrivilege(t *testing.T) {
	found := 0
	for _, env := range platformtest.Environments {
		shells := platformtest.Set(true, "spec", "compute", "services", "backend", "exec")
		for name, o := range platformtest.Eventually(t, platformtest.XR(t, env, shells)).Resources {
			for _, s := range statements(t, o) {
				found++
				if s.Effect == "Deny" { // the wider, the less privilege
					continue
				}
				if mayBeWide[fields.Text(o, "kind")+" "+s.Sid] != "" {
					continue
				}
				for _, v := range slices.Concat(s.Action, s.Resource) {
					if v == "*" || strings.HasSuffix(v, ":*") && !strings.Contains(v, ":log-group:") {
						t.Errorf("%s: statement %s allows %q", name, s.Sid, v)
					}
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("should have read the policies of both environments, found %d statements", found)
	}
}

// statements are those of all policies of a resource.
func statements(t *testing.T, o *structpb.Struct) []statement {
	t.Helper()
	var out []statement
	parameters := fields.Below(o, "spec", "forProvider")
	for _, field := range []string{"policy", "assumeRolePolicy", "policyDocument", "accessPolicies"} {
		raw := parameters[field].GetStringValue()
		if raw == "" {
			continue
		}
		var doc struct{ Statement []statement }
		if err := json.Unmarshal([]byte(raw), &doc); err != nil {
			t.Fatalf("%s is no policy: %v", field, err)
		}
		out = append(out, doc.Statement...)
	}
	return out
}

// TestStepPerLayer holds the Composition with a step per layer to the one that is shipped.
func TestStepPerLayer(t *testing.T) {
	raw, err := os.ReadFile(platformtest.Path(t, "examples", "compositions", "step-per-layer.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		one := platformtest.Eventually(t, xr)
		many, err := platformtest.RendererOf(t, raw).Eventually(xr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(one.Objects()), plain(many.Objects())); diff != "" {
			t.Errorf("%s: a step per layer should give the same platform: -one step, +many:\n%s", env, diff)
		}
	}
}

func plain(objects []*structpb.Struct) []map[string]any {
	out := make([]map[string]any, len(objects))
	for i, o := range objects {
		out[i] = o.AsMap()
	}
	return out
}

// TestEnvironmentsDoNotCollide renders staging and production in one account and region. (R-API-1)
func TestEnvironmentsDoNotCollide(t *testing.T) {
	type id struct{ what, kind, name string }
	owner := map[id]string{}
	note := func(i id, env string) {
		if other, ok := owner[i]; ok && other != env {
			t.Errorf("%s and %s share the %s of a %s: %s", other, env, i.what, i.kind, i.name)
		}
		owner[i] = env
	}
	for _, env := range platformtest.Environments {
		for _, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			kind := fields.Text(o, "kind")
			metadata := fields.Below(o, "metadata")
			note(id{"Kubernetes name", kind, metadata["name"].GetStringValue()}, env)
			if external := fields.Text(metadata["annotations"].GetStructValue(), "crossplane.io/external-name"); external != "" {
				note(id{"AWS name", kind, external}, env)
			}
			parameters := fields.Below(o, "spec", "forProvider")
			for _, field := range []string{"name", "family", "brokerName", "domainName", "bucket", "finalSnapshotIdentifier"} {
				// The family of a parameter group is a version of an engine; that of a task definition is a name.
				// What Cloud Map has names for is private to a VPC.
				if strings.HasPrefix(fields.Text(o, "apiVersion"), "servicediscovery.") {
					continue
				}
				if v := parameters[field].GetStringValue(); v != "" && (field != "family" || !strings.HasSuffix(kind, "ParameterGroup")) {
					note(id{field, kind, v}, env)
				}
			}
		}
	}
	if len(owner) < 100 {
		t.Errorf("should have seen the names of both platforms, saw %d", len(owner))
	}
}

// TestLongestNames renders the longest name that a claim can have. (R-API-1)
func TestLongestNames(t *testing.T) {
	long := strings.Repeat("a-long-name", 5) + "-to-live" // 63 characters
	xr := platformtest.XR(t, "production", platformtest.Set(long, "metadata", "name"))
	limits := map[string]int{
		"Role": 64, "Alias": 256, "Group": 512, "RolePolicy": 128,
		"Cluster": 63, "ClusterInstance": 63, "ClusterParameterGroup": 255, "ParameterGroup": 255, "SubnetGroup": 255, "ReplicationGroup": 40,
		"InstanceProfile": 128, "Vault": 50, "Bucket": 63, "Repository": 256, "Service": 255, "Policy": 256, "MetricAlarm": 255,
		"Topic": 256, "MetricFilter": 512, "Dashboard": 255,
	}
	limitOf := map[string]int{ // names that are fields
		"CachePolicy name": 128, "Certificate domainName": 253, "OriginAccessControl name": 64, "Record name": 255,
		"Broker brokerName": 50, "Domain domainName": 28, "LaunchTemplate name": 128, "ParameterGroup name": 255, "Plan name": 50,
		"Selection name": 50, "Secret name": 512, "SecurityGroup name": 255,
		"LB name": 32, "LBTargetGroup name": 32, "PrivateDNSNamespace name": 253, "Service name": 63,
		"Cluster finalSnapshotIdentifier": 255, "ReplicationGroup finalSnapshotIdentifier": 50,
	}
	for name, o := range platformtest.Eventually(t, xr).Resources {
		metadata := fields.Below(o, "metadata")
		if n := metadata["name"].GetStringValue(); len(n) > 253 {
			t.Errorf("%s: Kubernetes takes names of 253 characters, got %d", name, len(n))
		}
		kind := fields.Text(o, "kind")
		parameters := fields.Below(o, "spec", "forProvider")
		for _, field := range []string{"name", "brokerName", "domainName", "finalSnapshotIdentifier"} {
			v := parameters[field].GetStringValue()
			limit, known := limitOf[kind+" "+field]
			if v != "" && !known {
				t.Errorf("%s: say here how long the %s of a %s may be", name, field, kind)
			}
			if len(v) > limit {
				t.Errorf("%s: AWS takes %d characters as %s, got %d: %s", name, limit, field, len(v), v)
			}
		}
		external := fields.Text(metadata["annotations"].GetStructValue(), "crossplane.io/external-name")
		if external == "" {
			continue
		}
		limit, known := limits[kind]
		if !known {
			t.Errorf("%s: say here how long the external name of a %s may be", name, kind)
		}
		if len(external) > limit {
			t.Errorf("%s: AWS takes %d characters, got %d: %s", name, limit, len(external), external)
		}
	}
}

// TestRequestSize holds the largest request to half of what gRPC takes unless told otherwise. (design rule 9)
func TestRequestSize(t *testing.T) {
	xr := platformtest.XR(t, "production", nil)
	r := platformtest.Eventually(t, xr)
	req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: r.XR}, Resources: platformtest.Observed(r)}}
	const limit = 4 << 20
	if got := proto.Size(req); got > limit/2 {
		t.Errorf("a production request should be under half of %d bytes, got %d", limit, got)
	}
}

// TestCatalog holds the layers to the kinds that the models are generated for.
func TestCatalog(t *testing.T) {
	known := map[string]bool{}
	for _, k := range catalog.Kinds() {
		known[k.APIVersion+" "+k.Kind] = true
	}
	// Kinds of Kubernetes and Crossplane themselves.
	for _, k := range []string{"v1 Secret", "protection.crossplane.io/v1beta1 ClusterUsage", "protection.crossplane.io/v1beta1 Usage"} {
		known[k] = true
	}
	used := map[string]bool{}
	for _, env := range platformtest.Environments {
		for _, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			used[fields.Text(o, "apiVersion")+" "+fields.Text(o, "kind")] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(used)) {
		if !known[k] {
			t.Errorf("%s is composed but not in the catalogue", k)
		}
	}
}
