package functions_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// request is what Crossplane would send to compose every layer.
func request(xr *structpb.Struct, observed map[string]*fnv1.Resource) *fnv1.RunFunctionRequest {
	names := &structpb.ListValue{}
	for _, l := range functions.Layers(platformtest.Random()) {
		names.Values = append(names.Values, structpb.NewStringValue(l.Name))
	}
	return &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "test"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: observed},
		Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(names)}},
	}
}

// fatal is the message of a Fatal result, empty if there is none. A bug that a recover caught fails the test.
func fatal(t *testing.T, rsp *fnv1.RunFunctionResponse) string {
	t.Helper()
	for _, r := range rsp.GetResults() {
		if r.GetReason() == "InternalError" {
			t.Fatalf("panicked: %s", r.GetMessage())
		}
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			if r.GetMessage() == "" {
				t.Fatal("a Fatal should say what is wrong")
			}
			return r.GetMessage()
		}
	}
	return ""
}

// FuzzSpec: whatever stands in a composite resource, the answer is either resources or a Fatal. (design rule 2)
func FuzzSpec(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"metadata":{"name":"a"},"spec":{"environment":"staging","accountId":"111122223333","region":"us-east-1"}}`)
	f.Add(`{"metadata":{"name":"a"},"spec":{"environment":"production","accountId":"111122223333","region":"eu-west-1","network":{"cidr":"10.0.0.0/22","availabilityZones":["eu-west-1a","eu-west-1b","eu-west-1c"],"natGateways":3}}}`)
	f.Add(`{"metadata":{"name":"a"},"spec":{"environment":"staging","accountId":"111122223333","region":"us-east-1","network":null,"compute":{"services":{"backend":null}},"tags":{"":""}}}`)
	f.Add(`{"metadata":{"name":"a","labels":7,"creationTimestamp":3},"spec":{"environment":1,"network":[]},"status":{"network":{"availabilityZones":[1,null]},"conditions":"x"}}`)
	f.Add(`{"metadata":{"name":"a"},"spec":{"environment":"staging","accountId":"111122223333","region":"us-east-1","namePrefix":"-","network":{"natGateways":-2147483648,"allowedCidrs":["x"]}}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		xr := &structpb.Struct{}
		if err := xr.UnmarshalJSON([]byte(raw)); err != nil {
			t.Skip("not an object that a request can hold")
		}
		rsp := layer.Run(request(xr, nil), functions.Layers(platformtest.Random()))
		if message := fatal(t, rsp); (message == "") == (len(rsp.GetDesired().GetResources()) == 0) {
			t.Fatalf("want either resources or a Fatal, got %d resources and %q", len(rsp.GetDesired().GetResources()), message)
		}
		if _, err := proto.Marshal(rsp); err != nil {
			t.Fatalf("the response cannot be sent: %v", err)
		}
	})
}

// mangle damages an observed state: resources disappear, lose all or part of their status, or hold nonsense.
func mangle(observed map[string]*fnv1.Resource, seed uint64) map[string]*fnv1.Resource {
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // to repeat a test, not to keep a secret
	damage := random.IntN(100)
	out := make(map[string]*fnv1.Resource)
	for _, name := range slices.Sorted(maps.Keys(observed)) {
		if random.IntN(100) >= damage {
			out[name] = observed[name]
			continue
		}
		r := proto.CloneOf(observed[name])
		o := r.GetResource()
		if fields.Text(o, "kind") == "Secret" && fields.Text(o, "apiVersion") == "v1" {
			if mangleSecret(o, random.IntN(4)) {
				out[name] = r
			}
			continue
		}
		switch random.IntN(7) {
		case 0:
			continue // gone
		case 1:
			delete(o.Fields, "status")
		case 2:
			o.Fields["status"] = structpb.NewStringValue("nonsense")
		case 3: // any field of what AWS said
			at := fields.Below(o, "status", "atProvider")
			for _, k := range slices.Sorted(maps.Keys(at)) {
				if random.IntN(2) == 0 {
					delete(at, k)
				}
			}
		case 4:
			at := fields.Below(o, "status", "atProvider")
			for _, k := range slices.Sorted(maps.Keys(at)) {
				at[k] = structpb.NewNumberValue(7)
			}
		case 5:
			o.GetFields()["status"].GetStructValue().Fields["conditions"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewNullValue()}})
		case 6:
			o.Fields["spec"] = structpb.NewNullValue()
		}
		out[name] = r
	}
	return out
}

// mangleSecret damages a Kubernetes Secret, and says whether it is still there.
func mangleSecret(o *structpb.Struct, how int) bool {
	switch how {
	case 0:
		return false
	case 1:
		delete(o.Fields, "data")
	case 2:
		o.Fields["data"] = structpb.NewStringValue("nonsense")
	case 3:
		delete(fields.Below(o, "data"), "value")
	}
	return true
}

// checkNothingDropped is design rule 1: what is observed and wanted is desired, under the name that it has.
func checkNothingDropped(t *testing.T, xr *structpb.Struct, wanted *render.Result, observed map[string]*fnv1.Resource) {
	t.Helper()
	rsp := layer.Run(request(xr, observed), functions.Layers(platformtest.Random()))
	if message := fatal(t, rsp); message != "" {
		t.Fatalf("a damaged observed state is not the user's fault: %s", message)
	}
	for name, o := range observed {
		if wanted.Resources[name] == nil {
			continue
		}
		d := rsp.GetDesired().GetResources()[name].GetResource()
		if d == nil {
			t.Fatalf("%s exists and is wanted, but would be deleted", name)
		}
		was := fields.Text(o.GetResource(), "metadata", "name")
		if now := fields.Text(d, "metadata", "name"); was != now {
			t.Fatalf("%s would be renamed from %q to %q", name, was, now)
		}
		if was, now := fields.Text(o.GetResource(), "kind"), fields.Text(d, "kind"); was != now {
			t.Fatalf("%s would change from a %s to a %s", name, was, now)
		}
		if was := secretString(o.GetResource()); was != "" && was != secretString(d) {
			t.Fatalf("%s would get another value", name)
		}
	}
}

