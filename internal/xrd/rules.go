package xrd

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The API server's limits for one evaluation and for all of one object's, in CEL's units of cost.
const (
	callLimit   = 1_000_000
	objectLimit = 10_000_000
)

// A rule is one entry of x-kubernetes-validations.
type rule struct {
	Rule              string `json:"rule"`
	Message           string `json:"message"`
	MessageExpression string `json:"messageExpression"`
	Reason            string `json:"reason"`
	FieldPath         string `json:"fieldPath"`
	OptionalOldSelf   bool   `json:"optionalOldSelf"`

	program    *program
	expression *program // of the message
}

// A program is a compiled CEL expression.
type program struct {
	cel.Program

	usesOldSelf bool
}

// A compiler compiles CEL expressions, each only once: claim and composite resource have the same ones.
//
// self is of dynamic type. The API server knows its type and so refuses a rule with a misspelt field when the
// definition is applied (xrdtest.CheckCost does the same in our tests); what a sound rule says of an object is the same.
type compiler struct {
	env  *cel.Env
	done map[string]*program
}

func newCompiler() (*compiler, error) {
	env, err := cel.NewEnv(
		cel.Variable("self", cel.DynType),
		cel.Variable("oldSelf", cel.DynType),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(ext.StringsVersion(2)),
		ext.Sets(),
		networks(),
	)
	if err != nil {
		return nil, fmt.Errorf("cannot make the CEL environment: %w", err)
	}
	return &compiler{env: env, done: map[string]*program{}}, nil
}

func (c *compiler) compile(expression string, want *cel.Type) (*program, error) {
	if p, ok := c.done[expression]; ok {
		return p, nil
	}
	ast, issues := c.env.Compile(expression)
	if issues.Err() != nil {
		return nil, fmt.Errorf("cannot compile %q (of Kubernetes' own CEL functions, this package has those for IP addresses and CIDRs only): %w", expression, issues.Err())
	}
	if t := ast.OutputType(); t != want && t != cel.DynType {
		return nil, fmt.Errorf("expression %q gives a %s, not a %s", expression, t, want)
	}
	prg, err := c.env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(callLimit))
	if err != nil {
		return nil, fmt.Errorf("cannot compile %q: %w", expression, err)
	}
	p := &program{Program: prg}
	for _, r := range ast.NativeRep().ReferenceMap() {
		p.usesOldSelf = p.usesOldSelf || r.Name == "oldSelf"
	}
	c.done[expression] = p
	return p, nil
}

func (r *rule) prepare(c *compiler) error {
	var err error
	if r.program, err = c.compile(r.Rule, cel.BoolType); err != nil {
		return err
	}
	if r.MessageExpression != "" {
		if r.expression, err = c.compile(r.MessageExpression, cel.StringType); err != nil {
			return err
		}
	}
	if strings.ContainsAny(r.FieldPath, `[]'`) {
		return fmt.Errorf("fieldPath %q: only names after dots are supported", r.FieldPath)
	}
	return nil
}

// text is what names a rule in an error.
func (r *rule) text() string {
	if r.Message != "" {
		return strings.TrimSpace(r.Message)
	}
	return strings.TrimSpace(r.Rule)
}

// rules evaluates the rules of v's schema and of everything below, and returns whether there is budget left.
func (t *visit) rules(at *field.Path, s *schema, v any, c correlation, root bool) bool {
	if s == nil || !s.hasRules || v == nil {
		return true
	}
	c = c.at(s, v)
	if len(s.XValidations) > 0 && !t.rulesOf(at, s, v, c, root) {
		return false
	}
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			if !t.rules(child(at, s, name), s.below(name), e, c.field(name), false) {
				return false
			}
		}
	case []any:
		for i, e := range v {
			if !t.rules(at.Index(i), s.Items, e, c.item(s, e), false) {
				return false
			}
		}
	}
	return true
}

func (t *visit) rulesOf(at *field.Path, s *schema, v any, c correlation, root bool) bool {
	vars := map[string]any{"self": toCEL(s, v, root), "oldSelf": nil}
	optional := map[string]any{"self": vars["self"], "oldSelf": types.OptionalNone}
	hasOld := c.known && c.old != nil
	if hasOld {
		old := toCEL(s, c.old, root)
		vars["oldSelf"], optional["oldSelf"] = old, types.OptionalOf(types.DefaultTypeAdapter.NativeToValue(old))
	}
	for _, r := range s.XValidations {
		if r.program.usesOldSelf && !hasOld && !r.OptionalOldSelf {
			continue
		}
		in := vars
		if r.OptionalOldSelf {
			in = optional
		}
		out, err := t.eval(r.program, in)
		if errors.Is(err, errBudget) {
			t.errs = append(t.errs, field.Invalid(at, s.Type, "validation failed due to running out of cost budget, no further validation rules will be run"))
			return false
		}
		if err != nil {
			t.errs = append(t.errs, evalError(at, s, r, err))
			continue
		}
		if out == types.True || !r.program.usesOldSelf && c.unchanged {
			continue
		}
		t.errs = append(t.errs, t.failed(at, s, v, r, in))
	}
	return true
}

var errBudget = errors.New("out of budget")

