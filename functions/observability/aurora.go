package observability

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

// aurora watches each instance, writer or reader: which one writes changes with a failover. Its storage grows by itself
// and is not watched. (R-MON-1)
func aurora(p *platform.Platform) group {
	knobs := &p.Monitoring.Alarms
	cpu := graph{title: "CPU of Aurora", axis: "percent", max: 100}
	memory := graph{title: "Free memory of Aurora", axis: "bytes"}
	connections := graph{title: "Connections to Aurora", axis: "connections"}
	latency := graph{title: "Latency of Aurora's storage", axis: "seconds"}
	g := group{title: "Aurora"}
	for i := range 1 + int(*p.Data.Aurora.Readers) {
		name := fmt.Sprintf("aurora-%d", i)
		of := func(metricName, stat string) metric {
			return metric{namespace: "AWS/RDS", name: metricName, stat: stat, dimensions: []dashboard.Dimension{
				{Name: "DBInstanceIdentifier", Value: p.NameOf(name, p.AWSName(name, platform.MaxDBIdentifier))},
			}}
		}
		busy := alarm{
			on: "aurora", which: strconv.Itoa(i), each: "<i>", what: "cpu",
			says: "CPU of Aurora instance", limit: fmt.Sprintf("%d %%", *knobs.AuroraCPUPercent), knob: "auroraCPUPercent",
			why:     "Ten minutes of it are more than a report that runs now and then. When data stop, the instance is gone: that is told too.",
			first:   "find the statements in Performance Insights or pg_stat_statements; then a larger instanceClass, or readers.",
			metrics: []metric{of("CPUUtilization", "Average")},
			above:   true, threshold: float64(*knobs.AuroraCPUPercent), period: 300, periods: 2, breaching: 2, silence: telling,
		}
		const megabyte = 1e6
		low := alarm{
			on: "aurora", which: strconv.Itoa(i), each: "<i>", what: "memory",
			says: "Free memory of Aurora instance", limit: fmt.Sprintf("%d MB", *knobs.AuroraFreeableMemoryMB), knob: "auroraFreeableMemoryMB",
			why:     "Without memory to free, the instance swaps and then restarts. That it is gone is told by the CPU's alarm.",
			first:   "look at the number of connections, each of which takes memory; then a larger instanceClass.",
			metrics: []metric{of("FreeableMemory", "Minimum")},
			above:   false, threshold: float64(*knobs.AuroraFreeableMemoryMB) * megabyte, period: 300, periods: 2, breaching: 2, silence: unknown,
		}
		g.alarms = append(g.alarms, busy, low)
		cpu.add(&busy, name)
		memory.add(&low, name)
		connections.lines = append(connections.lines, line{of("DatabaseConnections", "Maximum"), name})
		latency.lines = append(latency.lines,
			line{of("ReadLatency", "Average"), name + " reads"},
			line{of("WriteLatency", "Average"), name + " writes"},
		)
	}
	g.graphs = []graph{cpu, memory, connections, latency}
	return g
}
