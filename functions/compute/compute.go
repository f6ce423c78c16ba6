// Package compute is what runs the platform's containers: image repositories, the ECS cluster and its services, the load
// balancer before them, and the names by which they find each other. What the services are is said in internal/platform;
// everything here is derived from that.
package compute

import (
	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// reasonClaim is that of a warning about a value in the claim that would be refused in a new one.
const reasonClaim = "ClaimNeedsChange"

// Layer is the compute layer.
func Layer() layer.Layer {
	return layer.Layer{Name: "compute", Condition: v1alpha1.ConditionComputeReady, Compose: compose}
}

func compose(s *layer.Scope) {
	for _, w := range s.Platform.Warnings {
		s.Warn(reasonClaim, w)
	}
	addRepositories(s)
	addCluster(s)
	addNamespace(s)
	addLoadBalancer(s)
	addListeners(s)
	services, stored := s.Platform.Services(), storedGenerations(s)
	for i := range services {
		svc := &services[i]
		env := describe(s, svc, stored)
		addLogGroup(s, svc)
		addRoles(s, svc, env)
		addDiscovery(s, svc)
		addService(s, svc, env)
		addScaling(s, svc)
	}
	publish(s)
}

// publish shows where the services are found, in the status and to applications. (R-API-4, R-API-5)
func publish(s *layer.Scope) {
	p := s.Platform
	alb, _ := s.Observe(platform.LoadBalancer).String("dnsName")
	s.SetStatus("endpoints.loadBalancer", alb)
	s.Detail("loadBalancerDnsName", alb)
	bucket.Publish(s, accessLogs, "albLogs")
	for _, r := range p.Repositories() {
		s.SetStatus("repositories."+r, p.RepositoryURL(r))
		s.Detail(r+"RepositoryUrl", p.RepositoryURL(r))
	}
	for _, svc := range p.Services() {
		if svc.Name == platform.TemporalServer {
			s.SetStatus("endpoints.temporal", svc.Address())
			s.Detail("temporalAddress", svc.Address())
		}
	}

	// With what the network publishes, all that a one-off task needs, such as a migration.
	s.Detail("ecsClusterName", clusterName(p))
	revision, _ := s.Observe(serviceName("backend")).String("taskDefinition")
	s.Detail("backendTaskDefinitionArn", revision)
}

// clusterName is the ECS cluster's in AWS.
func clusterName(p *platform.Platform) string { return p.AWSName("", platform.MaxECSName) }
