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
		name := natName(z)
		of := func(metricName string) metric {
			return metric{namespace: "AWS/NATGateway", name: metricName, stat: "Sum", dimensions: []dashboard.Dimension{{Name: "NatGatewayId", Value: known[name]}}}
		}
		a := alarm{
			subject: name, kind: "nat-<zone>", what: "ports",
			says: "Number of connections that got no port of NAT gateway " + z.Letter, limit: "0",
			why:     "A gateway has 55,000 ports for each destination: the scraper asks one site too much at once. Three minutes of five, because a retry helps against less; no data are no errors.",
			first:   "lower the scraper's scaling.max, or raise natGateways if both private subnets share one.",
			metrics: []metric{of("ErrorPortAllocation")},
			above:   true, threshold: 0, period: 60, periods: 5, breaching: 3, silence: normal,
			needs: name, waitingFor: "the NAT gateway's id",
		}
		g.alarms = append(g.alarms, a)
		errors.add(&a, name)
		traffic.lines = append(traffic.lines,
			line{of("BytesInFromDestination"), name + " in"},
			line{of("BytesOutToDestination"), name + " out"},
		)
	}
	g.graphs = []graph{traffic, errors}
	return g
}
