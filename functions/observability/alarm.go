package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/aws/cloudwatch"
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// An alarm is a condition that somebody is told of, and what they should do.
type alarm struct {
	// on is what is watched, such as ecs; which of them, if there are several, such as backend; and what of it, such as
	// cpu. Joined they are the alarm's name. each is what documentation calls any of them, such as <service>.
	on, which, each, what string

	// says is what is measured, in words that which may follow, such as "CPU of service".
	says string
	// limit is the threshold in words, such as "80 %"; knob is its field in spec.monitoring.alarms, if it has one.
	limit, knob string
	// why is what it means and why these numbers, first what to do first.
	why, first string

	// metrics are what is measured. If there are several they have ids, and expressions join them: the last is compared.
	metrics     []metric
	expressions []expression
	// above says whether the alarm fires above or below the threshold. At the threshold it does not.
	above     bool
	threshold float64
	// period is in seconds. The alarm fires when breaching of the last periods are beyond the threshold.
	period, periods, breaching int
	// silence is what it means when there is no data.
	silence silence

	// needs is the resource whose invented name the metrics are found by; empty when they are found by names of ours.
	needs string
	// waitingFor is that name, in words.
	waitingFor string
}

// A metric is what AWS measures.
type metric struct {
	id              string // in expressions
	namespace, name string
	dimensions      []dashboard.Dimension
	stat            string
}

// An expression joins metrics and expressions by their ids.
type expression struct {
	id, formula, label string
}

// silence is what it means when there is no data.
type silence int

const (
	// normal: AWS measures only when something happens. No data is as good as zero.
	normal silence = iota
	// unknown: it is measured all the time, so the alarm cannot tell. It shows so, and tells nobody, because another
	// alarm on the same thing does, or because it may not exist yet.
	unknown
	// telling: as unknown, but who is told of alarms is also told when data stop coming: what is watched is gone. An
	// alarm whose data never came, since what it watches does not exist, changes no state and tells nobody.
	telling
)

func (a *alarm) name() string     { return a.nameOf(a.which) }
func (a *alarm) resource() string { return "alarm-" + a.name() }
func (a *alarm) awsName(p *platform.Platform) string {
	return p.AWSName(a.name(), platform.MaxAlarm)
}

func (a *alarm) nameOf(which string) string {
	if which == "" {
		return a.on + "-" + a.what
	}
	return a.on + "-" + which + "-" + a.what
}

// condition is when the alarm fires, in words.
func (a *alarm) condition() string {
	beyond := "below"
	if a.above {
		beyond = "above"
	}
	span := fmt.Sprintf("in %d of %d minutes", a.breaching*a.period/60, a.periods*a.period/60)
	switch {
	case a.periods == 1 && a.period == 60:
		span = "in a minute"
	case a.breaching == a.periods:
		span = fmt.Sprintf("for %d minutes", a.periods*a.period/60)
	}
	return fmt.Sprintf("%s %s %s", beyond, a.limit, span)
}

// description is what a mail says, in at most 1024 characters.
func (a *alarm) description() string {
	subject := a.says
	if a.which != "" {
		subject += " " + a.which
	}
	return fmt.Sprintf("%s is %s. %s First: %s", subject, a.condition(), a.why, a.first)
}

// addAlarms composes the alarms. (R-MON-1, R-MON-4)
func addAlarms(s *layer.Scope, watched []group) {
	for _, g := range watched {
		for _, a := range g.alarms {
			addAlarm(s, &a)
		}
	}
	// A NAT gateway that the sizing no longer wants is there until its route has moved, and watched as long.
	for _, z := range s.Platform.Zones {
		if !z.OwnNAT && s.Observe(natName(z)).Exists() {
			a := natPorts(z, "")
			s.Keep(a.resource())
		}
	}
}

func addAlarm(s *layer.Scope, a *alarm) {
	if !a.wanted(s) {
		return
	}
	if !s.Gate(a.resource(), a.known(), a.waitingFor) {
		return
	}
	p := s.Platform
	topic := []string{topicARN(p)}
	parameters := cloudwatch.MetricAlarmParameters{
		AlarmDescription:   new(a.description()),
		ComparisonOperator: new("LessThanThreshold"),
		Threshold:          &a.threshold,
		EvaluationPeriods:  new(float64(a.periods)),
		DatapointsToAlarm:  new(float64(a.breaching)),
		TreatMissingData:   new("missing"),
		AlarmActions:       topic,
		OKActions:          topic, // so that whoever was woken knows that it is over
	}
	if a.above {
		parameters.ComparisonOperator = new("GreaterThanThreshold")
	}
	switch a.silence {
	case normal:
		parameters.TreatMissingData = new("notBreaching")
	case telling:
		parameters.InsufficientDataActions = topic
	case unknown:
	}
	a.measure(&parameters)
	s.Add(a.resource(), &cloudwatch.MetricAlarm{ForProvider: parameters}, layer.ExternalName(a.awsName(p)))
}

// measure writes what is compared: one metric, or an expression of several.
func (a *alarm) measure(parameters *cloudwatch.MetricAlarmParameters) {
	period := new(float64(a.period))
	if len(a.expressions) == 0 {
		m := &a.metrics[0]
		parameters.Namespace, parameters.MetricName, parameters.Dimensions = &m.namespace, &m.name, m.dimensionMap()
		parameters.Statistic, parameters.Period = &m.stat, period
		return
	}
	for i := range a.expressions {
		e := &a.expressions[i]
		parameters.MetricQuery = append(parameters.MetricQuery, cloudwatch.MetricAlarmMetricQuery{
			ID: &e.id, Expression: &e.formula, Label: &e.label, ReturnData: new(i == len(a.expressions)-1),
		})
	}
	for i := range a.metrics {
		m := &a.metrics[i]
		parameters.MetricQuery = append(parameters.MetricQuery, cloudwatch.MetricAlarmMetricQuery{
			ID: &m.id, ReturnData: new(false),
			Metric: &cloudwatch.MetricAlarmMetricQueryMetric{
				Namespace: &m.namespace, MetricName: &m.name, Dimensions: m.dimensionMap(), Stat: &m.stat, Period: period,
			},
		})
	}
}

// known says whether the names that the metrics are found by are known.
func (a *alarm) known() bool {
	for i := range a.metrics {
		for _, d := range a.metrics[i].dimensions {
			if d.Value == "" {
				return false
			}
		}
	}
	return true
}

// wanted says whether there is something to watch, or was. What has a name of ours is not asked for: its alarm waits for
// data instead. What AWS names may be of a layer that is left out, or that waits itself and says so.
func (a *alarm) wanted(s *layer.Scope) bool {
	return a.needs == "" || a.known() || s.Composes(a.needs) || s.Observe(a.resource()).Exists()
}

// dimensionMap is nil without dimensions: AWS answers with none, not with an empty object.
func (m *metric) dimensionMap() map[string]string {
	if len(m.dimensions) == 0 {
		return nil
	}
	out := make(map[string]string, len(m.dimensions))
	for _, d := range m.dimensions {
		out[d.Name] = d.Value
	}
	return out
}
