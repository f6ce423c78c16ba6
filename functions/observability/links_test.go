package observability_test

import (
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/test/platformtest"
)

// TestLinks: a mail leads to the dashboard, and to the section of the page that says what to do. (R-MON-5)
func TestLinks(t *testing.T) {
	page := strings.ToLower(platformtest.Read(t, "docs/alarms.md"))
	r, _ := whole(t, "production")
	all := alarms(r, "production")
	for name, o := range all {
		text := parameters(o)["alarmDescription"].(string)
		_, section, _ := strings.Cut(text, " Page: "+monitoring.Docs+"alarms.md#")
		if section == "" || !strings.Contains(page, "\n## "+strings.ReplaceAll(section, "-", " ")+"\n") {
			t.Errorf("%s should lead to a section of docs/alarms.md: %s", name, text)
		}
		if !strings.Contains(text, " Dashboard: https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/morket-production Page: ") {
			t.Errorf("%s should lead to the dashboard: %s", name, text)
		}
	}
	if len(all) < 30 {
		t.Errorf("Should have read all alarms, and read %d.", len(all))
	}
}
