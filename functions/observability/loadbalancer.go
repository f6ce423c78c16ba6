package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// loadBalancer watches what users feel: requests that fail, and how long answers take. (R-MON-1)
func loadBalancer(p *platform.Platform, observed monitoring.Lookup) monitoring.Section {
	arn := observed(platform.LoadBalancer, "arnSuffix")
	of := func(id, name, stat string) monitoring.Metric {
		return monitoring.Metric{ID: id, Namespace: "AWS/ApplicationELB", Name: name, Stat: stat, Dimensions: []dashboard.Dimension{{Name: "LoadBalancer", Value: arn}}}
	}
	percent := *p.Monitoring.Alarms.LoadBalancer5xxPercent
	milliseconds := *p.Monitoring.Alarms.LoadBalancerResponseMilliseconds
	failures := monitoring.Alarm{
		Resource: platform.LoadBalancer, Metric: "5xx",
		Subject: "Share of requests that end in a 5xx", Limit: fmt.Sprintf("%d %%", percent), Knob: "loadBalancer5xxPercent",
		Meaning:   "Counts the services' own 5xx and the load balancer's, which it answers with when no service does. Three minutes of five, because a single minute with little traffic says little; no requests are no failures.",
		FirstStep: "look at the dashboard: 5xx of the load balancer mean that a service is down or too slow (its health checks, its last deployment), 5xx of targets that it fails (its log).",
		// Requests for which no target is found are answered with 503 but not counted in RequestCount, which is not even
		// reported without targets. So there are as many requests as are counted, or, if those are more, as failed. That is
		// exact when nothing else works, and else at most the 503s' share too high. SUM and MAX of lists go on when one
		// of the metrics has no data, which is so while it is zero; with no request at all it is 0 / 0, which is no data.
		Metrics: []monitoring.Metric{
			of("balancer", "HTTPCode_ELB_5XX_Count", "Sum"),
			of("targets", "HTTPCode_Target_5XX_Count", "Sum"),
			of("requests", "RequestCount", "Sum"),
		},
		Expressions: []monitoring.Expression{
			{ID: "failed", Formula: "SUM([FILL(balancer, 0), FILL(targets, 0)])", Label: "requests that end in a 5xx"},
			{ID: "share", Formula: "100 * failed / MAX([requests, failed])", Label: "share of requests that end in a 5xx"},
		},
		Above: true, Threshold: float64(percent), Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, MissingData: monitoring.NotBreaching,
		Needs: platform.LoadBalancer, WaitingFor: "the load balancer's ARN",
	}
	slow := monitoring.Alarm{
		Resource: platform.LoadBalancer, Metric: "response-time",
		Subject: "Average time to answer a request", Limit: seconds(milliseconds), Knob: "loadBalancerResponseMilliseconds",
		Meaning:   "Measured from the load balancer to the service and back. Three minutes of five, so that one slow request in a quiet minute wakes nobody; no requests are not slow.",
		FirstStep: "see on the dashboard whether a service is short of CPU or Aurora is slow, and scale what is short.",
		Metrics:   []monitoring.Metric{of("", "TargetResponseTime", "Average")},
		Above:     true, Threshold: float64(milliseconds) / 1000, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, MissingData: monitoring.NotBreaching,
		Needs: platform.LoadBalancer, WaitingFor: "the load balancer's ARN",
	}
	return monitoring.Section{
		Title:  "Load balancer",
		Alarms: []monitoring.Alarm{failures, slow},
		Graphs: []monitoring.Graph{
			{Title: "Answers a minute by code", Axis: "requests", Stacked: true, Lines: []monitoring.Line{
				{Metric: of("", "HTTPCode_Target_2XX_Count", "Sum"), Label: "2xx"},
				{Metric: of("", "HTTPCode_Target_3XX_Count", "Sum"), Label: "3xx"},
				{Metric: of("", "HTTPCode_Target_4XX_Count", "Sum"), Label: "4xx"},
				{Metric: of("", "HTTPCode_Target_5XX_Count", "Sum"), Label: "5xx"},
				{Metric: of("", "HTTPCode_ELB_5XX_Count", "Sum"), Label: "5xx of the load balancer"},
			}, Colors: []string{"#2ca02c", "#1f77b4", "#ff7f0e", "#d62728", "#8c564b"}},
			{Title: "Requests that end in a 5xx", Axis: "percent", Alarm: &failures},
			{Title: "Time to answer", Axis: "seconds", Alarm: &slow, Lines: []monitoring.Line{
				{Metric: of("", "TargetResponseTime", "Average"), Label: "average"},
				{Metric: of("", "TargetResponseTime", "p99"), Label: "slowest of a hundred"},
			}},
		},
	}
}

func seconds(milliseconds int32) string {
	if milliseconds%1000 == 0 {
		return fmt.Sprintf("%d s", milliseconds/1000)
	}
	return fmt.Sprintf("%d ms", milliseconds)
}
