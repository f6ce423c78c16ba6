package network

import (
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// addVPC composes the VPC and its way to the internet. DNS support and hostnames are both needed for private zones and
// for the names of the data stores. (R-NET-1)
func addVPC(s *layer.Scope) {
	s.Add(platform.VPC, &ec2.VPC{ForProvider: ec2.VPCParameters{
		CIDRBlock:          new(s.Platform.VPC.String()),
		EnableDNSSupport:   new(true),
		EnableDNSHostnames: new(true),
	}}, layer.HoldsPrefix(s.Platform))
	s.Add("internet-gateway", &ec2.InternetGateway{ForProvider: ec2.InternetGatewayParameters{
		VPCIDRef: s.Ref(platform.VPC),
	}})
}
