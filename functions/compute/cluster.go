package compute

import (
	"github.com/morket-io/platform/internal/aws/ecs"
	"github.com/morket-io/platform/internal/layer"
)

// Fargate's capacity providers.
const (
	fargate     = "FARGATE"
	fargateSpot = "FARGATE_SPOT"
)

// addCluster composes the ECS cluster and what it may run tasks on. (R-ECS-1)
func addCluster(s *layer.Scope) {
	p := s.Platform
	cluster := &ecs.Cluster{ForProvider: ecs.ClusterParameters{
		Setting: []ecs.ClusterSetting{{Name: new("containerInsights"), Value: p.Compute.ContainerInsights}},
	}}
	addExec(s, &cluster.ForProvider)
	s.Add("ecs-cluster", cluster, layer.ExternalName(clusterName(p)))

	s.Add("ecs-capacity", &ecs.ClusterCapacityProviders{ForProvider: ecs.ClusterCapacityProvidersParameters{
		ClusterNameRef:    s.Ref("ecs-cluster"),
		CapacityProviders: []string{fargate, fargateSpot},
		// For what says nothing itself, such as a one-off task.
		DefaultCapacityProviderStrategy: []ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategy{{CapacityProvider: new(fargate), Base: new(0.0), Weight: new(1.0)}},
	}})
}
