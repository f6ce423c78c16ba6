// Package plans makes the plans of changes of production's example, for internal/plan/testdata.
package plans

import (
	"bytes"
	"io"
	"strings"

	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/test/platformtest"
)

// changes are what is changed in the claim, by path below spec.
var changes = map[string]map[string]any{
	"sizes": {
		"data.aurora.engineVersion": "15.12", "data.clickHouse.instanceType": "m6i.2xlarge", "data.clickHouse.version": "25.3",
		"data.rabbitmq.instanceType": "mq.m7g.large", "network.natGateways": 1.0,
	},
	"refused": {"data.aurora.masterUsername": "boss", "edge.exports.expireAfterDays": 400.0},
	"nothing": {},
}

// Files are the plans, in each format.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	out := platformtest.Files{}
	for name, fields := range changes {
		claim := platformtest.Claim(t, "production")
		for path, v := range fields {
			platformtest.Set(v, append([]string{"spec"}, strings.Split(path, ".")...)...)(claim)
		}
		was := &plan.Input{Name: "production.yaml", Platform: platformtest.Claim(t, "production")}
		p, err := plan.Change(platformtest.Renderer(t), was, &plan.Input{Name: "production.yaml", Platform: claim})
		if err != nil {
			t.Fatal(err)
		}
		for ext, write := range map[string]func(io.Writer) error{"txt": p.WriteText, "md": p.WriteMarkdown, "json": p.WriteJSON} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			out["internal/plan/testdata/"+name+"."+ext] = b.String()
		}
	}
	return out
}
