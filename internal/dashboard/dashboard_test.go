package dashboard

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var body = Body{
	Start:          "-PT3H",
	PeriodOverride: "inherit",
	Widgets: []Widget{
		{Type: TypeText, Width: 24, Height: 1, Properties: &Text{Markdown: "# a < b & c"}},
		{Type: TypeAlarms, Y: 1, Width: 24, Height: 2, Properties: &Alarms{Title: "Alarms", Alarms: []string{"arn:aws:cloudwatch:us-east-1:111122223333:alarm:a"}}},
		{Type: TypeGraph, Y: 3, Width: 12, Height: 6, Properties: &Graph{
			Title: "CPU", Region: "us-east-1", View: "timeSeries", Stat: "Average", Period: 60,
			YAxis:       YAxis{Left: Axis{Label: "percent", Min: new(0.0)}},
			Annotations: &Annotations{Horizontal: []Line{{Label: "alarm", Value: 80, Color: "#d62728"}}},
			Metrics: []Series{
				{Namespace: "AWS/ECS", Metric: "CPUUtilization", Dimensions: []Dimension{{"ClusterName", "c"}, {"ServiceName", "s"}}, Options: Options{ID: "m", Visible: new(false)}},
				{Options: Options{Expression: "m > 1", ID: "e", Label: "busy"}},
			},
		}},
	},
}

const want = `{"start":"-PT3H","periodOverride":"inherit","widgets":[` +
	`{"type":"text","x":0,"y":0,"width":24,"height":1,"properties":{"markdown":"# a < b & c"}},` +
	`{"type":"alarm","x":0,"y":1,"width":24,"height":2,"properties":{"title":"Alarms","alarms":["arn:aws:cloudwatch:us-east-1:111122223333:alarm:a"]}},` +
	`{"type":"metric","x":0,"y":3,"width":12,"height":6,"properties":{"title":"CPU","region":"us-east-1","view":"timeSeries","stacked":false,"stat":"Average","period":60,` +
	`"yAxis":{"left":{"label":"percent","showUnits":false,"min":0}},"annotations":{"horizontal":[{"label":"alarm","value":80,"color":"#d62728"}]},` +
	`"metrics":[["AWS/ECS","CPUUtilization","ClusterName","c","ServiceName","s",{"id":"m","visible":false}],[{"expression":"m > 1","id":"e","label":"busy"}]]}}]}`

func TestJSON(t *testing.T) {
	if diff := cmp.Diff(want, *body.JSON()); diff != "" {
		t.Errorf("\nShould write what CloudWatch documents: -want, +got:\n%s", diff)
	}
	var got Body
	if err := json.Unmarshal([]byte(want), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(body, got); diff != "" {
		t.Errorf("\nShould read what it writes: -want, +got:\n%s", diff)
	}
}

func TestUnmarshalErrors(t *testing.T) {
	cases := map[string]struct{ reason, raw string }{
		"Type":      {"Should refuse a widget that it does not know.", `{"widgets":[{"type":"log"}]}`},
		"NoOptions": {"Should refuse a series without options, which would lose a dimension.", `{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/ECS","CPUUtilization"]]}}]}`},
		"Empty":     {"Should refuse an empty series.", `{"widgets":[{"type":"metric","properties":{"metrics":[[]]}}]}`},
		"Odd":       {"Should refuse a dimension without a value.", `{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/ECS","CPUUtilization","ClusterName",{}]]}}]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var b Body
			if err := json.Unmarshal([]byte(tc.raw), &b); err == nil {
				t.Errorf("\n%s", tc.reason)
			}
		})
	}
}
