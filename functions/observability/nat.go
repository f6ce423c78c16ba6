package observability

import (
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

func natName(z platform.Zone) string { return "nat-" + z.Letter }

// nat watches the ways out to the internet, which the scraper needs more of than others.
func nat(p *platform.Platform, known inventions) group {
	traffic := graph{title: "Traffic to the internet", axis: "bytes a minute"}
	errors := graph{title: "Connections that got no port", axis: "connections"}
	g := group{title: "NAT gateways"}
	for _, z := range p.Zones {
		if !z.OwnNAT {
			continue
		}
		id := known[natName(z)]
		a := natPorts(z, id)
		g.alarms = append(g.alarms, a)
		errors.add(&a, natName(z))
		traffic.lines = append(traffic.lines,
			line{natMetric("BytesInFromDestination", id), natName(z) + " in"},
			line{natMetric("BytesOutToDestination", id), natName(z) + " out"},
		)
	}
	g.graphs = []graph{traffic, errors}
	return g
}

func natPorts(z platform.Zone, id string) alarm {
	return alarm{
		on: "nat", which: z.Letter, each: "<zone>", what: "ports",
		says: "Number of connections that got no port of NAT gateway", limit: "0",
		why:     "A gateway has 55,000 ports for each destination: the scraper asks one site too much at once. Three minutes of five, because a retry helps against less; no data are no errors.",
		first:   "lower the scraper's scaling.max, or raise natGateways if both private subnets share one.",
		metrics: []metric{natMetric("ErrorPortAllocation", id)},
		above:   true, threshold: 0, period: 60, periods: 5, breaching: 3, silence: normal,
		needs: natName(z), waitingFor: "the NAT gateway's id",
	}
}

func natMetric(name, id string) metric {
	return metric{namespace: "AWS/NATGateway", name: name, stat: "Sum", dimensions: []dashboard.Dimension{{Name: "NatGatewayId", Value: id}}}
}