// eval evaluates a program at the expense of the object's budget.
func (t *visit) eval(p *program, in map[string]any) (ref.Val, error) {
	out, details, err := p.Eval(in)
	if details != nil && details.ActualCost() != nil {
		cost := *details.ActualCost()
		if cost > objectLimit-t.cost {
			return nil, errBudget
		}
		t.cost += cost
	}
	return out, err
}

func evalError(at *field.Path, s *schema, r *rule, err error) *field.Error {
	switch {
	case strings.HasPrefix(err.Error(), "no such overload"):
		return field.Invalid(at, s.Type, fmt.Sprintf("'%v': call arguments did not match a supported operator, function or macro signature for rule: %v", err, r.text()))
	case strings.HasPrefix(err.Error(), "operation cancelled: actual cost limit exceeded"):
		return field.Invalid(at, s.Type, fmt.Sprintf("'%v': no further validation rules will be run due to call cost exceeds limit for rule: %v", err, r.text()))
	default:
		return field.Invalid(at, s.Type, fmt.Sprintf("%v evaluating rule: %v", err, r.text()))
	}
}

// failed is what a rule says that is not met.
func (t *visit) failed(at *field.Path, s *schema, v any, r *rule, in map[string]any) *field.Error {
	detail := r.text()
	if r.Message == "" {
		detail = "failed rule: " + detail
	}
	if r.expression != nil {
		out, err := t.eval(r.expression, in)
		if msg, ok := out.(types.String); err == nil && ok && strings.TrimSpace(string(msg)) != "" && !strings.Contains(string(msg), "\n") {
			detail = strings.TrimSpace(string(msg))
		}
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(r.FieldPath, "."), ".") {
		if name != "" {
			at = at.Child(name)
		}
	}
	if s.Type == "object" || s.Type == "array" {
		v = field.OmitValueType{}
	}
	switch r.Reason {
	case "FieldValueForbidden":
		return field.Forbidden(at, detail)
	case "FieldValueRequired":
		return field.Required(at, detail)
	case "FieldValueDuplicate":
		return field.Duplicate(at, v)
	default:
		return field.Invalid(at, v, detail)
	}
}

// toCEL gives a JSON value the shape that rules see: only fields of the schema, under names that CEL can say.
func toCEL(s *schema, v any, root bool) any {
	if s == nil {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			p, ok := s.Properties[name]
			switch {
			case ok && root && name == "metadata":
				out[name] = ruleMetadata(e)
			case ok && s.celNames[name] != "":
				out[s.celNames[name]] = toCEL(p, e, false)
			case !ok && s.AdditionalProperties != nil:
				out[name] = toCEL(s.AdditionalProperties, e, false)
			case !ok && s.XPreserveUnknownFields:
				out[name] = e
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = toCEL(s.Items, e, false)
		}
		if s.XListType == "set" || s.XListType == "map" {
			return newUnordered(v, out)
		}
		return out
	case float64:
		if s.Type == "integer" && v == math.Trunc(v) {
			return int64(v)
		}
		return v
	case int64:
		if s.Type == "number" {
			return float64(v)
		}
		return v
	default:
		return v
	}
}

// ruleMetadata is what rules may see of an object's metadata.
func ruleMetadata(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, name := range []string{"name", "generateName"} {
		if e, ok := m[name]; ok {
			out[name] = e
		}
	}
	return out
}

// An unordered is a list whose order means nothing when it is compared: a set, or a map by keys.
type unordered struct {
	traits.Lister

	entries map[string]bool // in JSON
}

// newUnordered makes a list of which v is the JSON and elems what rules see.
func newUnordered(v, elems []any) ref.Val {
	list := types.NewDynamicList(types.DefaultTypeAdapter, elems)
	entries := make(map[string]bool, len(v))
	for _, e := range v {
		b, err := json.Marshal(e)
		if err != nil {
			return list
		}
		entries[string(b)] = true
	}
	return unordered{Lister: list, entries: entries}
}

// Equal compares lists as sets.
func (u unordered) Equal(other ref.Val) ref.Val {
	o, ok := other.(unordered)
	if !ok {
		return u.Lister.Equal(other)
	}
	if len(u.entries) != len(o.entries) {
		return types.False
	}
	for e := range u.entries {
		if !o.entries[e] {
			return types.False
		}
	}
	return types.True
}

// celReserved are the words that CEL keeps to itself.
var celReserved = map[string]bool{
	"true": true, "false": true, "null": true, "in": true, "as": true, "break": true, "const": true, "continue": true,
	"else": true, "for": true, "function": true, "if": true, "import": true, "let": true, "loop": true, "package": true,
	"namespace": true, "return": true, "var": true, "void": true, "while": true,
}

// celName is the name of a field in a rule, as k8s.io/apiserver/pkg/cel escapes it. There is none for a name that no
// escape makes an identifier.
func celName(name string) (string, bool) {
	if celReserved[name] {
		return "__" + name + "__", true
	}
	if name == "" || '0' <= name[0] && name[0] <= '9' {
		return "", false
	}
	escaped := strings.NewReplacer("__", "__underscores__", ".", "__dot__", "-", "__dash__", "/", "__slash__").Replace(name)
	for _, c := range escaped {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return "", false
		}
	}
	return escaped, true
}
