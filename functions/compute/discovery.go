package compute

import (
	"github.com/morket-io/platform/internal/aws/servicediscovery"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// discoveryTTL is how long an address may be believed, in seconds: about as long as a task takes to be replaced.
const discoveryTTL = 10

// addNamespace composes the DNS domain in which services find each other, private to the VPC, so that two platforms may
// have it under one name.
func addNamespace(s *layer.Scope) {
	s.Add("namespace", &servicediscovery.PrivateDNSNamespace{ForProvider: servicediscovery.PrivateDNSNamespaceParameters{
		Name:        new(platform.PrivateDomain),
		Description: new(s.Platform.AWSName("", platform.MaxTagValue) + ": where services find each other"),
		VPCRef:      s.Ref(platform.VPC),
	}})
}

func discoveryName(service string) string { return "discovery-" + service }

// addDiscovery composes the name by which other services call a service. (R-TMP-1)
func addDiscovery(s *layer.Scope, svc *platform.Service) {
	if svc.Host == "" {
		return
	}
	s.Add(discoveryName(svc.Name), &servicediscovery.Service{ForProvider: servicediscovery.ServiceParameters{
		Name:         &svc.Host,
		ForceDestroy: new(true), // a task that is still registered would block the deletion of the claim
		DNSConfig: &servicediscovery.ServiceDNSConfig{
			NamespaceIDRef: s.Ref("namespace"),
			RoutingPolicy:  new("MULTIVALUE"),
			DNSRecords:     []servicediscovery.ServiceDNSConfigDNSRecords{{Type: new("A"), TTL: new(float64(discoveryTTL))}},
		},
		// ECS itself reports the health of tasks; AWS takes no other threshold.
		HealthCheckCustomConfig: &servicediscovery.ServiceHealthCheckCustomConfig{FailureThreshold: new(1.0)},
	}})
}
