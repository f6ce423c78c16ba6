package observability_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

// TestErrorFilters is R-MON-4: each service's log group has its errors counted, under the name that its alarm watches.
func TestErrorFilters(t *testing.T) {
	for _, env := range platformtest.Environments {
		r, _ := whole(t, env)
		filters := ofKind(r, "MetricFilter")
		for _, svc := range []string{"backend", "scraper", "frontend", "temporal-worker", "temporal-server"} {
			got := parameters(filters["errors-"+svc])
			delete(got, "pattern")
			want := map[string]any{
				"region": "us-east-1", "logGroupName": "/ecs/morket-" + env + "/" + svc,
				"metricTransformation": map[string]any{"namespace": "Morket/morket-" + env, "name": svc + "-errors", "value": "1", "defaultValue": "0", "unit": "Count"},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s: -want, +got:\n%s", env, svc, diff)
			}
			plain := parameters(filters["errors-"+svc+"-plain"])
			delete(plain, "pattern")
			if diff := cmp.Diff(want, plain); diff != "" {
				t.Errorf("%s: %s: plain lines should be counted with the others: -want, +got:\n%s", env, svc, diff)
			}
		}
		if len(filters) != 10 {
			t.Errorf("%s: should count the errors of 5 services, in JSON and plain, counts %d", env, len(filters))
		}
	}
}

// TestErrorPattern reads lines as services write them.
func TestErrorPattern(t *testing.T) {
	cases := map[string]struct {
		reason, line string
		want         bool
	}{
		"Plain":         {"Should count a plain line.", `2026-01-01 12:00:00 ERROR Cannot reach the database`, true},
		"Bracketed":     {"Should count a level in brackets.", `[ERROR] Cannot reach the database`, true},
		"Python":        {"Should count Python's.", `ERROR:scraper.browser:Page crashed`, true},
		"JSON":          {"Should count JSON of winston and zap.", `{"level":"error","ts":1767268800,"msg":"cannot reach the database"}`, true},
		"JSONSpaces":    {"Should count JSON of structlog.", `{"event": "page crashed", "level": "error"}`, true},
		"JSONUpper":     {"Should count a level in capitals.", `{"severity":"ERROR","message":"page crashed"}`, true},
		"Pino":          {"Should count pino's number.", `{"level":50,"time":1767268800000,"msg":"cannot reach the database"}`, true},
		"Fatal":         {"Should count what is worse.", `2026-01-01T12:00:00.123Z FATAL Out of memory`, true},
		"FatalJSON":     {"Should count what is worse in JSON.", `{"level":"fatal","msg":"cannot start"}`, true},
		"PinoFatal":     {"Should count pino's fatal.", `{"level":60,"msg":"cannot start"}`, true},
		"Critical":      {"Should count Python's critical.", `CRITICAL:scraper:Out of memory`, true},
		"Offset":        {"Should read a time with an offset.", `2026-01-01 12:00:00,123+01:00 ERROR Cannot reach the database`, true},
		"InBrackets":    {"Should read a time in brackets.", `[2026-01-01 12:00:00] [ERROR] Cannot reach the database`, true},
		"NginxCrit":     {"Should count what nginx calls critical.", `2026/01/01 12:00:00 [crit] 7#7: *1 open() failed (24: Too many open files)`, true},
		"NginxError":    {"Should not count what a visitor can cause.", `2026/01/01 12:00:00 [error] 7#7: *1 client intended to send too large body`, false},
		"Agent":         {"Should not count a visitor's user agent.", `{"time":"2026-01-01T12:00:00+00:00","level":"INFO","method":"GET","path":"/ERROR","status":200,"agent":"ERROR [error] \"level\":\"error\""}`, false},
		"AgentPlain":    {"Should not count one in a plain access log.", `10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET /ERROR HTTP/1.1" 200 0 "-" "ERROR FATAL [crit]"`, false},
		"Uvicorn":       {"Should not count a path in uvicorn's access log.", `INFO:     10.0.0.1:40000 - "GET /ERROR HTTP/1.1" 200 OK`, false},
		"Nested":        {"Should not count the level of something that a line quotes.", `{"level":"info","body":{"level":"error"}}`, false},
		"Word":          {"Should not count a word that begins with a level.", `2026-01-01 12:00:00 ERRORS were found: 0`, false},
		"Info":          {"Should not count information about errors.", `{"level":"info","msg":"no error so far"}`, false},
		"PinoInfo":      {"Should not count other numbers.", `{"level":30,"time":1767268800000,"msg":"took 50, more or less"}`, false},
		"Warning":       {"Should not count warnings.", `2026-01-01 12:00:00 WARNING Retrying after an error`, false},
		"NginxWarn":     {"Should not count nginx's warnings.", `2026/01/01 12:00:00 [warn] 7#7: upstream buffered`, false},
		"AccessLog":     {"Should not count requests that fail: the load balancer's alarm does.", `10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET /error HTTP/1.1" 500 0`, false},
		"PinoWithField": {"Should not count a number of another field.", `{"level":30,"batchlevel":500}`, false},
	}
	r, _ := whole(t, "staging")
	pattern := func(name string) string { return parameters(r.Resources[name])["pattern"].(string) }
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, matchesJSON(t, pattern("errors-backend"), tc.line) || matchesPlain(t, pattern("errors-backend-plain"), tc.line)); diff != "" {
				t.Errorf("\n%s\n%s\n-want, +got:\n%s", tc.reason, tc.line, diff)
			}
		})
	}
}

// condition is one of a JSON pattern: a field and the string or number that it equals.
var condition = regexp.MustCompile(`^\$\.([a-z]+) = (?:"([A-Za-z]+)"|(\d+))$`)

// matchesJSON reads patterns of alternative conditions: { $.a = "b" || $.c = 1 }. A line that is no JSON matches none.
// ("Using filter patterns to match terms in JSON log events" in the CloudWatch Logs user guide)
func matchesJSON(t *testing.T, pattern, line string) bool {
	t.Helper()
	var object map[string]any
	parsed := json.Unmarshal([]byte(line), &object) == nil
	found := false
	for c := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(pattern, "{ "), " }"), " || ") {
		m := condition.FindStringSubmatch(c)
		if m == nil {
			t.Fatalf("cannot read %q", c)
		}
		value := object[m[1]]
		if m[3] != "" {
			number, is := value.(float64)
			found = found || parsed && is && fmt.Sprint(number) == m[3]
		} else {
			found = found || parsed && value == m[2]
		}
	}
	return found
}

// allowed is all that CloudWatch takes between the percent signs of a pattern: no parentheses, no spaces.
// ("Supported regular expressions (regex) syntax" in the CloudWatch Logs user guide).
var allowed = regexp.MustCompile(`^%[A-Za-z0-9:_#=@/;,^$?\[\]{}|\\*+.-]+%$`)

// matchesPlain reads a pattern that is one regular expression.
func matchesPlain(t *testing.T, pattern, line string) bool {
	t.Helper()
	if !allowed.MatchString(pattern) || len(pattern) > 1024 {
		t.Fatalf("CloudWatch would refuse %q", pattern)
	}
	return regexp.MustCompile(strings.Trim(pattern, "%")).MatchString(line)
}
