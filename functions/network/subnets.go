package network

import (
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// addSubnets composes a public subnet (load balancer, NAT) and a private one (services, data stores) in each zone.
// (R-NET-2)
func addSubnets(s *layer.Scope) {
	for _, z := range s.Platform.Zones {
		s.Add(z.PublicSubnet(), &ec2.Subnet{ForProvider: ec2.SubnetParameters{
			VPCIDRef:            s.Ref(platform.VPC),
			AvailabilityZone:    new(z.Name),
			CIDRBlock:           new(z.Public.String()),
			MapPublicIPOnLaunch: new(false), // load balancer and NAT gateways bring their own addresses
			Tags:                map[string]string{"Tier": "public"},
		}})
		s.Add(z.PrivateSubnet(), &ec2.Subnet{ForProvider: ec2.SubnetParameters{
			VPCIDRef:            s.Ref(platform.VPC),
			AvailabilityZone:    new(z.Name),
			CIDRBlock:           new(z.Private.String()),
			MapPublicIPOnLaunch: new(false),
			Tags:                map[string]string{"Tier": "private"},
		}})
	}
}
