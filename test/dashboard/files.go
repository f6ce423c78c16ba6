package dashboard

import (
	"encoding/json"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are the picture of production's dashboard, with made-up measurements.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	return platformtest.Files{"docs/dashboard.svg": Draw(body(t))}
}

// body is production's dashboard with everything that it can show. Where the layers that have a load balancer and
// ClickHouse are not there, their names stand in.
func body(t platformtest.T) *dashboard.Body {
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
	raw := fields.Text(o, "spec", "forProvider", "dashboardBody")
	b := &dashboard.Body{}
	if err := json.Unmarshal([]byte(raw), b); err != nil {
		t.Fatal(err)
	}
	return b
}
