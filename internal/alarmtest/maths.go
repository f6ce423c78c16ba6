package alarmtest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maths evaluates metric maths: numbers, ids, + - * /, parentheses, FILL(series, number), and SUM and MAX of a list. What
// else there is, the platform does not use, and it is refused. ("Using metric math" in the CloudWatch user guide)
type maths struct {
	length   int // of every series
	unknown  Unknown
	values   map[string]value
	formulas map[string]string

	rest string // of the formula that is being read
}

// A value is a series with NaN where it has no data, or a list of series, or else a number.
type value struct {
	series []float64
	list   [][]float64
	number float64
}

// empty says whether a value is a series that has no data at all.
func (v value) empty() bool {
	for _, x := range v.series {
		if !math.IsNaN(x) {
			return false
		}
	}
	return v.series != nil
}

// lookup returns a metric or the value of another expression.
func (m *maths) lookup(id string) (value, error) {
	if v, ok := m.values[id]; ok {
		return v, nil
	}
	formula, ok := m.formulas[id]
	if !ok {
		return value{}, fmt.Errorf("nothing has the id %q", id)
	}
	delete(m.formulas, id) // a circle ends here
	inner := &maths{length: m.length, unknown: m.unknown, values: m.values, formulas: m.formulas, rest: formula}
	v, err := inner.sum()
	if err != nil {
		return value{}, fmt.Errorf("%s: %w", formula, err)
	}
	inner.skip()
	if inner.rest != "" {
		return value{}, fmt.Errorf("%s: unexpected %q", formula, inner.rest)
	}
	if v.series == nil {
		return value{}, fmt.Errorf("%s: is no time series", formula)
	}
	m.values[id] = v
	return v, nil
}

func (m *maths) sum() (value, error)     { return m.chain("+-", m.product) }
func (m *maths) product() (value, error) { return m.chain("*/", m.operand) }

// chain reads operands with operators of one rank between them, from left to right.
func (m *maths) chain(operators string, next func() (value, error)) (value, error) {
	left, err := next()
	for err == nil {
		m.skip()
		if m.rest == "" || !strings.Contains(operators, m.rest[:1]) {
			break
		}
		operator := m.rest[0]
		m.rest = m.rest[1:]
		var right value
		if right, err = next(); err == nil {
			left, err = m.apply(operator, left, right)
		}
	}
	return left, err
}

// apply joins two values point by point. What is missing on one side counts as 0, and a division by 0 has no result.
func (m *maths) apply(operator byte, a, b value) (value, error) {
	if a.list != nil || b.list != nil {
		return value{}, fmt.Errorf("%c of lists is not supported", operator)
	}
	if a.series == nil && b.series == nil {
		return value{}, fmt.Errorf("%c of two numbers is not supported", operator)
	}
	out := m.nothing()
	for i := range out {
		x, y := a.at(i), b.at(i)
		noX, noY := math.IsNaN(x), math.IsNaN(y)
		if nothing := (a.series == nil || noX) && (b.series == nil || noY); nothing || m.unknown.Drops && (noX || noY) {
			continue
		}
		x, y = orZero(x), orZero(y)
		switch {
		case operator == '+':
			out[i] = x + y
		case operator == '-':
			out[i] = x - y
		case operator == '*':
			out[i] = x * y
		case y != 0:
			out[i] = x / y
		}
	}
	return value{series: out}, nil
}

func (v value) at(i int) float64 {
	if v.series == nil {
		return v.number
	}
	return v.series[i]
}

func (m *maths) operand() (value, error) {
	m.skip()
	switch {
	case m.rest == "":
		return value{}, errors.New("ends too early")
	case m.rest[0] == '(':
		m.rest = m.rest[1:]
		v, err := m.sum()
		if err != nil {
			return v, err
		}
		return v, m.expect(")")
	case m.rest[0] == '[':
		return m.list()
	}
	word := m.word()
	if n, err := strconv.ParseFloat(word, 64); err == nil {
		return value{number: n}, nil
	}
	if strings.HasPrefix(m.rest, "(") {
		return m.call(word)
	}
	return m.lookup(word)
}

// list reads series between brackets.
func (m *maths) list() (value, error) {
	m.rest = m.rest[1:]
	out := value{list: [][]float64{}}
	for {
		v, err := m.sum()
		if err != nil {
			return value{}, err
		}
		if v.series == nil {
			return value{}, errors.New("a list holds time series")
		}
		out.list = append(out.list, v.series)
		m.skip()
		if !strings.HasPrefix(m.rest, ",") {
			return out, m.expect("]")
		}
		m.rest = m.rest[1:]
	}
}

// call reads and evaluates a function.
func (m *maths) call(name string) (value, error) {
	m.rest = m.rest[1:]
	first, err := m.sum()
	if err != nil {
		return value{}, err
	}
	var second value
	m.skip()
	if strings.HasPrefix(m.rest, ",") {
		m.rest = m.rest[1:]
		if second, err = m.sum(); err != nil {
			return value{}, err
		}
	}
	if err := m.expect(")"); err != nil {
		return value{}, err
	}
	switch {
	case name == "FILL" && first.series != nil && second.series == nil && second.list == nil:
		return m.fill(first, second.number), nil
	case name == "SUM" && first.list != nil:
		return m.fold(first.list, func(a, b float64) float64 { return a + b }), nil
	case name == "MAX" && first.list != nil:
		return m.fold(first.list, math.Max), nil
	default:
		return value{}, fmt.Errorf("%s of these is not supported", name)
	}
}

func (m *maths) fill(v value, number float64) value {
	if m.unknown.FillsNothing && v.empty() {
		return v
	}
	out := m.nothing()
	for i, x := range v.series {
		if out[i] = x; math.IsNaN(x) {
			out[i] = number
		}
	}
	return value{series: out}
}

// fold joins the series of a list point by point, of those that have data.
func (m *maths) fold(list [][]float64, join func(a, b float64) float64) value {
	out := m.nothing()
	for _, series := range list {
		for i, x := range series {
			switch {
			case math.IsNaN(x):
			case math.IsNaN(out[i]):
				out[i] = x
			default:
				out[i] = join(out[i], x)
			}
		}
	}
	return value{series: out}
}

// nothing is a series without data.
func (m *maths) nothing() []float64 {
	out := make([]float64, m.length)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

func (m *maths) skip() { m.rest = strings.TrimLeft(m.rest, " ") }

func (m *maths) expect(s string) error {
	m.skip()
	rest, ok := strings.CutPrefix(m.rest, s)
	if !ok {
		return fmt.Errorf("want %q before %q", s, m.rest)
	}
	m.rest = rest
	return nil
}

// word reads a number, an id or a function's name.
func (m *maths) word() string {
	end := strings.IndexFunc(m.rest, func(r rune) bool {
		return r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(m.rest)
	}
	word := m.rest[:end]
	m.rest = m.rest[end:]
	return word
}

func orZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}
