package observability

import (
	"github.com/morket-io/platform/internal/aws/cloudwatch"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// resource is an alarm's name in the composition.
func resource(a *monitoring.Alarm) string { return "alarm-" + a.Name() }

// awsName is an alarm's name in AWS.
func awsName(p *platform.Platform, a *monitoring.Alarm) string {
	return p.AWSName(a.Name(), platform.MaxAlarm)
}

// addAlarms composes the alarms. (R-MON-1, R-MON-4)
func addAlarms(s *layer.Scope, watched []monitoring.Section) {
	for _, g := range watched {
		for _, a := range g.Alarms {
			addAlarm(s, &g, &a)
		}
	}
	// A NAT gateway that the sizing no longer wants is there until its route has moved, and watched as long.
	for _, z := range s.Platform.Zones {
		if !z.OwnNAT && s.Observe(platform.NATGateway(z.Letter)).Exists() {
			a := natPorts(z, "")
			s.Keep(resource(&a))
		}
	}
}

func addAlarm(s *layer.Scope, g *monitoring.Section, a *monitoring.Alarm) {
	if !wanted(s, a) {
		return
	}
	if !s.Gate(resource(a), a.Known(), a.WaitingFor) {
		return
	}
	p := s.Platform
	topic := []string{topicARN(p)}
	parameters := cloudwatch.MetricAlarmParameters{
		AlarmDescription:   new(a.Description() + " Dashboard: " + dashboardURL(p) + " Page: " + g.Page()),
		ComparisonOperator: new("LessThanThreshold"),
		Threshold:          &a.Threshold,
		EvaluationPeriods:  new(float64(a.EvaluationPeriods)),
		DatapointsToAlarm:  new(float64(a.DatapointsToAlarm)),
		TreatMissingData:   new("missing"),
		AlarmActions:       topic,
		OKActions:          topic, // so that whoever was woken knows that it is over
	}
	if a.Above {
		parameters.ComparisonOperator = new("GreaterThanThreshold")
	}
	switch a.MissingData {
	case monitoring.NotBreaching:
		parameters.TreatMissingData = new("notBreaching")
	case monitoring.Notify:
		parameters.InsufficientDataActions = topic
	case monitoring.Unknown:
	}
	measure(a, &parameters)
	s.Add(resource(a), &cloudwatch.MetricAlarm{ForProvider: parameters}, layer.ExternalName(awsName(p, a)))
}

// measure writes what is compared: one metric, or an expression of several.
func measure(a *monitoring.Alarm, parameters *cloudwatch.MetricAlarmParameters) {
	period := new(float64(a.Period))
	if len(a.Expressions) == 0 {
		m := &a.Metrics[0]
		parameters.Namespace, parameters.MetricName, parameters.Dimensions = &m.Namespace, &m.Name, dimensions(m)
		parameters.Statistic, parameters.Period = &m.Stat, period
		return
	}
	for i := range a.Expressions {
		e := &a.Expressions[i]
		parameters.MetricQuery = append(parameters.MetricQuery, cloudwatch.MetricAlarmMetricQuery{
			ID: &e.ID, Expression: &e.Formula, Label: &e.Label, ReturnData: new(i == len(a.Expressions)-1),
		})
	}
	for i := range a.Metrics {
		m := &a.Metrics[i]
		parameters.MetricQuery = append(parameters.MetricQuery, cloudwatch.MetricAlarmMetricQuery{
			ID: &m.ID, ReturnData: new(false),
			Metric: &cloudwatch.MetricAlarmMetricQueryMetric{
				Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: dimensions(m), Stat: &m.Stat, Period: period,
			},
		})
	}
}

// wanted reports whether there is something to watch, or was. What has a name of ours is not asked for: its alarm waits for
// data instead. What AWS names may be of a layer that is left out, or that waits itself and says so.
func wanted(s *layer.Scope, a *monitoring.Alarm) bool {
	return a.Needs == "" || a.Known() || s.Composes(a.Needs) || s.Observe(resource(a)).Exists()
}

// dimensions is nil without any: AWS answers with none, not with an empty object.
func dimensions(m *monitoring.Metric) map[string]string {
	if len(m.Dimensions) == 0 {
		return nil
	}
	out := make(map[string]string, len(m.Dimensions))
	for _, d := range m.Dimensions {
		out[d.Name] = d.Value
	}
	return out
}
