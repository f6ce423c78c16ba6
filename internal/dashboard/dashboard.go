// Package dashboard is the body of a CloudWatch dashboard, typed.
// (CloudWatch API reference, "Dashboard Body Structure and Syntax")
package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Columns is the width of a dashboard in grid units.
const Columns = 24

// A Body is a whole dashboard.
type Body struct {
	// Start is how far back graphs reach when the dashboard is opened, as an ISO 8601 duration such as -PT3H.
	Start string `json:"start"`
	// PeriodOverride is inherit, so that each graph keeps its period whatever time is looked at.
	PeriodOverride string   `json:"periodOverride"`
	Widgets        []Widget `json:"widgets"`
}

// A Widget is a rectangle of the grid, in grid units from the top left, and what is in it.
type Widget struct {
	Type       string `json:"type"`
	X          int    `json:"x"`
	Y          int    `json:"y"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Properties any    `json:"properties"` // *Text, *Alarms or *Graph
}

// Types of widgets.
const (
	TypeText   = "text"
	TypeAlarms = "alarm"
	TypeGraph  = "metric"
)

// Text is Markdown.
type Text struct {
	Markdown string `json:"markdown"`
	// Background is transparent for a heading without a box.
	Background string `json:"background,omitempty"`
}

// Alarms shows the state of up to 100 alarms, a box each.
type Alarms struct {
	Title  string   `json:"title"`
	Alarms []string `json:"alarms"` // ARNs
}

// A Graph draws metrics over time.
type Graph struct {
	Title       string       `json:"title"`
	Region      string       `json:"region"`
	View        string       `json:"view"` // timeSeries
	Stacked     bool         `json:"stacked"`
	Stat        string       `json:"stat"`
	Period      int          `json:"period"` // seconds
	YAxis       YAxis        `json:"yAxis"`
	Annotations *Annotations `json:"annotations,omitempty"`
	Metrics     []Series     `json:"metrics"`
}

// A YAxis has one side here.
type YAxis struct {
	Left Axis `json:"left"`
}

// An Axis has a label instead of CloudWatch's own unit.
type Axis struct {
	Label     string   `json:"label"`
	ShowUnits bool     `json:"showUnits"`
	Min       *float64 `json:"min,omitempty"`
	Max       *float64 `json:"max,omitempty"`
}

// Annotations are lines across a graph.
type Annotations struct {
	Horizontal []Line `json:"horizontal"`
}

// A Line is at a value of the left axis.
type Line struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
	Color string  `json:"color"`
}

// A Dimension tells metrics of one name apart.
type Dimension struct {
	Name, Value string
}

// A Series is one line of a graph: a metric, or an expression of others.
type Series struct {
	Namespace, Metric string
	Dimensions        []Dimension
	Options           Options
}

// Options of a series. Without Stat and Period it has its graph's.
type Options struct {
	Expression string `json:"expression,omitempty"`
	ID         string `json:"id,omitempty"`
	Label      string `json:"label,omitempty"`
	Stat       string `json:"stat,omitempty"`
	Color      string `json:"color,omitempty"`
	// Visible is false for what only an expression needs.
	Visible *bool `json:"visible,omitempty"`
}

// MarshalJSON writes a series as CloudWatch wants it: an array of namespace, metric, names and values of dimensions, and
// options; of options alone for an expression.
func (s Series) MarshalJSON() ([]byte, error) {
	var a []any
	if s.Options.Expression == "" {
		a = append(a, s.Namespace, s.Metric)
		for _, d := range s.Dimensions {
			a = append(a, d.Name, d.Value)
		}
	}
	return encode(append(a, s.Options))
}

// UnmarshalJSON reads what MarshalJSON writes. CloudWatch's abbreviations are not used, and not understood.
func (s *Series) UnmarshalJSON(raw []byte) error {
	var a []json.RawMessage
	if err := json.Unmarshal(raw, &a); err != nil {
		return err
	}
	if len(a) == 0 {
		return fmt.Errorf("a series needs options: %s", raw)
	}
	if err := json.Unmarshal(a[len(a)-1], &s.Options); err != nil {
		return err
	}
	words := make([]string, len(a)-1)
	for i := range words {
		if err := json.Unmarshal(a[i], &words[i]); err != nil {
			return err
		}
	}
	if len(words) == 0 {
		return nil
	}
	if len(words)%2 != 0 {
		return fmt.Errorf("a metric needs namespace, name, and a value for each dimension: %s", raw)
	}
	s.Namespace, s.Metric = words[0], words[1]
	for i := 2; i < len(words); i += 2 {
		s.Dimensions = append(s.Dimensions, Dimension{words[i], words[i+1]})
	}
	return nil
}

// UnmarshalJSON reads a widget of one of the three types.
func (w *Widget) UnmarshalJSON(raw []byte) error {
	type plain Widget // without this method
	var typ struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &typ); err != nil {
		return err
	}
	switch typ.Type {
	case TypeText:
		w.Properties = &Text{}
	case TypeAlarms:
		w.Properties = &Alarms{}
	case TypeGraph:
		w.Properties = &Graph{}
	default:
		return fmt.Errorf("unknown type of widget %q", typ.Type)
	}
	return json.Unmarshal(raw, (*plain)(w))
}

// JSON is the body as AWS takes it. The same body always gives the same bytes.
func (b *Body) JSON() *string {
	raw, err := encode(b)
	if err != nil { // only numbers that are none, and the platform's are whole
		return nil
	}
	return new(string(raw))
}

// encode writes JSON with < and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
