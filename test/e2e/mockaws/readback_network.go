package mockaws

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (c *check) network() { //nolint:funlen // half of it is the shape of AWS's answers
	p := c.p
	var vpcs struct {
		Vpcs []struct{ VpcID, CidrBlock string }
	}
	var subnets struct {
		Subnets []struct {
			SubnetID, CidrBlock, AvailabilityZone string
		}
	}
	var tables struct {
		RouteTables []struct {
			Routes       []struct{ DestinationCidrBlock, GatewayID, NatGatewayID string }
			Associations []struct{ SubnetID string }
		}
	}
	var nats struct {
		NatGateways []struct{ NatGatewayID, SubnetID, State string }
	}
	if !c.ask(
		call{"ec2", "describe_vpcs", c.owned(), &vpcs},
		call{"ec2", "describe_subnets", c.owned(), &subnets},
		call{"ec2", "describe_route_tables", c.owned(), &tables},
		call{"ec2", "describe_nat_gateways", c.owned(), &nats},
	) {
		return
	}
	if len(vpcs.Vpcs) != 1 {
		c.differ("there are %d VPCs", len(vpcs.Vpcs))
		return
	}
	c.vpc = vpcs.Vpcs[0].VpcID
	c.equal("the VPC's range", vpcs.Vpcs[0].CidrBlock, p.VPC)

	got, ranges := map[string]string{}, map[string]string{}
	for _, s := range subnets.Subnets {
		got[s.CidrBlock], ranges[s.SubnetID] = s.AvailabilityZone, s.CidrBlock
	}
	want, natsWanted := map[string]string{}, map[string]string{}
	for _, z := range p.Zones {
		want[z.Public.String()], want[z.Private.String()] = z.Name, z.Name
		if z.OwnNAT {
			natsWanted[z.Letter] = z.Public.String()
		}
	}
	c.equal("the subnets' zones by their ranges", got, want)

	at := map[string]string{} // ranges of NAT gateways' subnets, by the gateways' ids
	for _, n := range nats.NatGateways {
		if ranges[n.SubnetID] != "" && n.State == "available" { // the mock does not filter these
			at[n.NatGatewayID] = ranges[n.SubnetID]
		}
	}
	c.equal("the NAT gateways' subnets", slices.Sorted(maps.Values(at)), slices.Sorted(maps.Values(natsWanted)))

	way := map[string]string{} // out, by the subnet's range
	for _, t := range tables.RouteTables {
		for _, a := range t.Associations {
			for _, r := range t.Routes {
				if r.DestinationCidrBlock != "0.0.0.0/0" {
					continue
				}
				switch {
				case r.NatGatewayID != "":
					way[ranges[a.SubnetID]] = "NAT in " + at[r.NatGatewayID]
				case strings.HasPrefix(r.GatewayID, "igw-"):
					way[ranges[a.SubnetID]] = "internet gateway"
				}
			}
		}
	}
	ways := map[string]string{}
	for _, z := range p.Zones {
		ways[z.Public.String()] = "internet gateway"
		ways[z.Private.String()] = "NAT in " + natsWanted[z.NAT]
	}
	c.equal("the ways out of the subnets", way, ways)
}

// A permission is a rule of a security group as AWS has it: one for all peers that have protocol and ports in common.
type permission struct {
	IPProtocol       string
	FromPort, ToPort *int
	IPRanges         []struct{ CidrIP string }
	UserIDGroupPairs []struct{ GroupID string }
	Ipv6Ranges       []any
	PrefixListIds    []any
}

// securityGroups compares who may reach whom with what the platform promises, written down here once more.
func (c *check) securityGroups() {
	type group struct {
		GroupID, GroupName                 string
		IPPermissions, IPPermissionsEgress []permission
	}
	var groups struct{ SecurityGroups []group }
	if c.vpc == "" || !c.ask(call{"ec2", "describe_security_groups", map[string]any{"Filters": []any{map[string]any{"Name": "vpc-id", "Values": []any{c.vpc}}}}, &groups}) {
		return
	}
	in, out := c.permitted()
	in["default"] = nil
	names := map[string]string{}
	var got []string
	for _, g := range groups.SecurityGroups {
		name := strings.TrimPrefix(g.GroupName, c.p.Prefix+"-")
		names[g.GroupID] = name
		got = append(got, name)
	}
	slices.Sort(got)
	c.equal("the security groups", got, slices.Sorted(maps.Keys(in)))
	for _, g := range groups.SecurityGroups {
		name := names[g.GroupID]
		c.equal("who may reach the security group "+name, spelled(g.IPPermissions, names), in[name])
		c.equal("whom the security group "+name+" may reach", spelled(g.IPPermissionsEgress, names), out[name])
	}
}

// permitted is what comes into and goes out of the security groups, by their names without the prefix.
func (c *check) permitted() (in, out map[string][]string) {
	in = map[string][]string{
		"aurora": {"tcp 5432 ecs"}, "redis": {"tcp 6379 ecs"}, "rabbitmq": {"tcp 5671 ecs"}, "opensearch": {"tcp 443 ecs"}, "clickhouse": {"tcp 8123 ecs", "tcp 9000 ecs"},
	}
	out = map[string][]string{"ecs": {"-1 0.0.0.0/0"}, "clickhouse": {"tcp 443 0.0.0.0/0"}}
	for _, r := range c.p.Network.AllowedCIDRs {
		in["alb"] = append(in["alb"], "tcp 443 "+r, "tcp 80 "+r)
	}
	for _, s := range c.p.Services() {
		if s.Public() {
			in["ecs"] = append(in["ecs"], fmt.Sprintf("tcp %d alb", s.Port))
			out["alb"] = append(out["alb"], fmt.Sprintf("tcp %d ecs", s.Port))
		}
		switch {
		case s.Host == "":
		case s.Group == "":
			in["ecs"] = append(in["ecs"], fmt.Sprintf("tcp %d ecs", s.Port))
		default:
			in[s.Group] = append(in[s.Group], fmt.Sprintf("tcp %d ecs", s.Port))
		}
	}
	for _, m := range []map[string][]string{in, out} {
		for name := range m {
			slices.Sort(m[name])
			m[name] = slices.Compact(m[name])
		}
	}
	return in, out
}

// spelled are permissions, a line per peer; groups are called by their names.
func spelled(permissions []permission, names map[string]string) []string {
	var lines []string
	for _, p := range permissions {
		ports := ""
		switch {
		case p.FromPort == nil || p.ToPort == nil || *p.FromPort < 0:
		case *p.FromPort == *p.ToPort:
			ports = fmt.Sprintf(" %d", *p.FromPort)
		default:
			ports = fmt.Sprintf(" %d-%d", *p.FromPort, *p.ToPort)
		}
		for _, r := range p.IPRanges {
			lines = append(lines, p.IPProtocol+ports+" "+r.CidrIP)
		}
		for _, g := range p.UserIDGroupPairs {
			lines = append(lines, p.IPProtocol+ports+" "+names[g.GroupID])
		}
		if len(p.Ipv6Ranges)+len(p.PrefixListIds) > 0 {
			lines = append(lines, p.IPProtocol+ports+" to peers that nobody asked for")
		}
	}
	slices.Sort(lines)
	return lines
}
