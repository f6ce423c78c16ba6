package alarmtest

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/types/known/structpb"
)

var none = math.NaN()

func TestMaths(t *testing.T) {
	series := map[string][]float64{
		"a":     {30, 20, 0, 0},
		"b":     {20, none, 20, none},
		"c":     {none, none, 4, none},
		"never": {none, none, none, none},
	}
	cases := map[string]struct {
		reason, formula string
		unknown         Unknown
		want            []float64
		wrong           bool
	}{
		"Rank":           {"Should multiply before it adds, and read from left to right.", "a - 10 - 2 * a / 4", Unknown{}, []float64{5, 0, -10, -10}, false},
		"Parentheses":    {"Should read what is in parentheses first.", "2 * (a + 1)", Unknown{}, []float64{62, 42, 2, 2}, false},
		"MissingIsZero":  {"Should take a missing value for 0 where another is there.", "b + c", Unknown{}, []float64{20, none, 24, none}, false},
		"DivisionByZero": {"Should drop a point that divides by zero.", "b / a", Unknown{}, []float64{20.0 / 30, 0, none, none}, false},
		"Drops":          {"Should drop it instead, if AWS should do so.", "b + c", Unknown{Drops: true}, []float64{none, none, 24, none}, false},
		"Never":          {"Should take a metric without data for 0.", "a + never", Unknown{}, []float64{30, 20, 0, 0}, false},
		"Fill":           {"Should fill what is missing.", "FILL(b, 7)", Unknown{}, []float64{20, 7, 20, 7}, false},
		"FillNever":      {"Should fill a metric without data …", "FILL(never, 7)", Unknown{}, []float64{7, 7, 7, 7}, false},
		"FillsNothing":   {"… or leave it, if AWS should do so.", "FILL(never, 7)", Unknown{FillsNothing: true}, []float64{none, none, none, none}, false},
		"Sum":            {"Should sum a list point by point.", "SUM([a, b, never])", Unknown{}, []float64{50, 20, 20, 0}, false},
		"Max":            {"Should take the largest of a list point by point.", "MAX([c, b, never])", Unknown{}, []float64{20, none, 20, none}, false},
		"Scalar":         {"Should refuse what is no series, as AWS does.", "7", Unknown{}, nil, true},
		"SumOfOne":       {"Should refuse a function that gives a number.", "SUM(a)", Unknown{}, nil, true},
		"Function":       {"Should refuse a function that it does not know.", "AVG([a, b])", Unknown{}, nil, true},
		"Unknown":        {"Should refuse an id that nothing has.", "a + d", Unknown{}, nil, true},
		"Rest":           {"Should refuse what it cannot read.", "a b", Unknown{}, nil, true},
		"Open":           {"Should refuse what does not end.", "SUM([a, b)", Unknown{}, nil, true},
		"Circle":         {"Should refuse a circle.", "result + 1", Unknown{}, nil, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := &maths{length: 4, unknown: tc.unknown, values: map[string]value{}, formulas: map[string]string{"result": tc.formula}}
			for id, s := range series {
				m.values[id] = value{series: s}
			}
			got, err := m.lookup("result")
			if (err != nil) != tc.wrong {
				t.Fatalf("\n%s\n%v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got.series, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, tc.formula, diff)
			}
		})
	}
}

