// Package network is the layer below all others: VPC, subnets, routes, NAT gateways, security groups, flow logs and the
// platform's key.
package network

import (
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Layer is the network.
func Layer() layer.Layer {
	return layer.Layer{Name: "network", Condition: v1alpha1.ConditionNetworkReady, Compose: compose}
}

func compose(s *layer.Scope) {
	addVPC(s)
	addSubnets(s)
	addNATGateways(s)
	addRoutes(s)
	addS3Endpoint(s)
	addSecurityGroups(s)
	addKey(s)
	addFlowLogs(s)
	publish(s)
}

// publish shows what AWS calls the network's parts, in the status and to applications. (R-API-4, R-API-5)
func publish(s *layer.Scope) {
	p := s.Platform
	id := func(name string) string {
		v, _ := s.Observe(name).String("id")
		return v
	}

	var zones, public, private, addresses []string
	for _, z := range p.Zones {
		zones = append(zones, z.Name)
		public = appendSet(public, id(z.PublicSubnet()))
		private = appendSet(private, id(z.PrivateSubnet()))
		address, _ := s.Observe(natAddress(z.Letter)).String("publicIp")
		addresses = appendSet(addresses, address)
	}
	s.SetStatus("network.vpcId", id(platform.VPC))
	s.SetStatusList("network.availabilityZones", zones)
	s.SetStatusList("network.publicSubnetIds", public)
	s.SetStatusList("network.privateSubnetIds", private)
	s.SetStatusList("network.natPublicIps", addresses)
	for _, g := range groups(p) {
		s.SetStatus("network.securityGroupIds."+g.name, id(platform.SecurityGroup(g.name)))
	}
	arn, _ := s.Observe(platform.Key).String("arn")
	s.SetStatus("kmsKeyArn", arn)

	// What a one-off task, such as a migration, needs to run beside the services.
	s.Detail("region", p.Region)
	s.Detail("vpcId", id(platform.VPC))
	s.Detail("privateSubnetIds", strings.Join(private, ","))
	s.Detail("ecsSecurityGroupId", id(platform.SecurityGroup(platform.ServicesGroup)))
}

func appendSet(list []string, v string) []string {
	if v == "" {
		return list
	}
	return append(list, v)
}
