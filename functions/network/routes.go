package network

import (
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const anywhere = "0.0.0.0/0"

func privateTable(z platform.Zone) string { return "route-table-private-" + z.Letter }
func defaultRoute(z platform.Zone) string { return "route-private-" + z.Letter }

// addRoutes composes one route table for the public subnets and one for each private subnet, which goes through the NAT
// gateway in its own zone where there is one. (R-NET-2, R-NET-3)
func addRoutes(s *layer.Scope) {
	s.Add("route-table-public", &ec2.RouteTable{ForProvider: ec2.RouteTableParameters{VPCIDRef: s.Ref(platform.VPC)}})
	s.Add("route-public", &ec2.Route{ForProvider: ec2.RouteParameters{
		RouteTableIDRef:      s.Ref("route-table-public"),
		DestinationCIDRBlock: new(anywhere),
		GatewayIDRef:         s.Ref("internet-gateway"),
	}})
	for _, z := range s.Platform.Zones {
		s.Add("association-public-"+z.Letter, &ec2.RouteTableAssociation{ForProvider: ec2.RouteTableAssociationParameters{
			RouteTableIDRef: s.Ref("route-table-public"),
			SubnetIDRef:     s.Ref(z.PublicSubnet()),
		}})

		s.Add(privateTable(z), &ec2.RouteTable{ForProvider: ec2.RouteTableParameters{VPCIDRef: s.Ref(platform.VPC)}})
		s.Add(defaultRoute(z), &ec2.Route{ForProvider: ec2.RouteParameters{
			RouteTableIDRef:      s.Ref(privateTable(z)),
			DestinationCIDRBlock: new(anywhere),
			// More NAT gateways, or fewer, move the route in place: without an interruption where AWS has none.
			NATGatewayIDRef: s.FollowingRef(platform.NATGateway(z.NAT)),
		}})
		s.Add("association-private-"+z.Letter, &ec2.RouteTableAssociation{ForProvider: ec2.RouteTableAssociationParameters{
			RouteTableIDRef: s.Ref(privateTable(z)),
			SubnetIDRef:     s.Ref(z.PrivateSubnet()),
		}})
	}
}

// addS3Endpoint composes the gateway endpoint for S3. It costs nothing, and keeps image layers off the NAT gateways,
// which charge by the gigabyte.
func addS3Endpoint(s *layer.Scope) {
	if !*s.Platform.Network.S3Endpoint {
		return
	}
	s.Add("endpoint-s3", &ec2.VPCEndpoint{ForProvider: ec2.VPCEndpointParameters{
		ServiceName:     new("com.amazonaws." + s.Platform.Region + ".s3"),
		VPCEndpointType: new("Gateway"),
		VPCIDRef:        s.Ref(platform.VPC),
	}})
	for _, z := range s.Platform.Zones {
		s.Add("endpoint-s3-"+z.Letter, &ec2.VPCEndpointRouteTableAssociation{ForProvider: ec2.VPCEndpointRouteTableAssociationParameters{
			RouteTableIDRef:  s.Ref(privateTable(z)),
			VPCEndpointIDRef: s.Ref("endpoint-s3"),
		}})
	}
}
