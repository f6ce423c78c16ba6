package network

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// A group is a security group and who may reach it. Whatever is not listed is refused.
type group struct {
	name, description string
	// ingress and egress list what may come in and go out. AWS's own rule that lets everything out is revoked.
	ingress, egress []rule
}

// A rule opens TCP ports to or from a peer: another group, "allowed" for the ranges that may reach the load balancer, or
// "anywhere". No ports means every protocol and port.
type rule struct {
	peer  string
	ports []int
}

// groups is the whole of who talks to whom. The ports at which they are reached are the services' and stores' own to say.
// (R-NET-4)
func groups(p *platform.Platform) []group {
	alb := group{name: platform.LoadBalancer, description: "Load balancer: HTTPS, and HTTP to redirect", ingress: []rule{{peer: "allowed", ports: []int{443, 80}}}}
	ecs := group{name: platform.ServicesGroup, description: "Services: from the load balancer and each other", egress: []rule{{peer: "anywhere"}}} // pages to scrape, AWS, mail, webhooks
	guards := map[string][]int{}
	var public, internal []int
	for _, s := range p.Services() {
		if s.Public() {
			public = append(public, s.Port)
		}
		switch {
		case s.Host == "":
		case s.Group == "":
			internal = append(internal, s.Port)
		default:
			guards[s.Group] = append(guards[s.Group], s.Port)
		}
	}
	alb.egress = []rule{{peer: platform.ServicesGroup, ports: public}}
	ecs.ingress = []rule{{peer: platform.LoadBalancer, ports: public}, {peer: platform.ServicesGroup, ports: internal}}

	out := []group{alb, ecs}
	for _, store := range p.Stores() {
		g := group{name: store.Name, description: store.Title + ": from the services", ingress: []rule{{peer: platform.ServicesGroup, ports: store.Ports}}}
		if len(store.Egress) > 0 {
			g.egress = []rule{{peer: "anywhere", ports: store.Egress}}
		}
		out = append(out, g)
	}
	for _, name := range slices.Sorted(maps.Keys(guards)) {
		out = append(out, group{name: name, description: strings.ToUpper(name[:1]) + name[1:] + ": from the services", ingress: []rule{{peer: platform.ServicesGroup, ports: guards[name]}}})
	}
	return out
}

// addSecurityGroups composes the groups, one resource per rule, and empties the VPC's default group.
func addSecurityGroups(s *layer.Scope) {
	s.Add(platform.SecurityGroup("default"), &ec2.DefaultSecurityGroup{ForProvider: ec2.DefaultSecurityGroupParameters{
		VPCIDRef: s.Ref(platform.VPC), // no rules: the provider removes those that AWS made
	}})
	groups := groups(s.Platform)
	for _, g := range groups {
		s.Add(platform.SecurityGroup(g.name), &ec2.SecurityGroup{ForProvider: ec2.SecurityGroupParameters{
			Name:        new(s.Platform.AWSName(g.name, platform.MaxSecurityGroup)),
			Description: new(g.description),
			VPCIDRef:    s.Ref(platform.VPC),
		}})
	}
	for _, g := range groups {
		for _, r := range g.ingress {
			for _, e := range edges(s, r) {
				s.Add(platform.SecurityGroup(g.name)+"-from-"+e.suffix, &ec2.SecurityGroupIngressRule{ForProvider: ec2.SecurityGroupIngressRuleParameters{
					SecurityGroupIDRef:           s.Ref(platform.SecurityGroup(g.name)),
					Description:                  new(g.name + " from " + e.peer),
					IPProtocol:                   new(e.protocol),
					FromPort:                     e.port,
					ToPort:                       e.port,
					CIDRIPv4:                     e.cidr,
					ReferencedSecurityGroupIDRef: e.ref(s),
				}})
			}
		}
		for _, r := range g.egress {
			for _, e := range edges(s, r) {
				s.Add(platform.SecurityGroup(g.name)+"-to-"+e.suffix, &ec2.SecurityGroupEgressRule{ForProvider: ec2.SecurityGroupEgressRuleParameters{
					SecurityGroupIDRef:           s.Ref(platform.SecurityGroup(g.name)),
					Description:                  new(g.name + " to " + e.peer),
					IPProtocol:                   new(e.protocol),
					FromPort:                     e.port,
					ToPort:                       e.port,
					CIDRIPv4:                     e.cidr,
					ReferencedSecurityGroupIDRef: e.ref(s),
				}})
			}
		}
	}
	reportOpen(s, groups)
}

// reportOpen says which groups still have the rule that AWS gives each new one, which lets everything out. The provider takes it
// away as part of creating the group; when that fails, it neither tries again nor says so. The platform's own rules have
// descriptions, AWS's has none. What the claim adopts has the rules that it had.
func reportOpen(s *layer.Scope, groups []group) {
	for _, g := range groups {
		o := s.Observe(platform.SecurityGroup(g.name))
		id, ok := o.String("id")
		if !ok || s.Adopted(platform.SecurityGroup(g.name)) {
			continue
		}
		for i := 0; ; i++ {
			rule := "egress[" + strconv.Itoa(i) + "]."
			protocol, ok := o.String(rule + "protocol")
			if !ok {
				break
			}
			cidr, _ := o.String(rule + "cidrBlocks[0]")
			if _, described := o.String(rule + "description"); protocol == "-1" && cidr == anywhere && !described {
				s.Problem("OpenEgress", platform.SecurityGroup(g.name)+" lets everything out, by the rule that AWS gives new groups and the provider failed to take away: "+
					"aws ec2 revoke-security-group-egress --region "+s.Platform.Region+" --group-id "+id+" --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp="+anywhere+"}]'")
			}
		}
	}
}

// An edge is one rule of AWS's: one peer, one port.
type edge struct {
	peer, suffix, protocol string
	port                   *float64
	cidr                   *string
	group                  string
}

// ref refers to the peer if it is a group.
func (e edge) ref(s *layer.Scope) *aws.Ref {
	if e.group == "" {
		return nil
	}
	return s.Ref(platform.SecurityGroup(e.group))
}

// edges spells a rule out. The suffix names the edge by what it opens, so that adding one renames no other.
func edges(s *layer.Scope, r rule) []edge {
	var peers []edge
	switch r.peer {
	case "allowed":
		for _, c := range s.Platform.Network.AllowedCIDRs {
			peers = append(peers, edge{peer: c, suffix: strings.NewReplacer(".", "-", "/", "-").Replace(c), cidr: new(c)})
		}
	case "anywhere":
		peers = []edge{{peer: r.peer, suffix: r.peer, cidr: new(anywhere)}}
	default:
		peers = []edge{{peer: r.peer, suffix: r.peer, group: r.peer}}
	}
	if len(r.ports) == 0 {
		for i := range peers {
			peers[i].protocol = "-1"
		}
		return peers
	}
	out := make([]edge, 0, len(peers)*len(r.ports))
	for _, e := range peers {
		for _, port := range r.ports {
			n := e
			n.protocol = "tcp"
			n.port = new(float64(port))
			n.suffix += "-" + strconv.Itoa(port)
			out = append(out, n)
		}
	}
	return out
}
