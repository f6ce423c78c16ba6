package data_test

import (
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// A controlPlane goes through rounds one by one, with a function that is restarted before each: whatever it makes up, it
// makes up anew.
type controlPlane struct {
	t        *testing.T
	xr       *structpb.Struct
	observed map[string]*fnv1.Resource
	round    byte
	last     *fnv1.RunFunctionResponse
}

func (c *controlPlane) next() {
	c.t.Helper()
	names := &structpb.ListValue{}
	for _, l := range functions.Layers(nil) {
		names.Values = append(names.Values, structpb.NewStringValue(l.Name))
	}
	c.round++
	c.last = layer.Run(&fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "test"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: c.xr}, Resources: c.observed},
		Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(names)}},
	}, functions.Layers(rand.NewChaCha8([32]byte{c.round})))
	for _, r := range c.last.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			c.t.Fatal(r.GetMessage())
		}
	}
	c.observed = simulate.Provider(c.last.GetDesired().GetResources(), c.observed)
	c.xr.Fields["status"] = c.last.GetDesired().GetComposite().GetResource().GetFields()["status"]
}

// settle goes on until nothing can change any more.
// born calls until the first values are made, which wait for their secrets in Secrets Manager.
func (c *controlPlane) born() {
	c.t.Helper()
	for range 4 {
		c.next()
		if len(c.values()) > 0 {
			return
		}
	}
	c.t.Fatalf("Should make values, got %s", c.ready())
}

func (c *controlPlane) settle() {
	c.t.Helper()
	for range 8 {
		c.next()
	}
}

// claim changes the spec.
func (c *controlPlane) claim(change func(map[string]any)) {
	xr := platformtest.XR(c.t, "production", change)
	c.xr.Fields["spec"] = xr.GetFields()["spec"]
}

// values are what the Kubernetes Secrets of a response hold, by the name of Secret and key.
func (c *controlPlane) values() map[string]string {
	out := map[string]string{}
	for name, r := range c.last.GetDesired().GetResources() {
		for key, v := range fields.Below(r.GetResource(), "data") {
			out[name+" "+key] = decoded(c.t, v.GetStringValue())
		}
	}
	return out
}

func (c *controlPlane) ready() string {
	for _, cond := range c.last.GetConditions() {
		if cond.GetType() == "DataReady" {
			return cond.GetReason() + ": " + cond.GetMessage()
		}
	}
	return ""
}

