package dashboard

import (
	"math"
	"testing"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

func TestMeasurements(t *testing.T) {
	for _, w := range body(t).Widgets {
		g, ok := w.Properties.(*dashboard.Graph)
		if !ok {
			continue
		}
		for _, c := range measure(g) {
			if math.IsNaN(c.values[0]) {
				t.Errorf("%s: nobody knows what %s is like: is its name right? Then say so in measurements.go", g.Title, c.label)
			}
		}
	}
}
