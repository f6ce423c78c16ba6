package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

const clickHouseName = "clickhouse"

// clickHouse watches the instance. How full its volume is CloudWatch cannot see from outside. (R-MON-1)
func clickHouse(p *platform.Platform, known inventions) group {
	percent := *p.Monitoring.Alarms.ClickHouseCPUPercent
	of := func(name, stat string) metric {
		return metric{namespace: "AWS/EC2", name: name, stat: stat, dimensions: []dashboard.Dimension{{Name: "InstanceId", Value: known[clickHouseName]}}}
	}
	busy := alarm{
		on: clickHouseName, what: "cpu",
		says: "CPU of ClickHouse", limit: fmt.Sprintf("%d %%", percent), knob: "clickHouseCPUPercent",
		why:     "Ten minutes of it are more than a large query. That the instance is gone is told by the status check's alarm.",
		first:   "find what runs in system.processes; then a larger instanceType.",
		metrics: []metric{of("CPUUtilization", "Average")},
		above:   true, threshold: float64(percent), period: 300, periods: 2, breaching: 2, silence: unknown,
		needs: clickHouseName, waitingFor: "the ClickHouse instance's id",
	}
	broken := alarm{
		on: clickHouseName, what: "status",
		says: "Number of failed status checks of ClickHouse", limit: "0",
		why:     "The instance or the machine below it fails AWS's own checks, and nothing stands in for it. When data stop, the instance is gone: that is told too.",
		first:   "stop and start the instance, which moves it to another machine; the data volume comes with it.",
		metrics: []metric{of("StatusCheckFailed", "Maximum")},
		above:   true, threshold: 0, period: 60, periods: 3, breaching: 3, silence: telling,
		needs: clickHouseName, waitingFor: "the ClickHouse instance's id",
	}
	return group{
		title:  "ClickHouse",
		alarms: []alarm{busy, broken},
		graphs: []graph{
			{title: "CPU of ClickHouse", axis: "percent", max: 100, alarm: &busy},
			{title: "Failed status checks of ClickHouse", axis: "checks", alarm: &broken},
			{title: "ClickHouse's disks", axis: "bytes in 5 minutes", period: 300, lines: []line{
				{of("EBSReadBytes", "Sum"), "read"},
				{of("EBSWriteBytes", "Sum"), "written"},
			}},
			{title: "ClickHouse's network", axis: "bytes in 5 minutes", period: 300, lines: []line{
				{of("NetworkIn", "Sum"), "in"},
				{of("NetworkOut", "Sum"), "out"},
			}},
		},
	}
}
