package observability

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// services watches each ECS service: what it uses, and what it logs as errors. (R-MON-1, R-MON-4)
func services(p *platform.Platform) monitoring.Section {
	knobs := &p.Monitoring.Alarms
	cpu := monitoring.Graph{Title: "CPU of services", Axis: "percent", Max: 100}
	memory := monitoring.Graph{Title: "Memory of services", Axis: "percent", Max: 100}
	tasks := monitoring.Graph{Title: "Running tasks", Axis: "tasks"}
	errors := monitoring.Graph{Title: "Errors logged a minute", Axis: "lines"}
	g := monitoring.Section{Title: "Services"}
	for _, svc := range p.Services() {
		dimensions := []dashboard.Dimension{
			{Name: "ClusterName", Value: p.AWSName("", platform.MaxECSName)},
			{Name: "ServiceName", Value: p.AWSName(svc.Name, platform.MaxECSName)},
		}
		of := func(namespace, name, stat string) monitoring.Metric {
			return monitoring.Metric{Namespace: namespace, Name: name, Stat: stat, Dimensions: dimensions}
		}
		busy := monitoring.Alarm{
			Resource: "ecs", Instance: svc.Name, AnyInstance: "<service>", Metric: "cpu",
			Subject: "CPU of service", Limit: fmt.Sprintf("%d %%", *knobs.ServiceCPUPercent), Knob: "serviceCPUPercent",
			Meaning:   "Scaling begins at less, so five minutes of this mean that it has reached its end or is off. When data stop, no task of the service runs: that is told too.",
			FirstStep: "raise the service's scaling.max, or its cpu, in the claim; with no data, look at the service's events in ECS.",
			Metrics:   []monitoring.Metric{of("AWS/ECS", "CPUUtilization", "Average")},
			Above:     true, Threshold: float64(*knobs.ServiceCPUPercent), Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5, MissingData: monitoring.Notify,
		}
		full := monitoring.Alarm{
			Resource: "ecs", Instance: svc.Name, AnyInstance: "<service>", Metric: "memory",
			Subject: "Memory of service", Limit: fmt.Sprintf("%d %%", *knobs.ServiceMemoryPercent), Knob: "serviceMemoryPercent",
			Meaning:   "A task that reaches 100 % is killed. Scaling is by CPU and does not help. That no task runs is told by the CPU's alarm.",
			FirstStep: "raise the service's memory in the claim; if it grows without end, its last deployment leaks: roll back.",
			Metrics:   []monitoring.Metric{of("AWS/ECS", "MemoryUtilization", "Average")},
			Above:     true, Threshold: float64(*knobs.ServiceMemoryPercent), Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5, MissingData: monitoring.Unknown,
		}
		failing := monitoring.Alarm{
			Resource: "ecs", Instance: svc.Name, AnyInstance: "<service>", Metric: "errors",
			Subject: "Number of lines of level ERROR or worse of service", Limit: strconv.Itoa(int(*knobs.ErrorsPerMinute)), Knob: "errorsPerMinute",
			Meaning:   "Counted in the service's log group. A single minute is enough; a service that logs nothing logs no errors.",
			FirstStep: "read the service's log group from that minute on.",
			Metrics:   []monitoring.Metric{{Namespace: errorNamespace(p), Name: errorMetric(svc.Name), Stat: "Sum"}},
			Above:     true, Threshold: float64(*knobs.ErrorsPerMinute), Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1, MissingData: monitoring.NotBreaching,
		}
		g.Alarms = append(g.Alarms, busy, full, failing)
		cpu.Watch(&busy, svc.Name)
		memory.Watch(&full, svc.Name)
		errors.Watch(&failing, svc.Name)
		tasks.Draw(of("ECS/ContainerInsights", "RunningTaskCount", "Average"), svc.Name)
	}
	g.Graphs = []monitoring.Graph{cpu, memory, errors}
	if *p.Compute.ContainerInsights != "disabled" { // nothing else counts tasks
		g.Graphs = append(g.Graphs, tasks)
	}
	return g
}

func errorNamespace(p *platform.Platform) string { return "Morket/" + p.Prefix }
func errorMetric(service string) string          { return service + "-errors" }
