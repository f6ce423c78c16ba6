package docs

import (
	"fmt"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/functions/observability"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/test/platformtest"
)

const alarmsIntro = `<!-- Written by ` + "`make update`" + ` from the alarms in functions/observability. DO NOT EDIT. -->

# Alarms

Both environments have the same alarms. A mail says what follows here: what is wrong, what it means, and what to do first.
[dashboard.svg](dashboard.svg) is what the dashboard looks like; its red lines are these thresholds.

- **Who is told**: the addresses in ` + "`spec.monitoring.emails`" + `, each after following the link in AWS's mail. Until then it is listed in
  ` + "`status.monitoring.unconfirmedEmails`" + `; AWS forgets an address that is not confirmed within two days, and the platform asks again, as it does
  when somebody unsubscribes whom the claim still names.
  Pagers and chats subscribe to the topic in ` + "`status.monitoring.alarmTopicArn`" + `. A claim without addresses, such as one for staging,
  has the same alarms, on the dashboard only.
- **When it is over**, the same people are told. New alarms go to OK once, which is a mail each, if somebody has confirmed by then.
- **Thresholds** with a name are fields of ` + "`spec.monitoring.alarms`" + `; the others are what AWS recommends or a service's own limit.
- **Names** begin with the platform's prefix: ` + "`morket-production-alb-5xx`" + `.
- **A mail** ends with two links: to the dashboard, and to the section of this page.
- **Lines of level ERROR or worse** are found by the field ` + "`level`" + ` (` + "`severity`, `levelname`" + `) of JSON, or by a level after the time at the
  beginning of a plain line. What a visitor sends, such as a path or a user agent, is never at these places. So nginx's ` + "`[error]`" + ` does not
  count, which a visitor can cause; its ` + "`[crit]`" + ` does. Write logs as JSON, with what comes from outside in other fields.
- **Not watched**: CloudFront's certificate outside us-east-1, because an alarm sees no other region than its own; deployments that ECS gave up,
  which CloudWatch has no metric of (` + "`ComputeReady`" + ` and ` + "`morket rollout`" + ` tell); how full ClickHouse's volume is, which CloudWatch cannot see without an agent on the instance; Redis' memory, which
  is full by design (` + "`allkeys-lru`" + `); Aurora's storage, which grows by itself.
`

// alarms is docs/alarms.md: the alarms of a platform of which nothing exists yet.
func alarms(t platformtest.T) string {
	t.Helper()
	p, errs := platform.Resolve(platform.Input{XRName: "morket-production", Spec: v1alpha1.MorketPlatformSpec{
		Environment: "production", AccountID: "111122223333", Region: "us-east-1",
	}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var b strings.Builder
	b.WriteString(alarmsIntro)
	seen := map[string]bool{}
	for _, g := range observability.Sections(p, func(string, string) string { return "" }) {
		fmt.Fprintf(&b, "\n## %s\n\n| alarm | fires when | what it means | first |\n|---|---|---|---|\n", g.Title)
		for _, a := range g.Alarms {
			name, subject := a.NameOf(a.AnyInstance), a.Subject
			if seen[name] {
				continue
			}
			seen[name] = true
			if a.AnyInstance != "" {
				subject += " " + a.AnyInstance
			}
			condition := a.Condition()
			if a.Knob != "" {
				condition = strings.Replace(condition, a.Limit, fmt.Sprintf("%s (`%s`)", a.Limit, a.Knob), 1)
			}
			subject = strings.NewReplacer("<", `\<`, ">", `\>`).Replace(subject)
			fmt.Fprintf(&b, "| `%s` | %s is %s | %s | %s |\n", name, subject, condition, a.Meaning, strings.ToUpper(a.FirstStep[:1])+a.FirstStep[1:])
		}
	}
	return b.String()
}
