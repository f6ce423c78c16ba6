package aws_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ecs"
)

// BenchmarkEncode encodes an ECS service as we compose it: some 30 values in 8 objects.
func BenchmarkEncode(b *testing.B) {
	s := service()
	var sink *structpb.Struct
	b.ReportAllocs()
	for b.Loop() {
		sink = s.ForProviderStruct()
	}
	_ = sink
}

// BenchmarkEncodeStructpb builds the same from nested maps with structpb.NewStruct, as one would without models.
func BenchmarkEncodeStructpb(b *testing.B) {
	m := service().ForProviderStruct().AsMap()
	var sink *structpb.Struct
	b.ReportAllocs()
	for b.Loop() {
		sink, _ = structpb.NewStruct(m)
	}
	_ = sink
}

func service() *ecs.Service {
	return &ecs.Service{ForProvider: ecs.ServiceParameters{
		Region:                          new("us-east-1"),
		ClusterRef:                      &aws.Ref{Name: "shop-cluster"},
		TaskDefinition:                  new("arn:aws:ecs:us-east-1:111122223333:task-definition/shop-api:1"),
		LaunchType:                      new("FARGATE"),
		PlatformVersion:                 new("LATEST"),
		PropagateTags:                   new("SERVICE"),
		EnableExecuteCommand:            new(false),
		EnableECSManagedTags:            new(true),
		WaitForSteadyState:              new(false),
		HealthCheckGracePeriodSeconds:   new(60.0),
		DeploymentMinimumHealthyPercent: new(100.0),
		DeploymentMaximumPercent:        new(200.0),
		DeploymentCircuitBreaker:        &ecs.ServiceDeploymentCircuitBreaker{Enable: new(true), Rollback: new(true)},
		NetworkConfiguration: &ecs.ServiceNetworkConfiguration{
			AssignPublicIP:    new(false),
			SubnetRefs:        []aws.Ref{{Name: "shop-private-a"}, {Name: "shop-private-b"}},
			SecurityGroupRefs: []aws.Ref{{Name: "shop-ecs"}},
		},
		LoadBalancer: []ecs.ServiceLoadBalancer{{
			ContainerName:  new("api"),
			ContainerPort:  new(8080.0),
			TargetGroupARN: new("arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop-api/0123456789abcdef"),
		}},
		Tags: map[string]string{"Project": "morket", "Environment": "production", "Name": "shop-api", "Layer": "compute"},
	}}
}
