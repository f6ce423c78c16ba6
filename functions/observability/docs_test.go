package observability

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

var update = flag.Bool("update", false, "write docs/alarms.md anew")

const (
	docs = "../../docs/alarms.md"

	intro = `<!-- Written by ` + "`go test ./functions/observability -run TestDocs -update`" + ` from the alarms in functions/observability. DO NOT EDIT. -->

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
- **Not watched**: how full ClickHouse's volume is, which CloudWatch cannot see without an agent on the instance; Redis' memory, which
  is full by design (` + "`allkeys-lru`" + `); Aurora's storage, which grows by itself.
`
)

// nothing is what is observed of a platform of which nothing exists.
func nothing(string, string) string { return "" }

// production is the platform that the documentation describes.
func production(t *testing.T) *platform.Platform {
	t.Helper()
	p, errs := platform.Resolve(platform.Input{XRName: "morket-production", Spec: v1alpha1.MorketPlatformSpec{
		Environment: "production", AccountID: "111122223333", Region: "us-east-1",
	}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

// TestDocs holds docs/alarms.md to the alarms.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(intro)
	knobs := map[string]bool{}
	seen := map[string]bool{}
	for _, g := range sections(production(t), nothing) {
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
				knobs[a.Knob] = true
				condition = strings.Replace(condition, a.Limit, fmt.Sprintf("%s (`%s`)", a.Limit, a.Knob), 1)
			}
			for _, s := range []string{a.Meaning, a.FirstStep} {
				if !strings.HasSuffix(s, ".") {
					t.Errorf("%s: %q should be a sentence", name, s)
				}
			}
			fmt.Fprintf(&b, "| `%s` | %s is %s | %s | %s |\n", name, escape(subject), condition, a.Meaning, strings.ToUpper(a.FirstStep[:1])+a.FirstStep[1:])
		}
	}
	for field := range reflect.TypeFor[v1alpha1.Alarms]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !knobs[name] {
			t.Errorf("spec.monitoring.alarms.%s should be the threshold of an alarm", name)
		}
	}
	if *update {
		if err := os.WriteFile(docs, []byte(b.String()), 0o644); err != nil { //nolint:gosec // documentation, read by everyone
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("\ndocs/alarms.md is not what the alarms say: run go test ./functions/observability -run TestDocs -update\n-want, +got:\n%s", diff)
	}
}

// escape keeps Markdown from reading <service> as HTML.
func escape(s string) string { return strings.NewReplacer("<", "\\<", ">", "\\>").Replace(s) }

// TestSilence: of each thing that is measured all the time, one alarm and no more tells when data stop coming.
func TestSilence(t *testing.T) {
	tells := map[string]int{}
	for _, g := range sections(production(t), nothing) {
		for _, a := range g.Alarms {
			thing := a.Resource + " " + a.Instance
			switch a.MissingData {
			case monitoring.Notify:
				tells[thing]++
			case monitoring.Unknown:
				tells[thing] += 0
			case monitoring.NotBreaching:
			}
		}
	}
	for thing, n := range tells {
		if n != 1 {
			t.Errorf("%s: one alarm should tell when data stop, %d do", thing, n)
		}
	}
}
