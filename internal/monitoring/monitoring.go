// Package monitoring describes alarms and graphs: plain values, which the observability layer turns into CloudWatch's.
package monitoring

import (
	"fmt"
	"strings"

	"github.com/morket-io/platform/internal/dashboard"
)

// A Section is what is watched together: its alarms, and its graphs on the dashboard.
type Section struct {
	Title  string
	Alarms []Alarm
	Graphs []Graph
}

// Docs is where the pages are found that alarms name.
const Docs = "https://github.com/morket-io/platform/blob/main/docs/"

// Page is the page that says what the section's alarms mean and what to do.
func (s *Section) Page() string {
	return Docs + "alarms.md#" + strings.ReplaceAll(strings.ToLower(s.Title), " ", "-")
}

// Lookup reads a string that AWS chose, below status.atProvider of an observed resource. It is empty while that is not known.
type Lookup func(resource, field string) string

// An Alarm notifies people of a condition, and tells them what to do.
type Alarm struct {
	// Resource is what is watched, such as ecs; Instance is one of several, such as backend; Metric is what is measured, such as
	// cpu. Joined they are the alarm's name. AnyInstance stands for an instance in documentation, such as <service>.
	Resource, Instance, AnyInstance, Metric string

	// Subject is what is measured, in words that Instance may follow, such as "CPU of service".
	Subject string
	// Limit is the threshold in words, such as "80 %"; Knob is its field in spec.monitoring.alarms, if it has one.
	Limit, Knob string
	// Meaning is what it means and why these numbers, FirstStep what to do first.
	Meaning, FirstStep string

	// Metrics are what is measured. If there are several they have IDs, and Expressions join them: the last is compared.
	Metrics     []Metric
	Expressions []Expression
	// Above reports whether the alarm fires above the threshold, instead of below. At the threshold it does not fire.
	Above     bool
	Threshold float64
	// Period is in seconds. The alarm fires when DatapointsToAlarm of the last EvaluationPeriods are beyond the threshold.
	Period, EvaluationPeriods, DatapointsToAlarm int
	// MissingData is what it means when there is no data.
	MissingData MissingData

	// Needs is the resource by whose name the metrics are found, where AWS chooses the name; empty where the platform does.
	Needs string
	// WaitingFor is that name, in words.
	WaitingFor string
}

// A Metric is what AWS measures.
type Metric struct {
	ID              string // in expressions
	Namespace, Name string
	Dimensions      []dashboard.Dimension
	Stat            string
}

// An Expression joins metrics and expressions by their IDs.
type Expression struct {
	ID, Formula, Label string
}

// MissingData is what it means when there is no data.
type MissingData int

const (
	// NotBreaching is for what AWS measures only when something happens: no data is as good as zero.
	NotBreaching MissingData = iota
	// Unknown is for what is measured all the time, so that the alarm cannot tell. It shows so, and notifies nobody, because
	// another alarm on the same resource does, or because the resource may not exist yet.
	Unknown
	// Notify is as Unknown, but also notifies people when data stop: what is watched is gone. An alarm whose data never came,
	// since what it watches does not exist, changes no state and notifies nobody.
	Notify
)

// Name is the alarm's, without the platform's prefix.
func (a *Alarm) Name() string { return a.NameOf(a.Instance) }

// NameOf is the name of the alarm on another instance.
func (a *Alarm) NameOf(instance string) string {
	if instance == "" {
		return a.Resource + "-" + a.Metric
	}
	return a.Resource + "-" + instance + "-" + a.Metric
}

// Beyond is on which side of the threshold the alarm fires.
func (a *Alarm) Beyond() string {
	if a.Above {
		return "above"
	}
	return "below"
}

// Condition is when the alarm fires, in words.
func (a *Alarm) Condition() string {
	span := fmt.Sprintf("in %d of %d minutes", a.DatapointsToAlarm*a.Period/60, a.EvaluationPeriods*a.Period/60)
	switch {
	case a.EvaluationPeriods == 1 && a.Period == 60:
		span = "in a minute"
	case a.EvaluationPeriods == 1 && a.Period == 60*60:
		span = "in an hour"
	case a.EvaluationPeriods == 1 && a.Period == 24*60*60:
		span = "on a day"
	case a.DatapointsToAlarm == a.EvaluationPeriods:
		span = fmt.Sprintf("for %d minutes", a.EvaluationPeriods*a.Period/60)
	}
	return a.Beyond() + " " + a.Limit + " " + span
}

// Description is what a mail says, in at most 1024 characters.
func (a *Alarm) Description() string {
	subject := a.Subject
	if a.Instance != "" {
		subject += " " + a.Instance
	}
	return subject + " is " + a.Condition() + ". " + a.Meaning + " First: " + a.FirstStep
}

// Known reports whether the names are known by which the metrics are found.
func (a *Alarm) Known() bool {
	for i := range a.Metrics {
		if !a.Metrics[i].Known() {
			return false
		}
	}
	return true
}

// Known reports whether the names are known by which the metric is found.
func (m *Metric) Known() bool {
	for _, d := range m.Dimensions {
		if d.Value == "" {
			return false
		}
	}
	return true
}

// A Graph shows metrics that belong together, and the threshold of an alarm on them.
type Graph struct {
	Title, Axis string
	Stacked     bool
	Max         float64 // of the axis; 0 leaves it to the data
	Period      int     // in seconds; 0 is a minute, or the alarm's
	Colors      []string

	// Lines are what is drawn; without any it is what Alarm watches.
	Lines []Line
	// Alarm is the one whose threshold is drawn. Alarms of one kind have the same.
	Alarm *Alarm
	// Watched are alarms whose own metrics are drawn, each under a name of its own.
	Watched []WatchedLine
}

// A Line is a metric and its label in the graph.
type Line struct {
	Metric Metric
	Label  string
}

// A WatchedLine is what an alarm compares, and its label in the graph.
type WatchedLine struct {
	Alarm *Alarm
	Label string
}

// Watch draws what an alarm watches.
func (g *Graph) Watch(a *Alarm, label string) {
	g.Alarm = a
	g.Watched = append(g.Watched, WatchedLine{a, label})
}

// Draw adds a line.
func (g *Graph) Draw(m Metric, label string) {
	g.Lines = append(g.Lines, Line{m, label})
}
