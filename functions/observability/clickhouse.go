package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

const clickHouseName = "clickhouse"

// clickHouse watches the instance. How full its volume is CloudWatch cannot see from outside. (R-MON-1)
func clickHouse(p *platform.Platform, known inventions) monitoring.Section {
	percent := *p.Monitoring.Alarms.ClickHouseCPUPercent
	of := func(name, stat string) monitoring.Metric {
		return monitoring.Metric{Namespace: "AWS/EC2", Name: name, Stat: stat, Dimensions: []dashboard.Dimension{{Name: "InstanceId", Value: known[clickHouseName]}}}
	}
	busy := monitoring.Alarm{
		Resource: clickHouseName, Metric: "cpu",
		Subject: "CPU of ClickHouse", Limit: fmt.Sprintf("%d %%", percent), Knob: "clickHouseCPUPercent",
		Meaning:   "Ten minutes of it are more than a large query. That the instance is gone is told by the status check's alarm.",
		FirstStep: "find what runs in system.processes; then a larger instanceType.",
		Metrics:   []monitoring.Metric{of("CPUUtilization", "Average")},
		Above:     true, Threshold: float64(percent), Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Unknown,
		Needs: clickHouseName, WaitingFor: "the ClickHouse instance's id",
	}
	broken := monitoring.Alarm{
		Resource: clickHouseName, Metric: "status",
		Subject: "Number of failed status checks of ClickHouse", Limit: "0",
		Meaning:   "The instance or the machine below it fails AWS's own checks, and nothing stands in for it. When data stop, the instance is gone: that is told too.",
		FirstStep: "stop and start the instance, which moves it to another machine; the data volume comes with it.",
		Metrics:   []monitoring.Metric{of("StatusCheckFailed", "Maximum")},
		Above:     true, Threshold: 0, Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 3, MissingData: monitoring.Notify,
		Needs: clickHouseName, WaitingFor: "the ClickHouse instance's id",
	}
	return monitoring.Section{
		Title:  "ClickHouse",
		Alarms: []monitoring.Alarm{busy, broken},
		Graphs: []monitoring.Graph{
			{Title: "CPU of ClickHouse", Axis: "percent", Max: 100, Alarm: &busy},
			{Title: "Failed status checks of ClickHouse", Axis: "checks", Alarm: &broken},
			{Title: "ClickHouse's disks", Axis: "bytes in 5 minutes", Period: 300, Lines: []monitoring.Line{
				{Metric: of("EBSReadBytes", "Sum"), Label: "read"},
				{Metric: of("EBSWriteBytes", "Sum"), Label: "written"},
			}},
			{Title: "ClickHouse's network", Axis: "bytes in 5 minutes", Period: 300, Lines: []monitoring.Line{
				{Metric: of("NetworkIn", "Sum"), Label: "in"},
				{Metric: of("NetworkOut", "Sum"), Label: "out"},
			}},
		},
	}
}