func TestAggregate(t *testing.T) {
	samples := []float64{9, 1, 2, 6, none, none, none, 4, none}
	cases := map[string]struct {
		reason, stat string
		want         []float64
	}{
		"Average": {"Should average what there is.", "Average", []float64{none, 4, 6, 4}},
		"Sum":     {"Should sum it up.", "Sum", []float64{none, 12, 6, 4}},
		"Minimum": {"Should take the smallest.", "Minimum", []float64{none, 1, 6, 4}},
		"Maximum": {"Should take the largest.", "Maximum", []float64{none, 9, 6, 4}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := aggregate(samples, 3, 4, tc.stat)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if _, err := aggregate(samples, 3, 3, "p99"); err == nil {
		t.Error("Should refuse a statistic that it does not know.")
	}
}

func composed(t *testing.T, change map[string]any) *structpb.Struct {
	t.Helper()
	p := map[string]any{
		"comparisonOperator": "GreaterThanThreshold", "threshold": 80.0, "evaluationPeriods": 3.0, "datapointsToAlarm": 3.0, "treatMissingData": "missing",
		"namespace": "AWS/ECS", "metricName": "CPUUtilization", "statistic": "Average", "period": 60.0, "dimensions": map[string]any{"ServiceName": "s", "ClusterName": "c"},
	}
	for k, v := range change {
		if p[k] = v; v == nil {
			delete(p, k)
		}
	}
	o, err := structpb.NewStruct(map[string]any{"spec": map[string]any{"forProvider": p}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestParse(t *testing.T) {
	metric := map[string]any{"namespace": "n", "metricName": "m", "stat": "Sum", "period": 60.0}
	queries := func(q ...any) map[string]any {
		return map[string]any{"metricQuery": q, "metricName": nil, "namespace": nil, "statistic": nil, "period": nil, "dimensions": nil}
	}
	cases := map[string]struct {
		reason string
		change map[string]any
		wrong  bool
	}{
		"Metric":      {"Should take an alarm on a metric.", nil, false},
		"Queries":     {"Should take an alarm on an expression.", queries(map[string]any{"id": "a", "expression": "2 * m", "returnData": true}, map[string]any{"id": "m", "metric": metric}), false},
		"Unknown":     {"Should refuse a field that it does not look at.", map[string]any{"extendedStatistic": "p99"}, true},
		"Both":        {"Should refuse a metric beside queries.", map[string]any{"metricQuery": []any{map[string]any{"id": "m", "metric": metric, "returnData": true}}}, true},
		"TwoReturned": {"Should refuse two results.", queries(map[string]any{"id": "a", "expression": "2 * m", "returnData": true}, map[string]any{"id": "m", "metric": metric, "returnData": true}), true},
		"BadID":       {"Should refuse an id that AWS does.", queries(map[string]any{"id": "M", "metric": metric, "returnData": true}), true},
		"TooMany":     {"Should refuse more points than periods.", map[string]any{"datapointsToAlarm": 4.0}, true},
		"Day":         {"Should refuse to look back more than a day.", map[string]any{"period": 43200.0}, true},
		"Treatment":   {"Should refuse a treatment that AWS does not know.", map[string]any{"treatMissingData": "good"}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(composed(t, tc.change)); (err != nil) != tc.wrong {
				t.Errorf("\n%s\n%v", tc.reason, err)
			}
		})
	}
}

func TestEvaluate(t *testing.T) {
	cases := map[string]struct {
		reason   string
		operator string
		samples  []float64
		want     State
	}{
		"Above":          {"Should fire when all points are above.", "GreaterThanThreshold", []float64{0, 81, 82, 83}, Alarming},
		"AtThreshold":    {"Should not fire at the threshold.", "GreaterThanThreshold", []float64{81, 80, 82, 83}, OK},
		"OrEqual":        {"Should fire at the threshold if told so.", "GreaterThanOrEqualToThreshold", []float64{0, 80, 82, 83}, Alarming},
		"Below":          {"Should fire when all points are below.", "LessThanThreshold", []float64{90, 79, 78, 79}, Alarming},
		"AtThresholdLow": {"Should not fire at the threshold, from above.", "LessThanThreshold", []float64{79, 80, 78, 79}, OK},
		"OrEqualLow":     {"Should fire at the threshold if told so, from above.", "LessThanOrEqualToThreshold", []float64{0, 80, 78, 79}, Alarming},
		"Never":          {"Should know nothing of a metric that was never measured.", "GreaterThanThreshold", nil, InsufficientData},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a, err := Parse(composed(t, map[string]any{"comparisonOperator": tc.operator}))
			if err != nil {
				t.Fatal(err)
			}
			got, err := a.Evaluate(Samples{"CPUUtilization": tc.samples}, OK, Unknown{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
