package observability

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// aurora watches each instance, writer or reader: which one writes changes with a failover. Its storage grows by itself
// and is not watched. (R-MON-1)
func aurora(p *platform.Platform) monitoring.Section {
	knobs := &p.Monitoring.Alarms
	cpu := monitoring.Graph{Title: "CPU of Aurora", Axis: "percent", Max: 100}
	memory := monitoring.Graph{Title: "Free memory of Aurora", Axis: "bytes"}
	connections := monitoring.Graph{Title: "Connections to Aurora", Axis: "connections"}
	latency := monitoring.Graph{Title: "Latency of Aurora's storage", Axis: "seconds"}
	g := monitoring.Section{Title: "Aurora"}
	for i := range 1 + int(*p.Data.Aurora.Readers) {
		name := fmt.Sprintf("aurora-%d", i)
		of := func(metricName, stat string) monitoring.Metric {
			return monitoring.Metric{Namespace: "AWS/RDS", Name: metricName, Stat: stat, Dimensions: []dashboard.Dimension{
				{Name: "DBInstanceIdentifier", Value: p.NameOf(name, p.AWSName(name, platform.MaxDBIdentifier))},
			}}
		}
		busy := monitoring.Alarm{
			Resource: "aurora", Instance: strconv.Itoa(i), AnyInstance: "<i>", Metric: "cpu",
			Subject: "CPU of Aurora instance", Limit: fmt.Sprintf("%d %%", *knobs.AuroraCPUPercent), Knob: "auroraCPUPercent",
			Meaning:   "Ten minutes of it are more than a report that runs now and then. When data stop, the instance is gone: that is told too.",
			FirstStep: "find the statements in Performance Insights or pg_stat_statements; then a larger instanceClass, or readers.",
			Metrics:   []monitoring.Metric{of("CPUUtilization", "Average")},
			Above:     true, Threshold: float64(*knobs.AuroraCPUPercent), Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Notify,
		}
		const megabyte = 1e6
		low := monitoring.Alarm{
			Resource: "aurora", Instance: strconv.Itoa(i), AnyInstance: "<i>", Metric: "memory",
			Subject: "Free memory of Aurora instance", Limit: fmt.Sprintf("%d MB", *knobs.AuroraFreeableMemoryMB), Knob: "auroraFreeableMemoryMB",
			Meaning:   "Without memory to free, the instance swaps and then restarts. That it is gone is told by the CPU's alarm.",
			FirstStep: "look at the number of connections, each of which takes memory; then a larger instanceClass.",
			Metrics:   []monitoring.Metric{of("FreeableMemory", "Minimum")},
			Above:     false, Threshold: float64(*knobs.AuroraFreeableMemoryMB) * megabyte, Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Unknown,
		}
		g.Alarms = append(g.Alarms, busy, low)
		cpu.Watch(&busy, name)
		memory.Watch(&low, name)
		connections.Draw(of("DatabaseConnections", "Maximum"), name)
		latency.Draw(of("ReadLatency", "Average"), name+" reads")
		latency.Draw(of("WriteLatency", "Average"), name+" writes")
	}
	g.Graphs = []monitoring.Graph{cpu, memory, connections, latency}
	return g
}
