package network

import (
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

func publicSubnet(z platform.Zone) string  { return "subnet-public-" + z.Letter }
func privateSubnet(z platform.Zone) string { return layer.PrivateSubnet + z.Letter }

// addSubnets composes a public subnet (load balancer, NAT) and a private one (services, data stores) in each zone.
// (R-NET-2)
func addSubnets(s *layer.Scope) {
	for _, z := range s.Platform.Zones {
		s.Add(publicSubnet(z), &ec2.Subnet{ForProvider: ec2.SubnetParameters{
			VPCIDRef:            s.Ref("vpc"),
			AvailabilityZone:    new(z.Name),
			CIDRBlock:           new(z.Public.String()),
			MapPublicIPOnLaunch: new(false), // load balancer and NAT gateways bring their own addresses
			Tags:                map[string]string{"Tier": "public"},
		}})
		s.Add(privateSubnet(z), &ec2.Subnet{ForProvider: ec2.SubnetParameters{
			VPCIDRef:            s.Ref("vpc"),
			AvailabilityZone:    new(z.Name),
			CIDRBlock:           new(z.Private.String()),
			MapPublicIPOnLaunch: new(false),
			Tags:                map[string]string{"Tier": "private"},
		}})
	}
}