func (c *controlPlane) desires(prefix string) []string {
	var out []string
	for name := range c.last.GetDesired().GetResources() {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func platform(t *testing.T) *controlPlane {
	t.Helper()
	return &controlPlane{t: t, xr: platformtest.XR(t, "production", nil)}
}

// TestFormats checks that generated values suit what reads them: ElastiCache, Amazon MQ and OpenSearch refuse some
// characters or demand others, and the applications expect keys of a certain length.
func TestFormats(t *testing.T) {
	c := platform(t)
	c.born()
	got := c.values()
	want := map[string]string{} // by what keeps it
	for _, c := range platformtest.Platform(t, "production").Credentials() {
		if !c.MadeByAWS() {
			want[c.Kept(0)+" secretString"] = got[c.Kept(0)+" secretString"]
		}
		if c.Store != "" {
			want[c.Kept(0)+" value"] = got[c.Kept(0)+" value"]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 11 {
		t.Errorf("Should keep a document for each credential, and the value that a provider reads\n-want, +got:\n%s", diff)
	}
	document := func(name string) map[string]string {
		var fields map[string]string
		if err := json.Unmarshal([]byte(got["credentials-"+name+"-0 secretString"]), &fields); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return fields
	}
	const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	cases := map[string]struct {
		reason   string
		value    string
		length   int
		alphabet string
	}{
		"redis-auth":            {"Should be a token that ElastiCache takes, alone", got["credentials-redis-auth-0 secretString"], 32, alphanumeric},
		"rabbitmq":              {"Should be free of what Amazon MQ refuses", document("rabbitmq")["password"], 32, alphanumeric},
		"opensearch":            {"Should be of 24 characters", document("opensearch")["password"], 24, alphanumeric + "!#%*+-_"},
		"clickhouse":            {"Should be letters and digits", document("clickhouse")["password"], 32, alphanumeric},
		"jwt":                   {"Should be 48 bytes, URL-safe", document("jwt")["secret"], 64, alphanumeric + "-_"},
		"encryption-master-key": {"Should be 32 bytes in hexadecimal", document("encryption-master-key")["key"], 64, "0123456789abcdef"},
		"service-api-key":       {"Should be 48 bytes, URL-safe", document("service-api-key")["key"], 64, alphanumeric + "-_"},
		"webhook-hmac":          {"Should be 48 bytes, URL-safe", document("webhook-hmac")["secret"], 64, alphanumeric + "-_"},
	}
	seen := map[string]bool{}
	for name, tc := range cases {
		if len(tc.value) != tc.length || strings.Trim(tc.value, tc.alphabet) != "" || seen[tc.value] {
			t.Errorf("%s: %s, got %q", name, tc.reason, tc.value)
		}
		seen[tc.value] = true
	}
	for _, name := range []string{"rabbitmq", "opensearch", "clickhouse"} {
		if got := document(name)["username"]; got != "morket" {
			t.Errorf("%s: Should tell the user too, got %q", name, got)
		}
	}
	for _, name := range []string{"redis-auth", "rabbitmq", "opensearch"} {
		if value := got["credentials-"+name+"-0 value"]; value != cases[name].value {
			t.Errorf("%s: Should give the provider the value alone, got %q", name, value)
		}
	}
}

// TestValuesStay changes everything else of a claim, and restarts the function each time. (R-SEC-1)
func TestValuesStay(t *testing.T) {
	c := platform(t)
	c.born()
	want := c.values()
	c.settle()
	if diff := cmp.Diff(want, c.values()); diff != "" {
		t.Fatalf("Should keep every value while the platform comes up: -first, +last:\n%s", diff)
	}
	for _, k := range knobs {
		if strings.HasPrefix(k.path, "secrets.") || k.path == "data.aurora.databaseName" || k.path == "data.aurora.masterUsername" {
			continue // what cannot change, or is meant to make new values
		}
		c.claim(func(claim map[string]any) {
			for path, v := range k.with {
				platformtest.Set(v, append([]string{"spec"}, strings.Split(path, ".")...)...)(claim)
			}
			platformtest.Set(k.value, append([]string{"spec"}, strings.Split(k.path, ".")...)...)(claim)
		})
		c.next()
		if diff := cmp.Diff(want, c.values()); diff != "" {
			t.Fatalf("Should keep every value when %s changes: -first, +now:\n%s", k.path, diff)
		}
	}
}

// TestRotation raises the number of one secret: a new value stands beside the former until it has taken over.
func TestRotation(t *testing.T) {
	c := platform(t)
	c.settle()
	first := c.values()
	token := func() any {
		redis := c.last.GetDesired().GetResources()["redis"].GetResource()
		return fields.In(redis.AsMap(), "spec", "forProvider", "authTokenSecretRef", "name")
	}
	type state struct {
		Secrets, Versions []string
		Token             any
	}
	now := func() state {
		return state{c.desires("credentials-redis-auth-"), c.desires("secret-redis-auth-version-"), token()}
	}
	const zero, one = "morket-production-credentials-redis-auth-0", "morket-production-credentials-redis-auth-1"
	both, versions := []string{"credentials-redis-auth-0", "credentials-redis-auth-1"}, []string{"secret-redis-auth-version-0", "secret-redis-auth-version-1"}

	c.claim(platformtest.Set(1.0, "spec", "secrets", "rotation", "redis"))
	steps := []struct {
		reason string
		want   state
	}{
		{"Should make the new value, and change nothing that reads the former.", state{both, versions[:1], zero}},
		{"Should hand the new value on once it is kept, and keep the former.", state{both, versions, one}},
		{"Should let the former go when the new one is in Secrets Manager.", state{both[1:], versions[1:], one}},
		{"Should stay so.", state{both[1:], versions[1:], one}},
	}
	for i, s := range steps {
		c.next()
		if diff := cmp.Diff(s.want, now()); diff != "" {
			t.Errorf("round %d: %s\n-want, +got:\n%s", i+1, s.reason, diff)
		}
	}
	last := c.values()
	if last["credentials-redis-auth-1 value"] == first["credentials-redis-auth-0 value"] {
		t.Error("Should be another value")
	}
	maps.DeleteFunc(first, func(k, _ string) bool { return strings.HasPrefix(k, "credentials-redis-auth") })
	maps.DeleteFunc(last, func(k, _ string) bool { return strings.HasPrefix(k, "credentials-redis-auth") })
	if diff := cmp.Diff(first, last); diff != "" {
		t.Errorf("Should change no other value: -first, +last:\n%s", diff)
	}

	c.claim(nil) // 0 again, which the API server refuses
	c.settle()
	if c.values()["credentials-redis-auth-1 value"] == "" || len(c.desires("credentials-redis-auth-")) != 1 {
		t.Errorf("Should not go back to a former value, got %v", c.desires("credentials-redis-auth-"))
	}
}

// TestInterruptedRotation loses its way half-way: the version in Secrets Manager never becomes ready.
func TestInterruptedRotation(t *testing.T) {
	c := platform(t)
	c.settle()
	c.claim(platformtest.Set(1.0, "spec", "secrets", "rotation", "jwt"))
	want := ""
	for range 6 {
		c.next()
		if v := c.observed["secret-jwt-version-1"]; v != nil {
			delete(v.GetResource().GetFields(), "status")
		}
		if v := c.values()["credentials-jwt-1 secretString"]; want == "" {
			want = v
		} else if v != want {
			t.Fatal("Should make a new value once")
		}
	}
	if got := append(c.desires("credentials-jwt-"), c.desires("secret-jwt-version-")...); len(got) != 4 {
		t.Errorf("Should keep the former value while the new one is not in Secrets Manager, got %v", got)
	}
	c.claim(platformtest.Set(2.0, "spec", "secrets", "rotation", "jwt"))
	c.settle()
	if diff := cmp.Diff([]string{"credentials-jwt-2"}, c.desires("credentials-jwt-")); diff != "" {
		t.Errorf("Should get over it with the next number: -want, +got:\n%s", diff)
	}
}

// TestLostValue deletes what keeps a value. (design rule 1)
func TestLostValue(t *testing.T) {
	const lost = "SecretLost: Secret crossplane-system/morket-production-credentials-"
	without := func(names ...string) func(*controlPlane) {
		return func(c *controlPlane) {
			for _, n := range names {
				delete(c.observed, n)
			}
		}
	}
	cases := map[string]struct {
		reason  string
		secret  string // after credentials-
		lose    func(*controlPlane)
		claim   func(map[string]any)
		waiting bool // whether it waits for the value, or makes another
	}{
		"MasterKey": {
			reason: "Should never make another master key: what it encrypted would be lost.",
			secret: "encryption-master-key-0", lose: without("credentials-encryption-master-key-0"), waiting: true,
		},
		"MasterKeyAndItsVersion": {
			reason: "Should know from the status alone that there was a master key.",
			secret: "encryption-master-key-0", lose: without("credentials-encryption-master-key-0", "secret-encryption-master-key-version-0", "secret-encryption-master-key"), waiting: true,
		},
		"Password": {
			reason: "Should not make another password, which the broker would not take.",
			secret: "rabbitmq-0", lose: without("credentials-rabbitmq-0"), waiting: true,
		},
		"PasswordWithoutStatus": {
			reason: "Should know from the broker that there was a password, when the status is lost too.",
			secret: "rabbitmq-0", lose: func(c *controlPlane) {
				without("credentials-rabbitmq-0", "secret-rabbitmq-version-0", "secret-rabbitmq")(c)
				delete(c.xr.Fields, "status")
			}, waiting: true,
		},
		"Emptied": {
			reason: "Should not fill a Secret that somebody emptied.",
			secret: "jwt-0", lose: func(c *controlPlane) { delete(c.observed["credentials-jwt-0"].GetResource().GetFields(), "data") }, waiting: true,
		},
		"RotatedOut": {
			reason: "Should make another value when the claim asks for one.",
			secret: "jwt-1", lose: without("credentials-jwt-0"), claim: platformtest.Set(1.0, "spec", "secrets", "rotation", "jwt"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := platform(t)
			c.settle()
			before := c.values()
			tc.lose(c)
			if tc.claim != nil {
				c.claim(tc.claim)
			}
			c.next()
			type outcome struct{ Lost, Fresh bool }
			got := outcome{strings.HasPrefix(c.ready(), lost), c.values()["credentials-"+tc.secret+" secretString"] != ""}
			if diff := cmp.Diff(outcome{tc.waiting, !tc.waiting}, got); diff != "" {
				t.Errorf("%s\n%s\n-want, +got:\n%s", tc.reason, c.ready(), diff)
			}
			c.settle()
			if tc.waiting && c.last.GetDesired().GetComposite().GetReady() != fnv1.Ready_READY_FALSE {
				t.Errorf("%s\nShould not call the platform ready while it lacks a value", tc.reason)
			}
			for k, v := range c.values() {
				if was, ok := before[k]; ok && was != v {
					t.Errorf("%s\n%s: Should stay as it was", tc.reason, k)
				}
			}
			if tc.waiting {
				c.bringBack("credentials-"+tc.secret, before)
			}
		})
	}
}

// bringBack fills a Secret that waits for a value, by the document alone, as docs/secrets.md says.
func (c *controlPlane) bringBack(secret string, before map[string]string) {
	c.t.Helper()
	if c.last.GetDesired().GetResources()[secret] == nil {
		c.t.Fatalf("%s: Should compose a Secret to be filled", secret)
	}
	data := map[string]*structpb.Value{"secretString": structpb.NewStringValue(layer.EncodeData(before[secret+" secretString"]))}
	o := proto.CloneOf(c.observed[secret])
	o.GetResource().Fields["data"] = structpb.NewStructValue(&structpb.Struct{Fields: data})
	c.observed[secret] = o
	c.settle()
	if diff := cmp.Diff(before, c.values()); diff != "" {
		c.t.Errorf("%s: Should go on with the value that was brought back: -before, +after:\n%s", secret, diff)
	}
	if !strings.HasPrefix(c.ready(), "Available") {
		c.t.Errorf("%s: Should be ready again, got %s", secret, c.ready())
	}
}

// TestLostNewest loses the value that a rotation has just made, while the former one is still there.
func TestLostNewest(t *testing.T) {
	c := platform(t)
	c.settle()
	c.claim(platformtest.Set(1.0, "spec", "secrets", "rotation", "redis"))
	c.next()
	c.next() // the new value is in use
	delete(c.observed, "credentials-redis-auth-1")
	c.next()
	if diff := cmp.Diff("morket-production-credentials-redis-auth-1", fields.In(c.spec("redis"), "forProvider", "authTokenSecretRef", "name")); diff != "" {
		t.Errorf("Should leave Redis as it is, and not give it the former token: -want, +got:\n%s", diff)
	}
	if c.values()["credentials-redis-auth-1 secretString"] != "" {
		t.Error("Should not make the lost value anew")
	}
}

// TestNothingUsedYet makes a value again as long as nothing knows it: the first one never reached the cluster.
func TestNothingUsedYet(t *testing.T) {
	c := platform(t)
	for range 4 {
		c.next()
		for name := range c.observed {
			if strings.HasPrefix(name, "credentials-") {
				delete(c.observed, name)
			}
		}
		if strings.Contains(c.ready(), "lost") {
			t.Fatalf("Should not take a value for lost that was never kept: %s", c.ready())
		}
	}
	for _, name := range []string{"redis", "rabbitmq", "opensearch", "secret-jwt-version-0"} {
		if c.last.GetDesired().GetResources()[name] != nil {
			t.Errorf("%s: Should wait for a value that is kept", name)
		}
	}
	c.settle()
	if !strings.HasPrefix(c.ready(), "Available") {
		t.Errorf("Should come up once Secrets can be kept, got %s", c.ready())
	}
}

// TestNoRandomness waits when there are no random numbers: a value that can be guessed is worse than none.
func TestNoRandomness(t *testing.T) {
	names := &structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue("data")}}
	rsp := layer.Run(&fnv1.RunFunctionRequest{
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: platformtest.XR(t, "staging", nil)}},
		Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(names)}},
	}, functions.Layers(io.LimitReader(rand.NewChaCha8([32]byte{}), 40)))
	for name, r := range rsp.GetDesired().GetResources() {
		if r.GetResource().GetFields()["data"] != nil {
			t.Errorf("%s: Should not be made without random numbers", name)
		}
	}
}

// TestImmutable makes Secrets that nobody can change, so that a value that is made twice cannot replace the first.
func TestImmutable(t *testing.T) {
	c := platform(t)
	c.born()
	for _, name := range c.desires("credentials-") {
		if !c.last.GetDesired().GetResources()[name].GetResource().GetFields()["immutable"].GetBoolValue() {
			t.Errorf("%s: Should be immutable", name)
		}
	}
}

// TestVersionsAreNotUpdated keeps two generations of a value apart: the provider notes which labels a version has, and an
// update of the former would take AWSCURRENT back from the next one.
func TestVersionsAreNotUpdated(t *testing.T) {
	c := platform(t)
	c.settle()
	c.claim(platformtest.Set(1.0, "spec", "secrets", "rotation", "redis"))
	c.next()
	c.next()
	versions := c.desires("secret-redis-auth-version-")
	if len(versions) != 2 {
		t.Fatalf("Should have both generations for a moment, got %v", versions)
	}
	for _, name := range versions {
		if diff := cmp.Diff([]any{"Create", "Observe", "LateInitialize"}, fields.In(c.spec(name), "managementPolicies")); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", name, diff)
		}
	}
}
