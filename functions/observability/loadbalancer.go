package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

const loadBalancerName = "alb"

// loadBalancer watches what users feel: requests that fail, and how long answers take. (R-MON-1)
func loadBalancer(p *platform.Platform, known inventions) group {
	of := func(id, name, stat string) metric {
		return metric{id: id, namespace: "AWS/ApplicationELB", name: name, stat: stat, dimensions: []dashboard.Dimension{{Name: "LoadBalancer", Value: known[loadBalancerName]}}}
	}
	percent := *p.Monitoring.Alarms.LoadBalancer5xxPercent
	milliseconds := *p.Monitoring.Alarms.LoadBalancerResponseMilliseconds
	failures := alarm{
		on: loadBalancerName, what: "5xx",
		says: "Share of requests that end in a 5xx", limit: fmt.Sprintf("%d %%", percent), knob: "loadBalancer5xxPercent",
		why:   "Counts the services' own 5xx and the load balancer's, which it answers with when no service does. Three minutes of five, because a single minute with little traffic says little; no requests are no failures.",
		first: "look at the dashboard: 5xx of the load balancer mean that a service is down or too slow (its health checks, its last deployment), 5xx of targets that it fails (its log).",
		// Requests for which no target is found are answered with 503 but not counted in RequestCount, which is not even
		// reported without targets. So there are as many requests as are counted, or, if those are more, as failed. That is
		// exact when nothing else works, and else at most the 503s' share too high. SUM and MAX of lists go on when one
		// of the metrics has no data, which is so while it is zero; with no request at all it is 0 / 0, which is no data.
		metrics: []metric{
			of("balancer", "HTTPCode_ELB_5XX_Count", "Sum"),
			of("targets", "HTTPCode_Target_5XX_Count", "Sum"),
			of("requests", "RequestCount", "Sum"),
		},
		expressions: []expression{
			{id: "failed", formula: "SUM([FILL(balancer, 0), FILL(targets, 0)])", label: "requests that end in a 5xx"},
			{id: "share", formula: "100 * failed / MAX([requests, failed])", label: "share of requests that end in a 5xx"},
		},
		above: true, threshold: float64(percent), period: 60, periods: 5, breaching: 3, silence: normal,
		needs: loadBalancerName, waitingFor: "the load balancer's ARN",
	}
	slow := alarm{
		on: loadBalancerName, what: "response-time",
		says: "Average time to answer a request", limit: seconds(milliseconds), knob: "loadBalancerResponseMilliseconds",
		why:     "Measured from the load balancer to the service and back. Three minutes of five, so that one slow request in a quiet minute wakes nobody; no requests are not slow.",
		first:   "see on the dashboard whether a service is short of CPU or Aurora is slow, and scale what is short.",
		metrics: []metric{of("", "TargetResponseTime", "Average")},
		above:   true, threshold: float64(milliseconds) / 1000, period: 60, periods: 5, breaching: 3, silence: normal,
		needs: loadBalancerName, waitingFor: "the load balancer's ARN",
	}
	return group{
		title:  "Load balancer",
		alarms: []alarm{failures, slow},
		graphs: []graph{
			{title: "Answers a minute by code", axis: "requests", stacked: true, lines: []line{
				{of("", "HTTPCode_Target_2XX_Count", "Sum"), "2xx"},
				{of("", "HTTPCode_Target_3XX_Count", "Sum"), "3xx"},
				{of("", "HTTPCode_Target_4XX_Count", "Sum"), "4xx"},
				{of("", "HTTPCode_Target_5XX_Count", "Sum"), "5xx"},
				{of("", "HTTPCode_ELB_5XX_Count", "Sum"), "5xx of the load balancer"},
			}, colors: []string{"#2ca02c", "#1f77b4", "#ff7f0e", "#d62728", "#8c564b"}},
			{title: "Requests that end in a 5xx", axis: "percent", alarm: &failures},
			{title: "Time to answer", axis: "seconds", alarm: &slow, lines: []line{
				{of("", "TargetResponseTime", "Average"), "average"},
				{of("", "TargetResponseTime", "p99"), "slowest of a hundred"},
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
