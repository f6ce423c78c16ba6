package xrdtest

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/internal/xrd"
)

// definitions are the toy, which has one of everything, and the platform's own once it is generated.
var definitions = []string{"../testdata/definition.yaml", "../../../apis/definition.yaml"}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there yet", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCheckCost(t *testing.T) {
	for _, path := range definitions {
		t.Run(path, func(t *testing.T) {
			if err := CheckCost(read(t, path)); err != nil {
				t.Error(strings.ReplaceAll(err.Error(), ", spec.", ",\nspec."))
			}
		})
	}

	toy := string(read(t, definitions[0]))
	cases := map[string]struct {
		reason  string
		replace []string
		want    string
	}{
		"Cost": {
			reason:  "Should refuse a rule below a list without a limit, because it may cost anything.",
			replace: []string{"maxItems: 3\n                    minItems: 2\n                    items: {type: string, maxLength: 16}", "items: {type: string}", "self.all(z, z.matches('^[a-z]+-[0-9]$'))", "self.all(a, self.all(b, a != b))"},
			want:    "estimated rule cost exceeds budget",
		},
		"Default": {
			reason:  "Should refuse a default that breaks its own schema.",
			replace: []string{"default: 2\n", "default: 20\n"},
			want:    "should be less than or equal to 10",
		},
		"Field": {
			reason:  "Should refuse a rule with a field that the schema does not have, which package xrd cannot see.",
			replace: []string{"has(self.domain)", "has(self.domian)"},
			want:    "undefined field 'domian'",
		},
		"Structural": {
			reason:  "Should refuse a schema that is not structural.",
			replace: []string{"phase: {type: string}", "phase: {}"},
			want:    "must not be empty for specified object fields",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := CheckCost([]byte(strings.NewReplacer(tc.replace...).Replace(toy)))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestSame holds package xrd against the API server for objects that are mostly wrong.
func TestSame(t *testing.T) {
	for _, path := range definitions {
		t.Run(path, func(t *testing.T) {
			c := newComparison(t, read(t, path))
			for seed := range uint64(1000) {
				c.compare(t, seed)
			}
		})
	}
}

func FuzzSame(f *testing.F) {
	c := newComparison(f, read(f, definitions[0]))
	f.Add(uint64(0))
	f.Fuzz(c.compare)
}

type comparison struct {
	server *Server
	ours   *xrd.Schema
	kinds  []string
}

func newComparison(t testing.TB, definition []byte) *comparison {
	t.Helper()
	server, err := New(definition)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := xrd.Load(definition)
	if err != nil {
		t.Fatal(err)
	}
	return &comparison{server: server, ours: ours, kinds: slices.Sorted(maps.Keys(server.kinds))}
}

func (c *comparison) compare(t *testing.T, seed uint64) {
	t.Helper()
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // Repeatable on purpose.
	g.wrong = []float64{0, 0.02, 0.1, 0.4}[seed%4]
	kind := c.kinds[g.IntN(len(c.kinds))]
	k := c.server.kinds[kind]
	obj := func() map[string]any {
		o, _ := g.value(k.structural, 0).(map[string]any)
		if o == nil {
			o = map[string]any{}
		}
		o["apiVersion"], o["kind"] = k.apiVersion, kind
		o["metadata"] = map[string]any{"name": pick(g, "toy", "toy", "toy", "Toy", "1toy", "a.b", "", strings.Repeat("a", 64)), "labels": map[string]any{pick(g, "a", "a b"): pick(g, "b", "-")}}
		return o
	}
	want := obj()
	wrong := g.wrong
	g.wrong = 0 // The API server would not have let the old one in.
	old := obj()
	g.wrong = wrong
	if g.IntN(3) > 0 { // An update of a part.
		want = runtime.DeepCopyJSON(old)
		o := obj()
		for _, half := range []string{"spec", "status"} {
			a, okA := want[half].(map[string]any)
			b, okB := o[half].(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(b)) {
				if okA && okB && g.IntN(4) == 0 {
					a[name] = b[name]
				}
			}
		}
	}

	got := runtime.DeepCopyJSON(want)
	c.server.Default(want)
	c.ours.Default(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("seed %d: defaults: -API server, +ours:\n%s", seed, diff)
	}
	c.server.Default(old)

	unknown := c.server.Unknown(want)
	if diff := cmp.Diff(lines(c.server.Create(want), unknown), problems(c.ours.Validate(want)), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("seed %d: create: -API server, +ours:\n%s\nobject: %v", seed, diff, want)
	}
	if diff := cmp.Diff(lines(c.server.Update(want, old), unknown), withoutMetadata(problems(c.ours.ValidateUpdate(want, old))), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("seed %d: update: -API server, +ours:\n%s\nobject: %v\nold: %v", seed, diff, want, old)
	}
}

// lines are the API server's errors as package xrd prints them.
func lines(errs field.ErrorList, unknown []string) []string {
	var out []string
	for _, u := range unknown {
		out = append(out, u+`: unknown field "`+u+`"`)
	}
	for _, err := range errs {
		// It says so twice, and does not say where.
		if strings.HasPrefix(err.Detail, "Checked value must be of type") {
			continue
		}
		out = append(out, strings.TrimPrefix(err.Error(), "<nil>: "))
	}
	slices.Sort(out)
	return out
}

func problems(ps []xrd.Problem) []string {
	var out []string
	for _, p := range ps {
		if strings.Contains(p.Message, "some validation rules were not checked") {
			continue
		}
		out = append(out, p.String())
	}
	slices.Sort(out)
	return out
}

// withoutMetadata drops what the API server checks elsewhere on updates.
func withoutMetadata(lines []string) []string {
	return slices.DeleteFunc(lines, func(s string) bool {
		return strings.Contains(s, "field is immutable") || strings.HasPrefix(s, "metadata.labels: ")
	})
}

// A generator makes values for a schema, some of them wrong.
type generator struct {
	*rand.Rand

	wrong float64
}

func pick[T any](g *generator, of ...T) T { return of[g.IntN(len(of))] }

func (g *generator) value(s *schema.Structural, depth int) any {
	if g.Float64() < g.wrong && depth > 1 {
		return pick[any](g, nil, "x", "", "10.0.0.0/16", int64(3), 0.5, true, []any{}, []any{"a", "a"}, []any{map[string]any{}}, map[string]any{}, map[string]any{"a": int64(1)})
	}
	if v := s.ValueValidation; v != nil && len(v.Enum) > 0 {
		return pick(g, v.Enum...).Object
	}
	switch s.Type {
	case "object":
		return g.object(s, depth)
	case "array":
		var out []any
		for range g.IntN(5) {
			out = append(out, g.value(s.Items, depth+1))
		}
		if out == nil {
			return []any{}
		}
		return out
	case "integer":
		return pick(g, int64(g.IntN(12)), int64(5*g.IntN(12)), int64(g.IntN(4000)))
	case "number":
		return pick[any](g, 0.25, 0.5, 1.25, 1.5, int64(1), 2.5)
	case "boolean":
		return g.IntN(2) == 0
	default:
		return g.text(s)
	}
}

func (g *generator) text(s *schema.Structural) any {
	if s.Default.Object != nil && g.IntN(2) == 0 {
		return s.Default.Object
	}
	if v := s.ValueValidation; v != nil && v.Format == "date-time" && g.IntN(4) > 0 {
		return pick(g, "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.5+01:00", "2026-11-23", "2026-13-23T10:00:00Z", "2026-11-23t10:00:00z")
	}
	return pick(g,
		"a", "b", "eu-1", "eu-2", "eu-west-1", "us-east-1", "us-east-1a", "us-east-1b", "10.0.0.0/16", "10.1.0.0/16", "10.0.0.1/16", "11.0.0.0/16",
		"10.0.0.0/24", "fd00::/8", "::ffff:10.0.0.0/120", "", "é", "über", "UPPER", "with space", "111122223333", "latest", "db.r6g.large",
		"morket.io", "15.8", "03:00-04:00", "OpenSearch_2.19", "arn:aws:acm:us-east-1:111122223333:certificate/1", strings.Repeat("a", 17), strings.Repeat("é", 300))
}

func (g *generator) object(s *schema.Structural, depth int) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		required := s.ValueValidation != nil && slices.Contains(s.ValueValidation.Required, name)
		if depth > 0 && g.Float64() > 0.3 && (!required || g.Float64() < g.wrong) {
			continue
		}
		out[name] = g.value(&p, depth+1)
	}
	if s.AdditionalProperties != nil {
		for range g.IntN(4) {
			out[pick(g, "a", "b", "c", "aws:x", "Owner")] = g.value(s.AdditionalProperties.Structural, depth+1)
		}
	}
	if g.Float64() < g.wrong/4 {
		out["unknown"] = "x"
	}
	return out
}
