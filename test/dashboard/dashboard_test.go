package dashboard

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/test/platformtest"
)

var update = flag.Bool("update", false, "draw docs/dashboard.svg anew")

// body is production's dashboard with everything that it can show. Where the layers that have a load balancer and
// ClickHouse are not there, their names stand in.
func body(t *testing.T) *dashboard.Body {
	t.Helper()
	xr := platformtest.XR(t, "production", nil)
	observed := platformtest.Observed(platformtest.Eventually(t, xr))
	for name, at := range map[string]map[string]any{
		"alb":        {"arnSuffix": "app/morket-production/50dc6c495c0c9188"},
		"clickhouse": {"id": "i-0123456789abcdef0"},
	} {
		if observed[name] != nil {
			continue
		}
		o, err := structpb.NewStruct(map[string]any{"metadata": map[string]any{"name": name}, "status": map[string]any{"atProvider": at}})
		if err != nil {
			t.Fatal(err)
		}
		observed[name] = &fnv1.Resource{Resource: o}
	}
	o := platformtest.Once(t, xr, observed).Resources["dashboard"]
	raw := o.GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().GetFields()["dashboardBody"].GetStringValue()
	b := &dashboard.Body{}
	if err := json.Unmarshal([]byte(raw), b); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPicture holds docs/dashboard.svg to the dashboard that is composed.
func TestPicture(t *testing.T) {
	b := body(t)
	for _, w := range b.Widgets {
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
	got := Draw(b)
	file := platformtest.Path(t, "docs", "dashboard.svg")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // documentation, read by everyone
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Error("docs/dashboard.svg does not show the dashboard that is composed: draw it anew with `make dashboard`, and look at it")
	}
}
