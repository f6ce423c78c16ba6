package platform

import (
	"cmp"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
)

// RabbitMQEngine is what Amazon MQ calls RabbitMQ, RabbitMQPort where its brokers listen.
const (
	RabbitMQEngine = "RabbitMQ"
	RabbitMQPort   = 5671
)

// rabbitMQ is the broker. (R-MQ-1)
func rabbitMQ(p *Platform) *Store {
	url := Value{Resource: RabbitMQ, Field: "instances[0].endpoints[0]", Source: "RabbitMQ's endpoint"}
	return &Store{
		Name: RabbitMQ, Title: "RabbitMQ", Ports: []int{RabbitMQPort},
		AWSName: p.AWSName(RabbitMQ, MaxBroker), Engine: RabbitMQEngine,
		// Amazon MQ takes a broker's password at its creation only.
		Credential: Credential{Name: RabbitMQ, Description: "User of RabbitMQ", Format: Alphanumeric32, Username: Username, Field: "password", Store: RabbitMQ},
		UsedBy: []Use{{
			Services:  []string{"backend", "scraper", "temporal-worker"},
			Variables: []Variable{{"RABBITMQ_URL", url}},
			Secrets:   login("RABBITMQ"),
		}},
		Outputs:    []Output{{"rabbitmq", "rabbitmqUrl", url}},
		Monitoring: monitorRabbitMQ,
	}
}

// monitorRabbitMQ watches what makes the broker refuse messages: one node short of memory or disk blocks all publishers. The
// nodes of a cluster have names that AWS makes up; the broker's metrics are over all of them.
func monitorRabbitMQ(_ *Platform, st *Store, observed monitoring.Lookup) monitoring.Section {
	broker := cmp.Or(observed(st.Name, "brokerName"), st.AWSName) // one that the claim takes over has its own name
	of := func(id, name, stat string) monitoring.Metric {
		return monitoring.Metric{ID: id, Namespace: "AWS/AmazonMQ", Name: name, Stat: stat, Dimensions: []dashboard.Dimension{
			{Name: "Broker", Value: broker},
		}}
	}
	memory := monitoring.Alarm{
		Resource: st.Name, Metric: "memory",
		Subject: "Share of its memory limit that the fullest node of RabbitMQ uses", Limit: "80 %",
		Meaning:     "At 100 % the broker takes no more messages. When data stop, the broker is gone: that is told too.",
		FirstStep:   "see whether a queue grows because its consumer (the scraper) is down or too slow; then a larger instanceType.",
		Metrics:     []monitoring.Metric{of("used", "RabbitMQMemUsed", "Maximum"), of("limit", "RabbitMQMemLimit", "Minimum")},
		Expressions: []monitoring.Expression{{ID: "share", Formula: "100 * used / limit", Label: "memory used, of what may be"}},
		Above:       true, Threshold: 80, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5, MissingData: monitoring.Notify,
	}
	disk := monitoring.Alarm{
		Resource: st.Name, Metric: "disk",
		Subject: "Free disk of the fullest node of RabbitMQ, as a share of what must be free,", Limit: "200 %",
		Meaning:     "At 100 % the broker takes no more messages. That it is gone is told by the memory's alarm.",
		FirstStep:   "see which queue grows, and start or add consumers; messages that nobody needs can be purged.",
		Metrics:     []monitoring.Metric{of("free", "RabbitMQDiskFree", "Minimum"), of("limit", "RabbitMQDiskFreeLimit", "Maximum")},
		Expressions: []monitoring.Expression{{ID: "share", Formula: "100 * free / limit", Label: "disk free, of what must be"}},
		Above:       false, Threshold: 200, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5, MissingData: monitoring.Unknown,
	}
	return monitoring.Section{
		Title:  "RabbitMQ",
		Alarms: []monitoring.Alarm{memory, disk},
		Graphs: []monitoring.Graph{
			{Title: "Messages in RabbitMQ", Axis: "messages", Lines: []monitoring.Line{
				{Metric: of("", "MessageReadyCount", "Maximum"), Label: "waiting"},
				{Metric: of("", "MessageUnacknowledgedCount", "Maximum"), Label: "being worked on"},
			}},
			{Title: "Memory of RabbitMQ", Axis: "percent of what may be used", Max: 100, Alarm: &memory},
			{Title: "Free disk of RabbitMQ", Axis: "percent of what must be free", Alarm: &disk},
			{Title: "Consumers of RabbitMQ", Axis: "number", Lines: []monitoring.Line{
				{Metric: of("", "ConsumerCount", "Maximum"), Label: "consumers"},
				{Metric: of("", "ConnectionCount", "Maximum"), Label: "connections"},
			}},
		},
	}
}
