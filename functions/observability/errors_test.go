package observability_test

import (
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
		}
		if len(filters) != 5 {
			t.Errorf("%s: should count the errors of 5 services, counts %d", env, len(filters))
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
		"Nginx":         {"Should count nginx's.", `2026/01/01 12:00:00 [error] 7#7: *1 open() failed`, true},
		"Info":          {"Should not count information about errors.", `{"level":"info","msg":"no error so far"}`, false},
		"PinoInfo":      {"Should not count other numbers.", `{"level":30,"time":1767268800000,"msg":"took 50, more or less"}`, false},
		"Warning":       {"Should not count warnings.", `2026-01-01 12:00:00 WARNING Retrying after an error`, false},
		"NginxWarn":     {"Should not count nginx's warnings.", `2026/01/01 12:00:00 [warn] 7#7: upstream buffered`, false},
		"AccessLog":     {"Should not count requests that fail: the load balancer's alarm does.", `10.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET /error HTTP/1.1" 500 0`, false},
		"PinoWithField": {"Should not count a number of another field.", `{"level":30,"batchlevel":500}`, false},
	}
	r, _ := whole(t, "staging")
	pattern := parameters(r.Resources["errors-backend"])["pattern"].(string)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, matches(t, pattern, tc.line)); diff != "" {
				t.Errorf("\n%s\n%s\n-want, +got:\n%s", tc.reason, tc.line, diff)
			}
		})
	}
}

// matches reads patterns of alternative quoted terms: ?"a" ?"b" matches a line with a or b in it, in which \" is a quote.
// ("Filter pattern syntax" in the CloudWatch Logs user guide: "Match terms using optional terms")
func matches(t *testing.T, pattern, line string) bool {
	t.Helper()
	found := false
	for rest := pattern; rest != ""; {
		term, ok := strings.CutPrefix(rest, `?"`)
		if !ok {
			t.Fatalf("cannot read %q", rest)
		}
		var word strings.Builder
		i := 0
		for ; i < len(term) && term[i] != '"'; i++ {
			if term[i] == '\\' {
				i++
			}
			word.WriteByte(term[i])
		}
		found = found || strings.Contains(line, word.String())
		rest = strings.TrimPrefix(term[i+1:], " ")
	}
	return found
}
