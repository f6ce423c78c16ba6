package platform

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
)

// AuroraEngine is what RDS calls Aurora PostgreSQL.
const AuroraEngine = "aurora-postgresql"

// AuroraInstance is the name of the i-th instance of the cluster: the first is the writer until it fails.
func AuroraInstance(i int) string { return Aurora + "-" + strconv.Itoa(i) }

// aurora is the PostgreSQL cluster. RDS makes, keeps and rotates its administrator's password. (R-AUR-1 … R-AUR-3)
func aurora(p *Platform) *Store {
	const port = 5432
	writer := Value{Resource: Aurora, Field: "endpoint", Source: "Aurora's writer"}
	reader := Value{Resource: Aurora, Field: "readerEndpoint", Source: "Aurora's readers"}
	withPort := func(v Value) Value {
		v.After = ":" + strconv.Itoa(port)
		return v
	}
	database := Value{Text: *p.Data.Aurora.DatabaseName, Source: "spec.data.aurora.databaseName"}
	return &Store{
		Name: Aurora, Title: "Aurora", Ports: []int{port},
		AWSName: p.AWSName(Aurora, MaxDBIdentifier), Engine: AuroraEngine,
		ParameterFamily: "aurora-postgresql15", ParameterGroup: p.AWSName("aurora-pg15", MaxDBIdentifier),
		Protection: "deletionProtection",
		Credential: Credential{Name: Aurora, ARN: Value{Resource: Aurora, Field: "masterUserSecret[0].secretArn", Source: "Aurora's own secret"}},
		UsedBy: []Use{
			{
				Services: []string{"backend", "temporal-worker"},
				Variables: []Variable{
					{"DATABASE_HOST", writer},
					{"DATABASE_READER_HOST", reader},
					constant("DATABASE_PORT", strconv.Itoa(port)),
					{"DATABASE_NAME", database},
					constant("DATABASE_SSLMODE", "require"),
				},
				Secrets: login("DATABASE"),
			},
			{
				Services:  []string{TemporalServer},
				Variables: temporalVariables(p, writer, strconv.Itoa(port)),
				// The names that the image has, and those that its successors have (SQL_…).
				Secrets: []SecretVariable{{"POSTGRES_USER", "username"}, {"POSTGRES_PWD", "password"}, {"SQL_USER", "username"}, {"SQL_PASSWORD", "password"}},
			},
		},
		// The cluster has its endpoint long before an instance answers, and tasks that find nobody there fail until ECS gives
		// up on the service.
		Answers: Value{Resource: AuroraInstance(0), Field: "endpoint", Source: "Aurora's first instance"},
		Outputs: []Output{
			{"auroraWriter", "", withPort(writer)},
			{"auroraReader", "", withPort(reader)},
			{"", "auroraWriterHost", writer},
			{"", "auroraReaderHost", reader},
			{"", "auroraPort", Value{Text: strconv.Itoa(port)}},
			{"", "auroraDatabase", database},
		},
		Monitoring: monitorAurora,
	}
}

// monitorAurora watches each instance, writer or reader: which one writes changes with a failover. Its storage grows by itself
// and is not watched. (R-MON-1)
func monitorAurora(p *Platform, st *Store, _ monitoring.Lookup) monitoring.Section {
	knobs := &p.Monitoring.Alarms
	cpu := monitoring.Graph{Title: "CPU of Aurora", Axis: "percent", Max: 100}
	memory := monitoring.Graph{Title: "Free memory of Aurora", Axis: "bytes"}
	connections := monitoring.Graph{Title: "Connections to Aurora", Axis: "connections"}
	latency := monitoring.Graph{Title: "Latency of Aurora's storage", Axis: "seconds"}
	g := monitoring.Section{Title: "Aurora"}
	for i := range 1 + int(*p.Data.Aurora.Readers) {
		name := AuroraInstance(i)
		of := func(metricName, stat string) monitoring.Metric {
			return monitoring.Metric{Namespace: "AWS/RDS", Name: metricName, Stat: stat, Dimensions: []dashboard.Dimension{
				{Name: "DBInstanceIdentifier", Value: p.NameOf(name, p.AWSName(name, MaxDBIdentifier))},
			}}
		}
		busy := monitoring.Alarm{
			Resource: st.Name, Instance: strconv.Itoa(i), AnyInstance: "<i>", Metric: "cpu",
			Subject: "CPU of Aurora instance", Limit: fmt.Sprintf("%d %%", *knobs.AuroraCPUPercent), Knob: "auroraCPUPercent",
			Meaning:   "Ten minutes of it are more than a report that runs now and then. When data stop, the instance is gone: that is told too.",
			FirstStep: "find the statements in Performance Insights or pg_stat_statements; then a larger instanceClass, or readers.",
			Metrics:   []monitoring.Metric{of("CPUUtilization", "Average")},
			Above:     true, Threshold: float64(*knobs.AuroraCPUPercent), Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Notify,
		}
		const megabyte = 1e6
		low := monitoring.Alarm{
			Resource: st.Name, Instance: strconv.Itoa(i), AnyInstance: "<i>", Metric: "memory",
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
