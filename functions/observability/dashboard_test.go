package observability_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// most is everything that a claim can have the most of.
func most() []func(map[string]any) {
	set := platformtest.Set
	return []func(map[string]any){
		set(15.0, "spec", "data", "aurora", "readers"),
		set(6.0, "spec", "data", "redis", "nodes"),
		set([]any{"us-east-1a", "us-east-1b", "us-east-1c"}, "spec", "network", "availabilityZones"),
		set(3.0, "spec", "network", "natGateways"),
	}
}

func bodyOf(t *testing.T, r *render.Result) *dashboard.Body {
	t.Helper()
	b := &dashboard.Body{}
	if err := json.Unmarshal([]byte(parameters(r.Resources["dashboard"])["dashboardBody"].(string)), b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDashboard is R-MON-3, of both environments and the largest platform.
func TestDashboard(t *testing.T) {
	cases := map[string]struct {
		environment string
		changes     []func(map[string]any)
	}{
		"Staging":    {"staging", nil},
		"Production": {"production", nil},
		"Most":       {"production", most()},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, _ := whole(t, tc.environment, tc.changes...)
			b := bodyOf(t, r)
			var sections []string
			namespaces := map[string]bool{}
			for _, w := range b.Widgets {
				switch p := w.Properties.(type) {
				case *dashboard.Text:
					if title, ok := strings.CutPrefix(p.Markdown, "## "); ok {
						sections = append(sections, title)
					}
				case *dashboard.Graph:
					checkGraph(t, p)
					for _, m := range p.Metrics {
						namespaces[m.Namespace] = true
					}
				case *dashboard.Alarms:
					checkAlarms(t, p, r, tc.environment)
				}
			}
			if diff := cmp.Diff(titles(t, tc.environment), sections); diff != "" {
				t.Errorf("\nShould have a section for each part of the platform: -want, +got:\n%s", diff)
			}
			for _, n := range []string{"AWS/ECS", "AWS/ApplicationELB", "AWS/RDS", "AWS/ElastiCache", "AWS/EC2", "AWS/ES", "AWS/AmazonMQ"} {
				if !namespaces[n] {
					t.Errorf("Should show metrics of %s.", n)
				}
			}
			checkLayout(t, b.Widgets)
			checkThresholds(t, b, r, tc.environment)
		})
	}
}

// titles are the sections that a dashboard should have.
func titles(t *testing.T, environment string) []string {
	t.Helper()
	out := []string{"Load balancer", "Services"}
	for _, store := range platformtest.Platform(t, environment).Stores() {
		out = append(out, store.Title)
	}
	return append(out, "NAT gateways", "Backups and certificates")
}

// checkGraph holds a graph to what a reader needs and CloudWatch takes.
func checkGraph(t *testing.T, g *dashboard.Graph) {
	t.Helper()
	if g.Title == "" || g.YAxis.Left.Label == "" || g.Region != "us-east-1" || g.View != "timeSeries" || g.Period%60 != 0 || g.Period == 0 {
		t.Errorf("%q should have title, axis, region and a period of whole minutes", g.Title)
	}
	if len(g.Metrics) > 100 {
		t.Errorf("%s: CloudWatch draws 100 metrics, these are %d", g.Title, len(g.Metrics))
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, m := range g.Metrics {
		if id := m.Options.ID; id != "" && ids[id] {
			t.Errorf("%s: two metrics have the id %s", g.Title, id)
		}
		ids[m.Options.ID] = true
		if m.Options.Visible != nil {
			continue
		}
		if m.Options.Label == "" || labels[m.Options.Label] {
			t.Errorf("%s: each line should have a label of its own, got %q", g.Title, m.Options.Label)
		}
		labels[m.Options.Label] = true
	}
}

// checkAlarms holds the states on top to the alarms that are composed.
func checkAlarms(t *testing.T, a *dashboard.Alarms, r *render.Result, environment string) {
	t.Helper()
	var want []string
	for _, o := range alarms(r, environment) {
		name, _ := fields.Object(o, "metadata", "annotations").AsMap()["crossplane.io/external-name"].(string)
		want = append(want, "arn:aws:cloudwatch:us-east-1:111122223333:alarm:"+name)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(a.Alarms))); diff != "" {
		t.Errorf("\nShould show the state of every alarm: -want, +got:\n%s", diff)
	}
	if len(a.Alarms) > 100 {
		t.Errorf("CloudWatch shows a hundred alarms, these are %d", len(a.Alarms))
	}
}

