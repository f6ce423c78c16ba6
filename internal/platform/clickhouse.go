package platform

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
)

// clickHouse is the analytics database, an EC2 instance. What has a name in AWS is its launch template. (R-CH-1 … R-CH-3)
func clickHouse(p *Platform) *Store {
	const http, native = 8123, 9000 // as functions/data/userdata configures it
	address := Value{Resource: ClickHouse, Field: "privateIp", Source: "ClickHouse's address"}
	url, nativeAddress := address, address
	url.Before, url.After = "http://", ":"+strconv.Itoa(http)
	nativeAddress.After = ":" + strconv.Itoa(native)
	return &Store{
		Name: ClickHouse, Title: "ClickHouse", Ports: []int{http, native},
		Egress:     []int{443}, // packages, Secrets Manager, Systems Manager
		AWSName:    p.AWSName(ClickHouse, MaxLaunchTemplate),
		Protection: "disableApiTermination",
		Credential: Credential{Name: ClickHouse, Description: "User of ClickHouse", Format: Alphanumeric32, Username: Username, Field: "password", Generation: *p.Secrets.Rotation.ClickHouse},
		UsedBy: []Use{{
			Services: []string{"backend", "temporal-worker"},
			Variables: []Variable{
				{"CLICKHOUSE_URL", url},
				{"CLICKHOUSE_NATIVE_ADDRESS", nativeAddress},
				constant("CLICKHOUSE_DATABASE", "morket"),
			},
			Secrets: login("CLICKHOUSE"),
		}},
		Outputs: []Output{
			{"clickHouse", "clickHouseHost", address},
			{"", "clickHouseHttpPort", Value{Text: strconv.Itoa(http)}},
			{"", "clickHouseNativePort", Value{Text: strconv.Itoa(native)}},
		},
		Monitoring: monitorClickHouse,
	}
}

// monitorClickHouse watches the instance. How full its volume is CloudWatch cannot see from outside. (R-MON-1)
func monitorClickHouse(p *Platform, st *Store, observed monitoring.Lookup) monitoring.Section {
	percent, id := *p.Monitoring.Alarms.ClickHouseCPUPercent, observed(st.Name, "id")
	of := func(name, stat string) monitoring.Metric {
		return monitoring.Metric{Namespace: "AWS/EC2", Name: name, Stat: stat, Dimensions: []dashboard.Dimension{{Name: "InstanceId", Value: id}}}
	}
	busy := monitoring.Alarm{
		Resource: st.Name, Metric: "cpu",
		Subject: "CPU of ClickHouse", Limit: fmt.Sprintf("%d %%", percent), Knob: "clickHouseCPUPercent",
		Meaning:   "Ten minutes of it are more than a large query. That the instance is gone is told by the status check's alarm.",
		FirstStep: "find what runs in system.processes; then a larger instanceType.",
		Metrics:   []monitoring.Metric{of("CPUUtilization", "Average")},
		Above:     true, Threshold: float64(percent), Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Unknown,
		Needs: st.Name, WaitingFor: "the ClickHouse instance's id",
	}
	broken := monitoring.Alarm{
		Resource: st.Name, Metric: "status",
		Subject: "Number of failed status checks of ClickHouse", Limit: "0",
		Meaning:   "The instance or the machine below it fails AWS's own checks, and nothing stands in for it. When data stop, the instance is gone: that is told too.",
		FirstStep: "stop and start the instance, which moves it to another machine; the data volume comes with it.",
		Metrics:   []monitoring.Metric{of("StatusCheckFailed", "Maximum")},
		Above:     true, Threshold: 0, Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 3, MissingData: monitoring.Notify,
		Needs: st.Name, WaitingFor: "the ClickHouse instance's id",
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
