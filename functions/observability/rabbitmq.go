package observability

import (
	"cmp"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

const rabbitMQName = "rabbitmq"

// rabbitMQ watches what makes the broker refuse messages: one node short of memory or disk blocks all publishers. The
// nodes of a cluster have names that AWS makes up; the broker's metrics are over all of them.
func rabbitMQ(p *platform.Platform, known inventions) group {
	broker := cmp.Or(known[rabbitMQName], p.AWSName("rabbitmq", platform.MaxBroker))
	of := func(id, name, stat string) metric {
		return metric{id: id, namespace: "AWS/AmazonMQ", name: name, stat: stat, dimensions: []dashboard.Dimension{
			{Name: "Broker", Value: broker},
		}}
	}
	memory := alarm{
		on: "rabbitmq", what: "memory",
		says: "Share of its memory limit that the fullest node of RabbitMQ uses", limit: "80 %",
		why:         "At 100 % the broker takes no more messages. When data stop, the broker is gone: that is told too.",
		first:       "see whether a queue grows because its consumer (the scraper) is down or too slow; then a larger instanceType.",
		metrics:     []metric{of("used", "RabbitMQMemUsed", "Maximum"), of("limit", "RabbitMQMemLimit", "Minimum")},
		expressions: []expression{{id: "share", formula: "100 * used / limit", label: "memory used, of what may be"}},
		above:       true, threshold: 80, period: 60, periods: 5, breaching: 5, silence: telling,
	}
	disk := alarm{
		on: "rabbitmq", what: "disk",
		says: "Free disk of the fullest node of RabbitMQ, as a share of what must be free,", limit: "200 %",
		why:         "At 100 % the broker takes no more messages. That it is gone is told by the memory's alarm.",
		first:       "see which queue grows, and start or add consumers; messages that nobody needs can be purged.",
		metrics:     []metric{of("free", "RabbitMQDiskFree", "Minimum"), of("limit", "RabbitMQDiskFreeLimit", "Maximum")},
		expressions: []expression{{id: "share", formula: "100 * free / limit", label: "disk free, of what must be"}},
		above:       false, threshold: 200, period: 60, periods: 5, breaching: 5, silence: unknown,
	}
	return group{
		title:  "RabbitMQ",
		alarms: []alarm{memory, disk},
		graphs: []graph{
			{title: "Messages in RabbitMQ", axis: "messages", lines: []line{
				{of("", "MessageReadyCount", "Maximum"), "waiting"},
				{of("", "MessageUnacknowledgedCount", "Maximum"), "being worked on"},
			}},
			{title: "Memory of RabbitMQ", axis: "percent of what may be used", max: 100, alarm: &memory},
			{title: "Free disk of RabbitMQ", axis: "percent of what must be free", alarm: &disk},
			{title: "Consumers of RabbitMQ", axis: "number", lines: []line{
				{of("", "ConsumerCount", "Maximum"), "consumers"},
				{of("", "ConnectionCount", "Maximum"), "connections"},
			}},
		},
	}
}
