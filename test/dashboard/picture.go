// Package dashboard draws the composed dashboard as a picture, so that a person can look at its layout before anything is
// deployed. It reads the very JSON that AWS gets; what was measured is made up.
package dashboard

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/dashboard"
)

// Sizes in pixels. A grid unit is as wide and high as CloudWatch draws it on a wide screen.
const (
	unitX, unitY = 66, 48
	gap          = 6
	margin       = 12

	titleHeight  = 26
	legendHeight = 34
	axisWidth    = 52
	timeHeight   = 18
)

// palette are CloudWatch's colours of lines, in its order, without the red of thresholds.
var palette = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"}

// A picture is SVG that is being written.
type picture struct {
	b strings.Builder
}

// Draw draws a dashboard as SVG.
func Draw(body *dashboard.Body) string {
	height := 0
	for _, w := range body.Widgets {
		height = max(height, w.Y+w.Height)
	}
	p := &picture{}
	width := 2*margin + dashboard.Columns*unitX
	p.line(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="11">`, width, 2*margin+height*unitY)
	p.line(`<rect width="100%%" height="100%%" fill="#f2f3f3"/>`)
	p.label(float64(width-margin), margin+16, "what was measured is made up", `font-size="13" fill="#545b64" text-anchor="end"`)
	for _, w := range body.Widgets {
		x, y := margin+w.X*unitX, margin+w.Y*unitY
		r := box{float64(x), float64(y), float64(w.Width*unitX - gap), float64(w.Height*unitY - gap)}
		switch properties := w.Properties.(type) {
		case *dashboard.Text:
			p.text(r, properties)
		case *dashboard.Alarms:
			p.alarms(r, properties)
		case *dashboard.Graph:
			p.graph(r, properties)
		}
	}
	p.line(`</svg>`)
	return p.b.String()
}

// A box is a rectangle in pixels.
type box struct{ x, y, w, h float64 }

func (p *picture) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// label writes text; style is further attributes.
func (p *picture) label(x, y float64, s, style string) {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(s)) // a strings.Builder takes everything
	p.line(`<text x="%.0f" y="%.0f" %s>%s</text>`, x, y, style, escaped.String())
}

func (p *picture) card(r box) {
	p.line(`<rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="3" fill="#fff" stroke="#d5dbdb"/>`, r.x, r.y, r.w, r.h)
}

// text draws headings and lines, which is all the Markdown that there is.
func (p *picture) text(r box, t *dashboard.Text) {
	y := r.y
	for line := range strings.SplitSeq(t.Markdown, "\n") {
		switch {
		case strings.HasPrefix(line, "# "):
			y += 32
			p.label(r.x+4, y, line[2:], `font-size="26" font-weight="bold" fill="#16191f"`)
		case strings.HasPrefix(line, "## "):
			y += 30
			p.label(r.x+4, y, line[3:], `font-size="18" font-weight="bold" fill="#16191f"`)
		default:
			y += 26
			p.label(r.x+4, y, line, `font-size="13" fill="#545b64"`)
		}
	}
}

// alarms draws a box for each alarm, by its name. That they are all well is made up.
func (p *picture) alarms(r box, a *dashboard.Alarms) {
	p.card(r)
	p.label(r.x+10, r.y+18, a.Title, `font-weight="bold" fill="#16191f"`)
	const columns, height = 6, 34.0
	width := (r.w - 20) / columns
	for i, arn := range a.Alarms {
		b := box{r.x + 10 + float64(i%columns)*width, r.y + 28 + float64(i/columns)*(height+6), width - 6, height}
		p.line(`<rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="2" fill="#f2fcf3" stroke="#1d8102"/>`, b.x, b.y, b.w, b.h)
		_, name, _ := strings.Cut(arn, ":alarm:")
		if most := int(b.w / 5.6); len(name) > most { // CloudWatch shortens it too
			name = name[:most-1] + "…"
		}
		p.label(b.x+8, b.y+21, name, `font-size="10" fill="#16191f"`)
	}
}

// graph draws axes, lines, thresholds and a legend.
func (p *picture) graph(r box, g *dashboard.Graph) {
	p.card(r)
	p.label(r.x+10, r.y+17, g.Title, `font-weight="bold" fill="#16191f"`)
	plot := box{r.x + axisWidth, r.y + titleHeight + 6, r.w - axisWidth - 12, r.h - titleHeight - legendHeight - timeHeight - 6}
	lines := measure(g)
	low, high := scale(g, lines)
	toY := func(v float64) float64 { return plot.y + plot.h*(1-(v-low)/(high-low)) }

	p.label(r.x+14, plot.y+plot.h/2, g.YAxis.Left.Label, fmt.Sprintf(`font-size="10" fill="#545b64" text-anchor="middle" transform="rotate(-90 %.0f %.0f)"`, r.x+14, plot.y+plot.h/2))
	const ticks = 4
	for i := range ticks + 1 {
		v := low + (high-low)*float64(i)/ticks
		p.line(`<line x1="%.0f" x2="%.0f" y1="%.0f" y2="%.0f" stroke="#eaeded"/>`, plot.x, plot.x+plot.w, toY(v), toY(v))
		p.label(plot.x-5, toY(v)+4, short(v), `font-size="10" fill="#545b64" text-anchor="end"`)
	}
	for i, hour := range []string{"09:00", "10:00", "11:00", "12:00"} {
		anchor := []string{"start", "middle", "middle", "end"}[i]
		p.label(plot.x+plot.w*float64(i)/3, plot.y+plot.h+14, hour, `font-size="10" fill="#545b64" text-anchor="`+anchor+`"`)
	}
	for _, l := range slices.Backward(lines) { // what is stacked is drawn from the top down
		p.curve(plot, l, toY, g.Stacked)
	}
	if g.Annotations != nil {
		for _, a := range g.Annotations.Horizontal {
			p.line(`<line x1="%.0f" x2="%.0f" y1="%.0f" y2="%.0f" stroke="%s" stroke-width="1.5" stroke-dasharray="5 3"/>`, plot.x, plot.x+plot.w, toY(a.Value), toY(a.Value), a.Color)
			p.label(plot.x+plot.w-2, toY(a.Value)-4, a.Label, `font-size="10" text-anchor="end" fill="`+a.Color+`"`)
		}
	}
	p.legend(box{r.x + 10, plot.y + plot.h + timeHeight, r.w - 20, legendHeight}, lines)
}

func (p *picture) curve(plot box, c curve, toY func(float64) float64, stacked bool) {
	var points strings.Builder
	for i, v := range c.values {
		fmt.Fprintf(&points, "%.0f,%.0f ", plot.x+plot.w*float64(i)/float64(len(c.values)-1), toY(v))
	}
	if stacked {
		p.line(`<polygon points="%.0f,%.0f %s%.0f,%.0f" fill="%s" />`, plot.x, plot.y+plot.h, points.String(), plot.x+plot.w, plot.y+plot.h, c.color)
		return
	}
	p.line(`<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`, strings.TrimSpace(points.String()), c.color)
}

// legend names the lines, in as many rows as it has room for.
func (p *picture) legend(r box, lines []curve) {
	x, y := r.x, r.y+12
	for i, c := range lines {
		width := 22 + 6.2*float64(len(c.label))
		if x+width > r.x+r.w && x > r.x {
			x, y = r.x, y+14
		}
		if y > r.y+r.h {
			p.label(r.x+r.w, r.y+r.h-6, fmt.Sprintf("+%d", len(lines)-i), `font-size="10" text-anchor="end" fill="#545b64"`)
			return
		}
		p.line(`<rect x="%.0f" y="%.0f" width="9" height="9" fill="%s"/>`, x, y-8, c.color)
		p.label(x+13, y, c.label, `font-size="10" fill="#16191f"`)
		x += width
	}
}

// scale is the span of the left axis: what the dashboard says, else so that lines and thresholds fit.
func scale(g *dashboard.Graph, lines []curve) (low, high float64) {
	high = math.Inf(-1)
	for _, c := range lines {
		for _, v := range c.values {
			high = max(high, v)
		}
	}
	if g.Annotations != nil {
		for _, a := range g.Annotations.Horizontal {
			high = max(high, a.Value)
		}
	}
	high = round(high * 1.1)
	if a := g.YAxis.Left; a.Max != nil {
		high = *a.Max
	}
	if a := g.YAxis.Left; a.Min != nil {
		low = *a.Min
	}
	return low, high
}

// round rounds up to a number that divides into four well.
func round(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 4, 6, 8} {
		if v <= n*unit {
			return n * unit
		}
	}
	return 10 * unit
}

// short writes a number as an axis does.
func short(v float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= u.size {
			return fmt.Sprintf("%.3g%s", v/u.size, u.name)
		}
	}
	return fmt.Sprintf("%.3g", v)
}
