package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/aws/cloudwatch"
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// Heights in grid units.
const (
	headingHeight = 1
	graphHeight   = 6
)

// thresholdColor is the red of what an alarm draws.
const thresholdColor = "#d62728"

func dashboardName(p *platform.Platform) string { return p.AWSName("", platform.MaxDashboard) }

// addDashboard composes the dashboard. It is there from the beginning, with what is known, and then again when all is:
// until then, and when a name that AWS made up is missing for a moment, it stays as it was. (R-MON-3)
func addDashboard(s *layer.Scope, watched []monitoring.Section) {
	if !complete(s, watched) && s.Keep("dashboard") {
		return
	}
	p := s.Platform
	s.Add("dashboard", &cloudwatch.Dashboard{ForProvider: cloudwatch.DashboardParameters{
		DashboardBody: draw(p, watched).JSON(),
	}}, layer.ExternalName(dashboardName(p)))
}

// complete says whether the names are known of all that is watched.
func complete(s *layer.Scope, watched []monitoring.Section) bool {
	for _, g := range watched {
		for _, a := range g.Alarms {
			if wanted(s, &a) && !a.Known() {
				return false
			}
		}
	}
	return true
}

// draw lays the dashboard out: on top the state of all alarms, below it a section for each group, side by side what is
// compared. What has no name yet is left out.
func draw(p *platform.Platform, watched []monitoring.Section) *dashboard.Body {
	d := drawing{p: p, body: &dashboard.Body{Start: "-PT3H", PeriodOverride: "inherit"}}
	d.heading(fmt.Sprintf("# %s\nMorket's platform, %s, %s. Red lines are where alarms fire; what each means and what to do first is in its description.", p.Prefix, p.Environment, p.Region), 2)
	d.alarms(watched)
	for _, g := range watched {
		var graphs []dashboard.Graph
		for _, g := range g.Graphs {
			if drawn := d.graph(&g); len(drawn.Metrics) > 0 {
				graphs = append(graphs, drawn)
			}
		}
		if len(graphs) > 0 {
			d.heading("## "+g.Title, headingHeight)
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
func (d *drawing) alarms(watched []monitoring.Section) {
	var arns []string
	for _, g := range watched {
		for _, a := range g.Alarms {
			if a.Known() {
				arns = append(arns, d.p.ARN("cloudwatch", "alarm:"+awsName(d.p, &a)))
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
func (d *drawing) graph(g *monitoring.Graph) dashboard.Graph {
	out := dashboard.Graph{
		Title: g.Title, Region: d.p.Region, View: "timeSeries", Stacked: g.Stacked, Stat: "Average", Period: 60,
		YAxis: dashboard.YAxis{Left: dashboard.Axis{Label: g.Axis, Min: new(0.0)}},
	}
	if g.Max > 0 {
		out.YAxis.Left.Max = &g.Max
	}
	if g.Alarm != nil {
		out.Period = g.Alarm.Period
		if g.Alarm.Threshold > 0 { // a line at zero is the axis
			out.Annotations = &dashboard.Annotations{Horizontal: []dashboard.Line{{
				Label: "alarm " + g.Alarm.Beyond() + " " + g.Alarm.Limit, Value: g.Alarm.Threshold, Color: thresholdColor,
			}}}
		}
	}
	if g.Period > 0 {
		out.Period = g.Period
	}
	watched := g.Watched
	if g.Alarm != nil && len(g.Lines) == 0 && len(watched) == 0 {
		watched = []monitoring.WatchedLine{{Alarm: g.Alarm, Label: g.Alarm.Metric}}
	}
	for _, w := range watched {
		out.Metrics = append(out.Metrics, seriesOf(w.Alarm, w.Label)...)
	}
	for i, l := range g.Lines {
		if s, known := series(&l.Metric, dashboard.Options{Label: l.Label, Stat: l.Metric.Stat}); known {
			if i < len(g.Colors) {
				s.Options.Color = g.Colors[i]
			}
			out.Metrics = append(out.Metrics, s)
		}
	}
	return out
}

// seriesOf draws what an alarm compares, by the ids that the alarm has: a graph's must differ.
func seriesOf(a *monitoring.Alarm, label string) []dashboard.Series {
	if !a.Known() {
		return nil
	}
	if len(a.Expressions) == 0 {
		s, _ := series(&a.Metrics[0], dashboard.Options{Label: label, Stat: a.Metrics[0].Stat})
		return []dashboard.Series{s}
	}
	var out []dashboard.Series
	for i, e := range a.Expressions {
		o := dashboard.Options{Expression: e.Formula, ID: e.ID, Label: label}
		if i < len(a.Expressions)-1 {
			o.Label, o.Visible = "", new(false)
		}
		out = append(out, dashboard.Series{Options: o})
	}
	for _, m := range a.Metrics {
		s, _ := series(&m, dashboard.Options{ID: m.ID, Stat: m.Stat, Visible: new(false)})
		out = append(out, s)
	}
	return out
}

// series is a metric as a graph takes it, and whether its name is known.
func series(m *monitoring.Metric, o dashboard.Options) (dashboard.Series, bool) {
	if !m.Known() {
		return dashboard.Series{}, false
	}
	return dashboard.Series{Namespace: m.Namespace, Metric: m.Name, Dimensions: m.Dimensions, Options: o}, true
}
