package edge

import (
	"slices"

	"github.com/morket-io/platform/internal/aws/route53"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// recordPrefix begins the names of the composed records of site and API. A hash of name and zone follows, because neither
// can be changed.
const recordPrefix = "record-"

// cloudFrontZone is the hosted zone of all of CloudFront's names. Source: "AliasTarget" in the Route 53 API reference.
const cloudFrontZone = "Z2FDTNDATAQYW2"

// An alias is a record that says where something is found.
type alias struct {
	resource, name, typ string
	// target and zone are where the name leads, empty while that is not known; leadsTo is what that is called.
	target, zone, leadsTo string
}

// addRecords composes the records of site and API in the claim's hosted zone. They wait until CloudFront answers for the
// site's name: it takes a name once only, so that a claim which names another platform's domain by mistake takes nothing
// away. When a domain changes, the old names lead where they did until then. (R-CF-3)
func addRecords(s *layer.Scope) {
	domain := ""
	if s.Platform.Domain != nil {
		domain = s.Platform.Domain.Name
	}
	answered, _ := s.Observe(siteDistribution).String("aliases[0]")
	moved := answered == domain

	aliases := aliases(s)
	for _, old := range s.Observed(recordPrefix) {
		if !moved && !slices.ContainsFunc(aliases, func(a alias) bool { return a.resource == old }) {
			s.Keep(old)
		}
	}
	for _, a := range aliases {
		waitingFor := "CloudFront to answer for the domain"
		if moved {
			waitingFor = a.leadsTo
		}
		if !s.Gate(a.resource, moved && a.target != "" && a.zone != "", waitingFor) {
			continue
		}
		s.Add(a.resource, &route53.Record{ForProvider: route53.RecordParameters{
			ZoneID:         s.Platform.Domain.HostedZoneID,
			Name:           &a.name,
			Type:           &a.typ,
			Alias:          &route53.RecordAlias{Name: &a.target, ZoneID: &a.zone, EvaluateTargetHealth: new(false)},
			AllowOverwrite: new(true), // a control plane that is built anew finds its records there
		}})
	}
}

// aliases are the records that are wanted: those of the site for both kinds of addresses, and the API's, whose load
// balancer has IPv4 addresses only.
func aliases(s *layer.Scope) []alias {
	d := s.Platform.Domain
	if d == nil || d.HostedZoneID == nil {
		return nil
	}
	site, _ := s.Observe(siteDistribution).String("domainName")
	api, _ := s.Observe(platform.LoadBalancer).String("dnsName")
	apiZone, _ := s.Observe(platform.LoadBalancer).String("zoneId")

	resource := func(what, name string) string {
		return recordPrefix + what + "-" + platform.Hash(*d.HostedZoneID, name)
	}
	apiName := s.Platform.APIName()
	return []alias{
		{resource: resource("site", d.Name), name: d.Name, typ: "A", target: site, zone: cloudFrontZone, leadsTo: "the distribution"},
		{resource: resource("site-ipv6", d.Name), name: d.Name, typ: "AAAA", target: site, zone: cloudFrontZone, leadsTo: "the distribution"},
		{resource: resource("api", apiName), name: apiName, typ: "A", target: api, zone: apiZone, leadsTo: "the load balancer"},
	}
}
