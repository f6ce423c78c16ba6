package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/aws/cloudwatch"
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Heights in grid units.
const (
	headingHeight = 1
	graphHeight   = 6
)

// thresholdColor is the red of what an alarm draws.
const thresholdColor = "#d62728"

// A graph shows metrics that belong together, and the threshold of an alarm on them.
type graph struct {
	title, axis string
	stacked     bool
	max         float64 // of the axis; 0 leaves it to the data
	period      int     // in seconds; 0 is a minute, or the alarm's
	colors      []string

	// lines are what is drawn; without any it is what alarm watches.
	lines []line
	// alarm is whose threshold is drawn. Alarms of one kind have the same.
	alarm *alarm
	// watched are alarms whose own metrics are drawn, each under a name of its own.
	watched []watchedLine
}

// A line is a metric and what it is called in its graph.
type line struct {
	metric metric
	label  string
}

type watchedLine struct {
	alarm *alarm
	label string
}

// add draws what an alarm watches.
func (g *graph) add(a *alarm, label string) {
	g.alarm = a
	g.watched = append(g.watched, watchedLine{a, label})
}

func dashboardName(p *platform.Platform) string { return p.AWSName("", platform.MaxDashboard) }

// addDashboard composes the dashboard. It is there from the beginning, with what is known, and then again when all is:
// until then, and when a name that AWS made up is missing for a moment, it stays as it was. (R-MON-3)
func addDashboard(s *layer.Scope, watched []group) {
	if !complete(s, watched) && s.Keep("dashboard") {
		return
	}
	p := s.Platform
	s.Add("dashboard", &cloudwatch.Dashboard{ForProvider: cloudwatch.DashboardParameters{
		DashboardBody: draw(p, watched).JSON(),
	}}, layer.ExternalName(dashboardName(p)))
}

// complete says whether the names are known of all that is watched.
func complete(s *layer.Scope, watched []group) bool {
	for _, g := range watched {
		for _, a := range g.alarms {
			if a.wanted(s) && !a.known() {
				return false
			}
		}
	}
	return true
}

// draw lays the dashboard out: on top the state of all alarms, below it a section for each group, side by side what is
// compared. What has no name yet is left out.
func draw(p *platform.Platform, watched []group) *dashboard.Body {
	d := drawing{p: p, body: &dashboard.Body{Start: "-PT3H", PeriodOverride: "inherit"}}
	d.heading(fmt.Sprintf("# %s\nMorket's platform, %s, %s. Red lines are where alarms fire; what each means and what to do first is in its description.", p.Prefix, p.Environment, p.Region), 2)
	d.alarms(watched)
	for _, g := range watched {
		var graphs []dashboard.Graph
		for _, g := range g.graphs {
			if drawn := d.graph(&g); len(drawn.Metrics) > 0 {
				graphs = append(graphs, drawn)
			}
		}
		if len(graphs) > 0 {
			d.heading("## "+g.title, headingHeight)
			d.row(graphs)
		}
	}
	return d.body
}

// A drawing fills a dashboard from top to bottom.
type drawing struct {
	p    *platform.Platform
	body *dashboard.Body
	y    int
}

func (d *drawing) heading(markdown string, height int) {
	d.put(0, dashboard.Columns, height, dashboard.TypeText, &dashboard.Text{Markdown: markdown, Background: "transparent"})
	d.y += height
}

// alarms shows the state of all alarms, which a widget takes a hundred of. A box is about a sixth of the width.
func (d *drawing) alarms(watched []group) {
	var arns []string
	for _, g := range watched {
		for _, a := range g.alarms {
			if a.known() {
				arns = append(arns, d.p.ARN("cloudwatch", "alarm:"+a.awsName(d.p)))
			}
		}
	}
	rows := (len(arns) + 5) / 6
	height := 1 + (rows*5+5)/6 // rows are a little lower than a unit
	d.put(0, dashboard.Columns, height, dashboard.TypeAlarms, &dashboard.Alarms{Title: "Alarms", Alarms: arns})
	d.y += height
}

// row puts graphs side by side, over the whole width.
func (d *drawing) row(graphs []dashboard.Graph) {
	width := dashboard.Columns / len(graphs)
	for i := range graphs {
		d.put(i*width, width, graphHeight, dashboard.TypeGraph, &graphs[i])
	}
	d.y += graphHeight
}

func (d *drawing) put(x, width, height int, typ string, properties any) {
	d.body.Widgets = append(d.body.Widgets, dashboard.Widget{Type: typ, X: x, Y: d.y, Width: width, Height: height, Properties: properties})
}

// graph is a graph as CloudWatch takes it.
func (d *drawing) graph(g *graph) dashboard.Graph {
	out := dashboard.Graph{
		Title: g.title, Region: d.p.Region, View: "timeSeries", Stacked: g.stacked, Stat: "Average", Period: 60,
		YAxis: dashboard.YAxis{Left: dashboard.Axis{Label: g.axis, Min: new(0.0)}},
	}
	if g.max > 0 {
		out.YAxis.Left.Max = &g.max
	}
	if g.alarm != nil {
		out.Period = g.alarm.period
		if g.alarm.threshold > 0 { // a line at zero is the axis
			beyond := "below"
			if g.alarm.above {
				beyond = "above"
			}
			out.Annotations = &dashboard.Annotations{Horizontal: []dashboard.Line{{
				Label: "alarm " + beyond + " " + g.alarm.limit, Value: g.alarm.threshold, Color: thresholdColor,
			}}}
		}
	}
	if g.period > 0 {
		out.Period = g.period
	}
	watched := g.watched
	if g.alarm != nil && len(g.lines) == 0 && len(watched) == 0 {
		watched = []watchedLine{{alarm: g.alarm, label: g.alarm.what}}
	}
	for _, w := range watched {
		out.Metrics = append(out.Metrics, seriesOf(w.alarm, w.label)...)
	}
	for i, l := range g.lines {
		if s, known := series(&l.metric, dashboard.Options{Label: l.label, Stat: l.metric.stat}); known {
			if i < len(g.colors) {
				s.Options.Color = g.colors[i]
			}
			out.Metrics = append(out.Metrics, s)
		}
	}
	return out
}

// seriesOf draws what an alarm compares, by the ids that the alarm has: a graph's must differ.
func seriesOf(a *alarm, label string) []dashboard.Series {
	if !a.known() {
		return nil
	}
	if len(a.expressions) == 0 {
		s, _ := series(&a.metrics[0], dashboard.Options{Label: label, Stat: a.metrics[0].stat})
		return []dashboard.Series{s}
	}
	var out []dashboard.Series
	for i, e := range a.expressions {
		o := dashboard.Options{Expression: e.formula, ID: e.id, Label: label}
		if i < len(a.expressions)-1 {
			o.Label, o.Visible = "", new(false)
		}
		out = append(out, dashboard.Series{Options: o})
	}
	for _, m := range a.metrics {
		s, _ := series(&m, dashboard.Options{ID: m.id, Stat: m.stat, Visible: new(false)})
		out = append(out, s)
	}
	return out
}

// series is a metric as a graph takes it, and whether its name is known.
func series(m *metric, o dashboard.Options) (dashboard.Series, bool) {
	for _, d := range m.dimensions {
		if d.Value == "" {
			return dashboard.Series{}, false
		}
	}
	return dashboard.Series{Namespace: m.namespace, Metric: m.name, Dimensions: m.dimensions, Options: o}, true
}
