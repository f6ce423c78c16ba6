package network

import (
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

func natAddress(letter string) string { return "nat-address-" + letter }

// addNATGateways composes a NAT gateway with its own address in the first zones, as many as the sizing says. (R-NET-3)
func addNATGateways(s *layer.Scope) {
	for _, z := range s.Platform.Zones {
		if !z.OwnNAT {
			keepNATWhileUsed(s, z)
			continue
		}
		var options []layer.Option
		if s.Observe(natAddress(z.Letter)).ExternalName() != "" {
			// The provider would write the gateway's network interface into the address, and ask for it for ever when the
			// gateway is made anew. The gateway comes after the address' id is noted.
			options = append(options, layer.FillsInNothing())
		}
		s.Add(natAddress(z.Letter), &ec2.EIP{ForProvider: ec2.EIPParameters{
			Domain: new("vpc"),
		}}, options...)
		s.Add(platform.NATGateway(z.Letter), &ec2.NATGateway{ForProvider: ec2.NATGatewayParameters{
			ConnectivityType: new("public"),
			AllocationIDRef:  s.Ref(natAddress(z.Letter)),
			SubnetIDRef:      s.Ref(z.PublicSubnet()),
		}})
	}
}

// keepNATWhileUsed keeps a NAT gateway that the sizing no longer wants until its zone's route points elsewhere. Crossplane
// deletes before it updates: without this, fewer NAT gateways would cut the zone off until the route had moved.
func keepNATWhileUsed(s *layer.Scope, z platform.Zone) {
	nat, route := s.Observe(platform.NATGateway(z.Letter)), s.Observe(defaultRoute(z))
	id, known := nat.String("id")
	target, routed := route.String("natGatewayId")
	moved := known && routed && target != id
	if !nat.Exists() || !route.Exists() || moved {
		return
	}
	s.Keep(natAddress(z.Letter))
	s.Keep(platform.NATGateway(z.Letter))
}
