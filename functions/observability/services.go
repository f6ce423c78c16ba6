package observability

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// services watches each ECS service: what it uses, and what it logs as errors. (R-MON-1, R-MON-4)
func services(p *platform.Platform) group {
	knobs := &p.Monitoring.Alarms
	cpu := graph{title: "CPU of services", axis: "percent", max: 100}
	memory := graph{title: "Memory of services", axis: "percent", max: 100}
	tasks := graph{title: "Running tasks", axis: "tasks"}
	errors := graph{title: "Errors logged a minute", axis: "lines"}
	g := group{title: "Services"}
	for _, svc := range p.Services() {
		dimensions := []dashboard.Dimension{
			{Name: "ClusterName", Value: p.AWSName("", platform.MaxECSName)},
			{Name: "ServiceName", Value: p.AWSName(svc.Name, platform.MaxECSName)},
		}
		of := func(namespace, name, stat string) metric {
			return metric{namespace: namespace, name: name, stat: stat, dimensions: dimensions}
		}
		busy := alarm{
			on: "ecs", which: svc.Name, each: "<service>", what: "cpu",
			says: "CPU of service", limit: fmt.Sprintf("%d %%", *knobs.ServiceCPUPercent), knob: "serviceCPUPercent",
			why:     "Scaling begins at less, so five minutes of this mean that it has reached its end or is off. When data stop, no task of the service runs: that is told too.",
			first:   "raise the service's scaling.max, or its cpu, in the claim; with no data, look at the service's events in ECS.",
			metrics: []metric{of("AWS/ECS", "CPUUtilization", "Average")},
			above:   true, threshold: float64(*knobs.ServiceCPUPercent), period: 60, periods: 5, breaching: 5, silence: telling,
		}
		full := alarm{
			on: "ecs", which: svc.Name, each: "<service>", what: "memory",
			says: "Memory of service", limit: fmt.Sprintf("%d %%", *knobs.ServiceMemoryPercent), knob: "serviceMemoryPercent",
			why:     "A task that reaches 100 % is killed. Scaling is by CPU and does not help. That no task runs is told by the CPU's alarm.",
			first:   "raise the service's memory in the claim; if it grows without end, its last deployment leaks: roll back.",
			metrics: []metric{of("AWS/ECS", "MemoryUtilization", "Average")},
			above:   true, threshold: float64(*knobs.ServiceMemoryPercent), period: 60, periods: 5, breaching: 5, silence: unknown,
		}
		failing := alarm{
			on: "ecs", which: svc.Name, each: "<service>", what: "errors",
			says: "Number of lines of level ERROR of service", limit: strconv.Itoa(int(*knobs.ErrorsPerMinute)), knob: "errorsPerMinute",
			why:     "Counted in the service's log group. A single minute is enough; a service that logs nothing logs no errors.",
			first:   "read the service's log group from that minute on.",
			metrics: []metric{{namespace: errorNamespace(p), name: errorMetric(svc.Name), stat: "Sum"}},
			above:   true, threshold: float64(*knobs.ErrorsPerMinute), period: 60, periods: 1, breaching: 1, silence: normal,
		}
		g.alarms = append(g.alarms, busy, full, failing)
		cpu.add(&busy, svc.Name)
		memory.add(&full, svc.Name)
		errors.add(&failing, svc.Name)
		tasks.lines = append(tasks.lines, line{of("ECS/ContainerInsights", "RunningTaskCount", "Average"), svc.Name})
	}
	g.graphs = []graph{cpu, memory, errors}
	if *p.Compute.ContainerInsights != "disabled" { // nothing else counts tasks
		g.graphs = append(g.graphs, tasks)
	}
	return g
}

func errorNamespace(p *platform.Platform) string { return "Morket/" + p.Prefix }
func errorMetric(service string) string          { return service + "-errors" }

// errorPattern finds lines of level ERROR, however a service writes them: plain (2026-01-01 ERROR …), JSON with the level as
// a word (winston, zap, structlog) or as pino's number, nginx's. Terms with ? are alternatives; it is case sensitive, so
// that a word such as "error" in a message does not count.
const errorPattern = `?"ERROR" ?"\"level\":\"error\"" ?"\"level\": \"error\"" ?"\"level\":50," ?"[error]"`

// addErrorFilters composes what counts the lines of level ERROR in each service's log group. Until the log group is there
// the provider tries again. (R-MON-4)
func addErrorFilters(s *layer.Scope) {
	p := s.Platform
	for _, svc := range p.Services() {
		s.Add("errors-"+svc.Name, &cloudwatchlogs.MetricFilter{ForProvider: cloudwatchlogs.MetricFilterParameters{
			LogGroupName: new(p.LogGroup(svc.Name)),
			Pattern:      new(errorPattern),
			MetricTransformation: &cloudwatchlogs.MetricFilterMetricTransformation{
				Namespace:    new(errorNamespace(p)),
				Name:         new(errorMetric(svc.Name)),
				Value:        new("1"),
				DefaultValue: new("0"),
				Unit:         new("Count"),
			},
		}}, layer.ExternalName(p.AWSName(errorMetric(svc.Name), platform.MaxMetricFilter)))
	}
}
