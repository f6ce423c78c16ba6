package plan_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// A knob is a field of the claim, another value for it, and what the change does in each environment.
//
// A verdict is a list of resources, each behind a sign: + created, - deleted, ~ changed in place, ± replaced by one beside it,
// ! refused by AWS, = of no effect; a resource that does not answer meanwhile ends in (outage). Where a * stands, names have a
// hash or a count. More than a dozen of a sign are counted. "refused"
// is a claim that is not taken, with the field that is the reason.
type knob struct {
	path  string // below spec
	value any
	// inProduction is another value for production, where the value is what production has.
	inProduction any
	// with are other fields that the value needs, in both claims, by path.
	with map[string]any
	// staging and production are the verdicts.
	staging, production string
}

// same is a verdict in production that is the one in staging.
const same = "same"

// TestKnobs turns every knob of the API once, in both environments.
func TestKnobs(t *testing.T) {
	missing := leaves(reflect.TypeFor[v1alpha1.MorketPlatformSpec](), "")
	for _, environment := range platformtest.Environments {
		example := input(t, environment, nil)
		for _, k := range knobs {
			t.Run(environment+"/"+k.path, func(t *testing.T) {
				want, value := k.staging, k.value
				if environment == "production" && k.production != same {
					want = k.production
				}
				if environment == "production" && k.inProduction != nil {
					value = k.inProduction
				}
				before := example
				if k.with != nil {
					before = input(t, environment, k.with)
				}
				got := verdict(change(t, before, input(t, environment, with(k.with, k.path, value))))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %v\n-want, +got:\n%s", k.path, value, diff)
				}
			})
		}
	}
	for _, k := range knobs {
		missing = slices.DeleteFunc(missing, func(path string) bool { return path == k.path })
	}
	// What is taken over is planned in test/adoption: it is about what there is, and not about what is wanted.
	missing = slices.DeleteFunc(missing, func(path string) bool { return strings.HasPrefix(path, "adopt.") })
	for _, path := range missing {
		t.Run(path, func(t *testing.T) { turn(t, path) })
	}
}

// turn turns a knob that the table lacks to other values that can be told from its defaults: something has to come of it.
func turn(t *testing.T, path string) {
	t.Helper()
	defaults := map[string]any{}
	for _, environment := range platformtest.Environments {
		v := platformtest.Once(t, platformtest.XR(t, environment, nil), nil).XR.AsMap()["status"].(map[string]any)["sizing"]
		for name := range strings.SplitSeq(path, ".") {
			below, _ := v.(map[string]any)
			v = below[name]
		}
		defaults[environment] = v
	}
	for _, environment := range platformtest.Environments {
		values := slices.Collect(maps.Values(defaults)) // another environment's
		switch v := defaults[environment].(type) {
		case bool:
			values = append(values, !v)
		case float64:
			values = append(values, v+1, v-1, v*2)
		}
		for _, v := range values {
			if v == defaults[environment] {
				continue
			}
			if p := change(t, input(t, environment, nil), input(t, environment, map[string]any{path: v})); len(p.Refused) == 0 && len(p.Changes) > 0 {
				return
			}
		}
	}
	t.Error("Should do something when it is turned, or be in the table: nobody uses it, or the test cannot tell another value for it")
}

// change plans a change.
func change(t testing.TB, was, next *plan.Input) *plan.Plan {
	t.Helper()
	p, err := plan.Change(platformtest.Renderer(t), was, next)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// input is an environment's example with fields set, by path below spec.
func input(t testing.TB, environment string, fields map[string]any) *plan.Input {
	t.Helper()
	claim := platformtest.Claim(t, environment)
	for path, v := range fields {
		platformtest.Set(v, append([]string{"spec"}, strings.Split(path, ".")...)...)(claim)
	}
	return &plan.Input{Name: environment + ".yaml", Platform: claim}
}

func with(fields map[string]any, path string, v any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, fields)
	out[path] = v
	return out
}

// verdict is a plan in a line, as the table has it.
func verdict(p *plan.Plan) string {
	if len(p.Refused) > 0 {
		field, _, _ := strings.Cut(p.Refused[0], ": ")
		return "refused " + field
	}
	signs := map[plan.Action]string{plan.Refuse: "!", plan.Delete: "-", plan.Replace: "±", plan.Update: "~", plan.Create: "+", plan.Ignore: "="}
	bySign := map[string][]string{}
	for _, c := range p.Changes {
		name := plan.Stem(c.Name)
		if slices.ContainsFunc(c.Impacts, func(i plan.Impact) bool { return i.Outage }) {
			name += "(outage)"
		}
		if slices.ContainsFunc(c.Impacts, func(i plan.Impact) bool { return i.Loss }) {
			name += "(loss)"
		}
		bySign[signs[c.Action]] = append(bySign[signs[c.Action]], name)
	}
	var out []string
	for _, sign := range []string{"!", "-", "±", "~", "+", "="} {
		const most = 12
		names := bySign[sign]
		if len(names) > most {
			out = append(out, fmt.Sprintf("%s%d", sign, len(names)))
			continue
		}
		for _, n := range names {
			out = append(out, sign+n)
		}
	}
	return strings.Join(out, " ")
}

// leaves are the fields of the API's types that hold a value, below spec. Those of one service stand for those of all.
func leaves(typ reflect.Type, path string) []string {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return []string{strings.TrimPrefix(path, ".")}
	}
	var out []string
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if typ == reflect.TypeFor[v1alpha1.Services]() && name != "backend" && name != "temporalServer" {
			continue
		}
		out = append(out, leaves(f.Type, path+"."+name)...)
	}
	return out
}
