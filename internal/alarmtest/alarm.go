package alarmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// An Alarm is the definition of a metric alarm as it is composed: the forProvider parameters of a MetricAlarm.
type Alarm struct {
	AlarmDescription        string
	ComparisonOperator      string
	Threshold               float64
	EvaluationPeriods       int
	DatapointsToAlarm       int
	TreatMissingData        string
	AlarmActions            []string
	OKActions               []string `json:"okActions"`
	InsufficientDataActions []string

	Namespace, MetricName, Statistic string
	Dimensions                       map[string]string
	Period                           int
	MetricQuery                      []Query

	Region string
	Tags   map[string]string
}

// A Query is a metric or an expression of an alarm that has several.
type Query struct {
	ID, Expression, Label string
	ReturnData            bool
	Metric                *Metric
}

// A Metric is what a query measures.
type Metric struct {
	Namespace, MetricName, Stat string
	Dimensions                  map[string]string
	Period                      int
}

// Parse reads a composed MetricAlarm, and refuses what Evaluate would not look at or AWS would refuse.
func Parse(o *structpb.Struct) (*Alarm, error) {
	raw, err := json.Marshal(fields.Object(o, "spec", "forProvider").AsMap())
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	a := &Alarm{}
	if err := d.Decode(a); err != nil {
		return nil, fmt.Errorf("not understood: %w", err)
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	return a, nil
}

// check holds an alarm to what PutMetricAlarm takes.
func (a *Alarm) check() error {
	returned := 0
	for _, q := range a.MetricQuery {
		if q.ReturnData {
			returned++
		}
		if (q.Metric == nil) == (q.Expression == "") {
			return fmt.Errorf("%s must be either a metric or an expression", q.ID)
		}
		if q.ID == "" || q.ID[0] < 'a' || q.ID[0] > 'z' {
			return fmt.Errorf("the id %q must begin with a lower-case letter", q.ID)
		}
		if q.Metric != nil && q.Metric.Period != a.period() {
			return fmt.Errorf("%s has another period", q.ID)
		}
	}
	switch {
	case (a.MetricName == "") == (len(a.MetricQuery) == 0):
		return errors.New("must have either a metric or queries")
	case len(a.MetricQuery) > 0 && (returned != 1 || a.Namespace+a.Statistic != "" || a.Period != 0 || a.Dimensions != nil):
		return errors.New("must return one of its queries, and have no metric beside them")
	case a.period()%60 != 0 || a.period() == 0:
		return fmt.Errorf("must have a period of whole minutes, has %d s", a.period())
	case a.EvaluationPeriods*a.period() > 24*60*60:
		return errors.New("cannot look back more than a day")
	case a.DatapointsToAlarm < 1 || a.DatapointsToAlarm > a.EvaluationPeriods:
		return fmt.Errorf("cannot fire after %d of %d periods", a.DatapointsToAlarm, a.EvaluationPeriods)
	case len(a.AlarmDescription) > 1024:
		return fmt.Errorf("has a description of %d characters, of 1024", len(a.AlarmDescription))
	case !slices.Contains([]string{"missing", "ignore", "breaching", "notBreaching"}, a.TreatMissingData):
		return fmt.Errorf("cannot treat missing data as %q", a.TreatMissingData)
	}
	return nil
}

// period is in seconds, and one for all queries.
func (a *Alarm) period() int {
	for _, q := range a.MetricQuery {
		if q.Metric != nil {
			return q.Metric.Period
		}
	}
	return a.Period
}

// Metrics lists what the alarm watches, sorted: namespace, name, statistic, dimensions.
func (a *Alarm) Metrics() []string {
	var out []string
	for _, m := range a.metrics() {
		out = append(out, m.String())
	}
	slices.Sort(out)
	return out
}

func (a *Alarm) metrics() map[string]*Metric {
	if a.MetricName != "" {
		return map[string]*Metric{"": {Namespace: a.Namespace, MetricName: a.MetricName, Stat: a.Statistic, Dimensions: a.Dimensions, Period: a.Period}}
	}
	out := map[string]*Metric{}
	for _, q := range a.MetricQuery {
		if q.Metric != nil {
			out[q.ID] = q.Metric
		}
	}
	return out
}

func (m *Metric) String() string {
	words := []string{m.Namespace, m.MetricName, m.Stat}
	for _, k := range slices.Sorted(maps.Keys(m.Dimensions)) {
		words = append(words, k+"="+m.Dimensions[k])
	}
	return strings.Join(words, " ")
}

// Samples are made-up measurements by the metric's name: one a minute, the latest last, NaN for none. A metric without
// any has never been measured.
type Samples map[string][]float64

// Unknown is what AWS does not document, or what it may do otherwise than it documents.
type Unknown struct {
	// Extra is how many more data points it looks at than the alarm's evaluation periods.
	Extra int
	// FillsNothing says whether FILL leaves a metric that has no data at all as it is.
	FillsNothing bool
	// Drops says whether arithmetic drops a point of which one side is missing, instead of taking that for 0.
	Drops bool
}

// Unknowns are all that are tried: a platform should depend on none of them.
func Unknowns() []Unknown {
	var out []Unknown
	for _, extra := range []int{0, 1, 2, 5, 20} {
		for _, fills := range []bool{false, true} {
			for _, drops := range []bool{false, true} {
				out = append(out, Unknown{extra, fills, drops})
			}
		}
	}
	return out
}

// Evaluate says which state the alarm is in after the last sample, if it was in another before.
func (a *Alarm) Evaluate(samples Samples, before State, u Unknown) (State, error) {
	values, err := a.values(samples, u)
	if err != nil {
		return "", err
	}
	points := make([]Point, a.EvaluationPeriods+u.Extra)
	for i := range points {
		at := len(values) - len(points) + i
		if at < 0 || math.IsNaN(values[at]) {
			continue
		}
		beyond, err := a.beyond(values[at])
		if err != nil {
			return "", err
		}
		points[i] = Within
		if beyond {
			points[i] = Beyond
		}
	}
	return Judge(points, a.EvaluationPeriods, a.DatapointsToAlarm, a.TreatMissingData, before), nil
}

func (a *Alarm) beyond(v float64) (bool, error) {
	switch a.ComparisonOperator {
	case "GreaterThanThreshold":
		return v > a.Threshold, nil
	case "GreaterThanOrEqualToThreshold":
		return v >= a.Threshold, nil
	case "LessThanThreshold":
		return v < a.Threshold, nil
	case "LessThanOrEqualToThreshold":
		return v <= a.Threshold, nil
	default:
		return false, fmt.Errorf("unknown operator %q", a.ComparisonOperator)
	}
}

// values are what is compared with the threshold, one for each period, the latest last.
func (a *Alarm) values(samples Samples, u Unknown) ([]float64, error) {
	length := 0
	for _, s := range samples {
		length = max(length, len(s)/(a.period()/60))
	}
	m := &maths{length: length, unknown: u, values: map[string]value{}, formulas: map[string]string{}}
	for id, metric := range a.metrics() {
		series, err := aggregate(samples[metric.MetricName], a.period()/60, length, metric.Stat)
		if err != nil {
			return nil, err
		}
		m.values[id] = value{series: series}
	}
	if a.MetricName != "" {
		return m.values[""].series, nil
	}
	result := ""
	for _, q := range a.MetricQuery {
		if q.Expression != "" {
			m.formulas[q.ID] = q.Expression
		}
		if q.ReturnData {
			result = q.ID
		}
	}
	v, err := m.lookup(result)
	return v.series, err
}

// aggregate joins a minute's samples to a period's data points, of which the last ends with the last sample.
func aggregate(samples []float64, minutes, length int, stat string) ([]float64, error) {
	out := make([]float64, length)
	for i := range out {
		out[i] = math.NaN()
		end := len(samples) - (length-1-i)*minutes
		if end <= 0 {
			continue
		}
		var sum, n float64
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range samples[max(0, end-minutes):end] {
			if math.IsNaN(v) {
				continue
			}
			sum, n, low, high = sum+v, n+1, min(low, v), max(high, v)
		}
		if n == 0 {
			continue
		}
		switch stat {
		case "Average":
			out[i] = sum / n
		case "Sum":
			out[i] = sum
		case "Minimum":
			out[i] = low
		case "Maximum":
			out[i] = high
		default:
			return nil, fmt.Errorf("unknown statistic %q", stat)
		}
	}
	return out, nil
}
