package kinds

var mqBroker = Facts{
	ID: hexadecimal("b-"), ARN: anARN, Import: "{id}", OnDelete: onlyItself,
	Adopt: &Adoption{Form: "the broker's id", Keeps: []string{"brokerName"}},
	OnUpdate: map[string]Impact{
		"hostInstanceType": {"the broker restarts: a single instance is down for minutes, a cluster restarts node by node, and clients have to reconnect", true, InWindow, mqEdit},
		"engineVersion":    {"the broker is upgraded and restarts: a single instance is down for minutes, a cluster restarts node by node, and clients have to reconnect", true, InWindow, "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/upgrading-brokers.html"},
		"logs":             {"the broker restarts", true, InWindow, mqEdit},
	},
	Refuses:         map[string]Condition{"engineVersion": downgrade},
	DataAfterDelete: []Outcome{{"", "its queues are lost, with the messages in them"}},
	Price: func(b *Bill, _ string, p Parameters) {
		nodes := map[string]float64{"CLUSTER_MULTI_AZ": 3, "ACTIVE_STANDBY_MULTI_AZ": 2}[p.Text("deploymentMode")]
		b.instances("RabbitMQ", "rabbitmq", p.Text("hostInstanceType"), max(1, nodes))
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"instances": []any{map[string]any{"endpoints": []any{"amqps://" + id + ".mq.amazonaws.com:5671"}}}}
	},
}

const mqEdit = "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/amazon-mq-editing-broker-preferences.html"