// checkLayout holds widgets to the grid: none over another, none over the edge, no row that ends early.
func checkLayout(t *testing.T, widgets []dashboard.Widget) {
	t.Helper()
	taken := map[[2]int]bool{}
	bottom := 0
	for _, w := range widgets {
		bottom = max(bottom, w.Y+w.Height)
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if taken[[2]int{x, y}] || x >= dashboard.Columns {
					t.Fatalf("a widget at %d, %d is over another or over the edge", w.X, w.Y)
				}
				taken[[2]int{x, y}] = true
			}
		}
	}
	if len(taken) != bottom*dashboard.Columns {
		t.Errorf("%d of %d grid units are empty", bottom*dashboard.Columns-len(taken), bottom*dashboard.Columns)
	}
}

// checkThresholds holds the red lines to the alarms.
func checkThresholds(t *testing.T, b *dashboard.Body, r *render.Result, environment string) {
	t.Helper()
	drawn := map[float64]bool{}
	for _, w := range b.Widgets {
		if g, ok := w.Properties.(*dashboard.Graph); ok && g.Annotations != nil {
			for _, l := range g.Annotations.Horizontal {
				drawn[l.Value] = true
			}
		}
	}
	for name, o := range alarms(r, environment) {
		if threshold, _ := parameters(o)["threshold"].(float64); threshold > 0 && !drawn[threshold] {
			t.Errorf("%s: no graph has a line at %v", name, threshold)
		}
	}
}

// TestWithoutContainerInsights: nothing else counts tasks.
func TestWithoutContainerInsights(t *testing.T) {
	r, _ := whole(t, "staging", platformtest.Set("disabled", "spec", "compute", "containerInsights"))
	b := bodyOf(t, r)
	for _, w := range b.Widgets {
		if g, ok := w.Properties.(*dashboard.Graph); ok && g.Title == "Running tasks" {
			t.Error("Should not show what is not measured.")
		}
	}
	checkLayout(t, b.Widgets)
}

// TestSharedNames holds what alarms watch to the names that other layers give.
func TestSharedNames(t *testing.T) {
	for _, env := range platformtest.Environments {
		r, _ := whole(t, env)
		watched := map[string]bool{}
		for _, o := range alarms(r, env) {
			for _, v := range dimensions(parameters(o)) {
				watched[v] = true
			}
		}
		for _, o := range ofKind(r, "MetricFilter") {
			watched[parameters(o)["logGroupName"].(string)] = true
		}
		// Which resources, and which field has their name; empty for the external name.
		layers := map[string][][2]string{
			"data": {{"aurora-0", ""}, {"rabbitmq", "brokerName"}, {"opensearch", "domainName"}},
			"compute": {
				{"ecs-cluster", ""}, {"service-backend", ""}, {"service-scraper", ""}, {"service-frontend", ""}, {"service-temporal-worker", ""}, {"service-temporal-server", ""},
				{"log-group-backend", ""}, {"log-group-scraper", ""}, {"log-group-frontend", ""}, {"log-group-temporal-worker", ""}, {"log-group-temporal-server", ""},
			},
		}
		for name, resources := range layers {
			t.Run(env+"/"+name, func(t *testing.T) {
				if r.Resources[resources[0][0]] == nil {
					t.Skipf("there is no %s layer yet", name)
				}
				for _, n := range resources {
					o := r.Resources[n[0]]
					name, _ := parameters(o)[n[1]].(string)
					if n[1] == "" {
						name, _ = fields.Object(o, "metadata", "annotations").AsMap()["crossplane.io/external-name"].(string)
					}
					if !watched[name] {
						t.Errorf("%s is called %q: nothing watches that", n[0], name)
					}
				}
			})
		}
	}
}

// dimensions are the values of all dimensions of an alarm.
func dimensions(p map[string]any) []string {
	var out []string
	add := func(v any) {
		m, _ := v.(map[string]any)
		for _, d := range m {
			out = append(out, d.(string))
		}
	}
	add(p["dimensions"])
	queries, _ := p["metricQuery"].([]any)
	for _, q := range queries {
		m, _ := q.(map[string]any)["metric"].(map[string]any)
		add(m["dimensions"])
	}
	return out
}