// secretString is what a Kubernetes Secret of the platform keeps for Secrets Manager, empty for everything else.
func secretString(o *structpb.Struct) string {
	return fields.Text(o, "data", "secretString")
}

// FuzzObserved: whatever is missing from what was observed, nothing that exists and is wanted is dropped. (design rule 1)
func FuzzObserved(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed, seed%2 == 0)
	}
	type known struct {
		xr       *structpb.Struct
		wanted   *render.Result
		observed map[string]*fnv1.Resource
	}
	platforms := map[bool]known{}
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(f, env, nil)
		wanted := platformtest.Eventually(f, xr)
		platforms[env == "production"] = known{xr, wanted, platformtest.Observed(wanted)}
	}
	f.Fuzz(func(t *testing.T, seed uint64, production bool) {
		p := platforms[production]
		checkNothingDropped(t, p.xr, p.wanted, mangle(p.observed, seed))
	})
}

// TestEachObservedAlone is design rule 1 for the extremes: one resource exists and nothing else, and all but one do.
func TestEachObservedAlone(t *testing.T) {
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		wanted := platformtest.Eventually(t, xr)
		observed := platformtest.Observed(wanted)
		for name, o := range observed {
			checkNothingDropped(t, xr, wanted, map[string]*fnv1.Resource{name: o})
			others := maps.Clone(observed)
			delete(others, name)
			checkNothingDropped(t, xr, wanted, others)
		}
	}
}

// TestChangedKnobs is design rule 1 for a platform that exists and whose claim changes what can change.
func TestChangedKnobs(t *testing.T) {
	before := platformtest.Observed(platformtest.Eventually(t, platformtest.XR(t, "production", nil)))
	cases := map[string]struct {
		reason string
		change func(map[string]any)
		gone   []string // prefixes of what may go
	}{
		"FewerNATs":    {"Should drop nothing before the route has moved.", platformtest.Set(1.0, "spec", "network", "natGateways"), nil},
		"ThirdZone":    {"Should only add.", platformtest.Set([]any{"us-east-1a", "us-east-1b", "us-east-1c"}, "spec", "network", "availabilityZones"), nil},
		"NoEndpoint":   {"Should drop the endpoint and nothing else.", platformtest.Set(false, "spec", "network", "s3Endpoint"), []string{"endpoint-s3"}},
		"Allowed":      {"Should drop the rules of the range that went.", platformtest.Set([]any{"203.0.113.0/24"}, "spec", "network", "allowedCidrs"), []string{"sg-alb-from-0-0-0-0-0-"}},
		"Unguarded":    {"Should not even drop the guard before all has been told that it may go.", platformtest.Set(false, "spec", "deletionProtection"), nil},
		"FewerReaders": {"Should drop the reader, and what watches it.", platformtest.Set(0.0, "spec", "data", "aurora", "readers"), []string{"aurora-1", "alarm-aurora-1-"}},
		"Rotation":     {"Should drop no value before the next one has taken over.", platformtest.Set(1.0, "spec", "secrets", "rotation", "redis"), nil},
		"Instance":     {"Should keep instance and volume through a change of type.", platformtest.Set("m6i.2xlarge", "spec", "data", "clickHouse", "instanceType"), nil},
		"Image":        {"Should drop no revision before services have moved.", platformtest.Set("next", "spec", "images", "tag"), nil},
		"Size":         {"Should drop no revision of a service that is resized.", platformtest.Set(map[string]any{"cpu": 1024.0, "memory": 2048.0}, "spec", "compute", "services", "backend"), nil},
		"Fixed":        {"Should drop what scales a service and nothing else.", platformtest.Set(false, "spec", "compute", "services", "backend", "scaling", "enabled"), []string{"scaling-backend"}},
		"APIName":      {"Should drop no certificate before the load balancer has another; only what waited for it to be issued.", platformtest.Set("backend.morket.io", "spec", "domain", "apiName"), []string{"certificate-alb-28b1664a-validation", "record-api-"}},
		"Emails":       {"Should drop the subscription of the address that went.", platformtest.Set([]any{"b@example.com"}, "spec", "monitoring", "emails"), []string{"subscription-"}},
		"Threshold":    {"Should drop nothing when a threshold changes.", platformtest.Set(1.0, "spec", "monitoring", "alarms", "errorsPerMinute"), nil},
		"OneNode":      {"Should drop what watches the nodes that went.", platformtest.Set(1.0, "spec", "data", "redis", "nodes"), []string{"alarm-redis-002-"}},
		"Retention":    {"Should drop nothing when a knob turns.", platformtest.Set(90.0, "spec", "network", "flowLogs", "retentionDays"), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := platformtest.Once(t, platformtest.XR(t, "production", tc.change), before)
			for name := range before {
				may := slices.ContainsFunc(tc.gone, func(p string) bool { return strings.HasPrefix(name, p) })
				if dropped := got.Resources[name] == nil; dropped != may {
					t.Errorf("\n%s\n%s: dropped %v, want %v", tc.reason, name, dropped, may)
				}
			}
		})
	}
}
