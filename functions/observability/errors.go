package observability

import (
	"strings"

	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Levels of lines that count, in the words of loggers: ERROR and whatever is worse. Each is found in capitals and without.
var levels = []string{"error", "fatal", "critical", "panic"}

// jsonErrors finds structured lines by their level, and by nothing else of them: a message, a path or a user agent may say ERROR.
// Loggers call the level (winston, zap, structlog), severity or levelname; pino's is a number.
func jsonErrors() string {
	var alternatives []string
	for _, field := range []string{"level", "severity", "levelname"} {
		for _, level := range levels {
			alternatives = append(alternatives, `$.`+field+` = "`+level+`"`, `$.`+field+` = "`+strings.ToUpper(level)+`"`)
		}
	}
	return "{ " + strings.Join(append(alternatives, "$.level = 50", "$.level = 60"), " || ") + " }"
}

// before is what may stand before the level of a plain line: date, time, zone and brackets. A line that begins with anything else,
// such as a method, a name or a brace, does not count, whatever follows.
const before = `^[\[\]0-9TZ:.,+\/\s-]*`

// plainErrors finds plain lines that begin with a time and a level, or with the level. CloudWatch knows no groups, so the beginning
// is written for each level. nginx's [error] is left out, because a visitor can cause it, by a large body for example.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func plainErrors() string {
	var alternatives []string
	for _, level := range levels {
		alternatives = append(alternatives, before+strings.ToUpper(level)+`[:\s\]]`)
	}
	for _, level := range []string{"emerg", "alert", "crit"} { // nginx's
		alternatives = append(alternatives, before+level+`\]`)
	}
	return "%" + strings.Join(alternatives, "|") + "%"
}

// addErrorFilters composes what counts the lines of level ERROR and worse in each service's log group: those that are JSON, and plain
// ones. Until the log group is there the provider tries again. (R-MON-4)
func addErrorFilters(s *layer.Scope) {
	p := s.Platform
	for _, svc := range p.Services() {
		for _, f := range []struct{ suffix, pattern string }{{"", jsonErrors()}, {"-plain", plainErrors()}} {
			s.Add("errors-"+svc.Name+f.suffix, &cloudwatchlogs.MetricFilter{ForProvider: cloudwatchlogs.MetricFilterParameters{
				LogGroupName: new(p.LogGroup(svc.Name)),
				Pattern:      new(f.pattern),
				MetricTransformation: &cloudwatchlogs.MetricFilterMetricTransformation{
					Namespace:    new(errorNamespace(p)),
					Name:         new(errorMetric(svc.Name)),
					Value:        new("1"),
					DefaultValue: new("0"),
					Unit:         new("Count"),
				},
			}}, layer.ExternalName(p.AWSName(errorMetric(svc.Name)+f.suffix, platform.MaxMetricFilter)))
		}
	}
}
