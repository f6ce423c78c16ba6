package observability_test

import (
	"maps"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// standIns are what other layers compose and AWS gives a name that alarms need. They stand in where those layers are not
// there, or the test says that AWS has not answered yet.
var standIns = map[string]map[string]any{
	"alb":        {"apiVersion": "elbv2.aws.upbound.io/v1beta2", "kind": "LB", "arnSuffix": "app/morket/50dc6c495c0c9188"},
	"clickhouse": {"apiVersion": "ec2.aws.upbound.io/v1beta2", "kind": "Instance", "id": "i-0123456789abcdef0"},
}

// standIn is an observed resource with one field that AWS made up.
func standIn(t *testing.T, name string) *fnv1.Resource {
	t.Helper()
	at := map[string]any{}
	for _, field := range []string{"arnSuffix", "id"} {
		if v, ok := standIns[name][field]; ok {
			at[field] = v
		}
	}
	o, err := structpb.NewStruct(map[string]any{
		"apiVersion": standIns[name]["apiVersion"], "kind": standIns[name]["kind"], "metadata": map[string]any{"name": name},
		"spec": map[string]any{"forProvider": map[string]any{}}, "status": map[string]any{"atProvider": at},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &fnv1.Resource{Resource: o}
}

// wholes are the platforms of the example claims as they are, rendered once. Tests do not change results.
var wholes = map[string]func() (*render.Result, map[string]*fnv1.Resource){}

// whole is a platform of which everything exists, and what is observed of it.
func whole(t *testing.T, environment string, changes ...func(map[string]any)) (r *render.Result, observed map[string]*fnv1.Resource) {
	t.Helper()
	if len(changes) > 0 {
		return newWhole(t, environment, changes...)
	}
	if wholes[environment] == nil {
		r, observed := newWhole(t, environment)
		wholes[environment] = func() (*render.Result, map[string]*fnv1.Resource) {
			clones := make(map[string]*fnv1.Resource, len(observed))
			for name, o := range observed {
				clones[name] = proto.CloneOf(o)
			}
			return r, clones
		}
	}
	return wholes[environment]()
}

func newWhole(t *testing.T, environment string, changes ...func(map[string]any)) (r *render.Result, observed map[string]*fnv1.Resource) {
	t.Helper()
	xr := platformtest.XR(t, environment, func(o map[string]any) {
		for _, c := range changes {
			c(o)
		}
	})
	observed = platformtest.Observed(platformtest.Eventually(t, xr))
	missing := map[string]*fnv1.Resource{}
	for name := range standIns {
		if observed[name] == nil {
			missing[name] = standIn(t, name)
		}
	}
	maps.Copy(observed, missing)
	r = platformtest.Once(t, xr, observed)

	// What needed those names is observed, too.
	desired := map[string]*fnv1.Resource{}
	for name, o := range r.Resources {
		desired[name] = &fnv1.Resource{Resource: o}
	}
	observed = simulate.Provider(desired, observed)
	maps.Copy(observed, missing)
	return r, observed
}

// parameters are a resource's.
func parameters(o *structpb.Struct) map[string]any {
	return fields.Object(o, "spec", "forProvider").AsMap()
}

// ofKind are the resources of a kind by name.
func ofKind(r *render.Result, kind string) map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, o := range r.Resources {
		if fields.Text(o, "kind") == kind {
			out[name] = o
		}
	}
	return out
}

// atProvider is a string below a resource's status.
func atProvider(r *fnv1.Resource, field string) string {
	return fields.Lookup(fields.Object(r.GetResource(), "status", "atProvider"), field).GetStringValue()
}

// alarms are those that tell somebody, by name without "alarm-". A scaling policy's tell nobody.
func alarms(r *render.Result, environment string) map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, o := range ofKind(r, "MetricAlarm") {
		actions, _ := parameters(o)["alarmActions"].([]any)
		for _, a := range actions {
			if a == "arn:aws:sns:us-east-1:111122223333:morket-"+environment+"-alarms" {
				out[strings.TrimPrefix(name, "alarm-")] = o
			}
		}
	}
	return out
}
