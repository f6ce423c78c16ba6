package observability

import (
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// nat watches the ways out to the internet, which the scraper needs more of than others.
func nat(p *platform.Platform, observed monitoring.Lookup) monitoring.Section {
	traffic := monitoring.Graph{Title: "Traffic to the internet", Axis: "bytes a minute"}
	errors := monitoring.Graph{Title: "Connections that got no port", Axis: "connections"}
	g := monitoring.Section{Title: "NAT gateways"}
	for _, z := range p.Zones {
		if !z.OwnNAT {
			continue
		}
		id := observed(platform.NATGateway(z.Letter), "id")
		a := natPorts(z, id)
		g.Alarms = append(g.Alarms, a)
		errors.Watch(&a, platform.NATGateway(z.Letter))
		traffic.Draw(natMetric("BytesInFromDestination", id), platform.NATGateway(z.Letter)+" in")
		traffic.Draw(natMetric("BytesOutToDestination", id), platform.NATGateway(z.Letter)+" out")
	}
	g.Graphs = []monitoring.Graph{traffic, errors}
	return g
}

func natPorts(z platform.Zone, id string) monitoring.Alarm {
	return monitoring.Alarm{
		Resource: "nat", Instance: z.Letter, AnyInstance: "<zone>", Metric: "ports",
		Subject: "Number of connections that got no port of NAT gateway", Limit: "0",
		Meaning:   "A gateway has 55,000 ports for each destination: the scraper asks one site too much at once. Three minutes of five, because a retry helps against less; no data are no errors.",
		FirstStep: "lower the scraper's scaling.max, or raise natGateways if both private subnets share one.",
		Metrics:   []monitoring.Metric{natMetric("ErrorPortAllocation", id)},
		Above:     true, Threshold: 0, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, MissingData: monitoring.NotBreaching,
		Needs: platform.NATGateway(z.Letter), WaitingFor: "the NAT gateway's id",
	}
}

func natMetric(name, id string) monitoring.Metric {
	return monitoring.Metric{Namespace: "AWS/NATGateway", Name: name, Stat: "Sum", Dimensions: []dashboard.Dimension{{Name: "NatGatewayId", Value: id}}}
}
