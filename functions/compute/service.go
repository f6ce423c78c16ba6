package compute

import (
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ecs"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// graceSeconds is how long a new task's failing health checks at the load balancer are no reason to replace it, beyond the
// time that its container takes to start.
const graceSeconds = 60

// minTasksForBase is how many tasks a service on Spot needs for one of them to be on Fargate itself.
const minTasksForBase = 2

func serviceName(service string) string { return "service-" + service }

// addService composes a service's task definition and the ECS service that runs it, and rolls out: a service goes on with
// the revision it has until the next one is registered, and that one stays until the service has moved. (R-ECS-8)
//
// What can be seen of a rollout is all that decides, each time anew, so that it may fail, be changed or be taken back at
// any moment:
//
//	next revision          service is told       service has       former revisions
//	not registered yet     what it was           the former        stay
//	registered             the next from now on  the former        stay
//	registered             the next              the former again  stay: ECS rolled back; the provider tries again
//	registered             the next              the next          go
//
// The provider says what a service has only when its tasks are stable (waitForSteadyState), not when AWS took the order. To
// go back is no different from going on: the former revision is the wanted one then, and registered already if it is still
// there.
func addService(s *layer.Scope, svc *platform.Service, env *environment) {
	name := serviceName(svc.Name)
	former := revisions(s, svc.Name)
	if env.waitsFor != "" { // which revision is wanted cannot be told
		for _, r := range former {
			s.Keep(r)
		}
		s.Gate(name, false, env.waitsFor)
		return
	}

	task := taskDefinition(s.Platform, svc, env)
	wanted := revisionName(svc, task)
	// An orphaned revision stays active in AWS, which costs nothing, for people to go back to by hand.
	s.Add(wanted, task, layer.OrphanIf(s.Platform.Protected()))

	arn, waitsFor := runnable(s, svc, wanted)
	if s.Gate(name, waitsFor == "", waitsFor) {
		s.Add(name, ecsService(s, svc, arn), layer.ExternalName(s.Platform.AWSName(svc.Name, platform.MaxECSName)), layer.FillsInNothing())
	}
	moved := runs(s.Observe(name), arn)
	if s.Observe(name).Exists() && !moved {
		s.Wait(name, wanted)
	}
	for _, r := range former {
		if r != wanted && !moved {
			s.Keep(r)
		}
	}
}

// revisions are the task definitions of a service that exist.
func revisions(s *layer.Scope, service string) []string {
	var out []string
	for _, name := range s.Observed(revisionPrefix(service)) {
		if isRevision(name, service) {
			out = append(out, name)
		}
	}
	return out
}

// runs says whether a service is told to run a revision, and did so when its provider last looked. While the provider
// waits for tasks to become stable it does not look: who goes back to the former revision in the middle of a rollout
// is told that the service runs it a little early, and the revision that was given up goes while AWS still moves away
// from it. That disturbs nothing: tasks of a revision that is no longer registered run on until they are replaced.
func runs(service layer.Observed, arn string) bool {
	told, _ := service.Parameter("taskDefinition")
	has, _ := service.String("taskDefinition")
	return arn != "" && told == arn && has == arn
}

// runnable returns the ARN of a registered revision, or what a service that is to run it waits for. Before the first task
// starts, everything is there that it needs: ECS gives up on a service whose first tasks fail.
func runnable(s *layer.Scope, svc *platform.Service, revision string) (arn, waitsFor string) {
	registered := s.Observe(revision)
	arn, ok := registered.String("arn")
	switch {
	case !ok || !registered.Ready():
		return "", revision
	case !s.Observe("role-" + executionRole(svc.Name) + "-policy").Ready():
		return arn, "its execution role's policy"
	case svc.Public() && !routed(s, svc):
		return arn, "its place at the load balancer"
	}
	if svc.Host != "" {
		if _, ok := s.Observe(discoveryName(svc.Name)).String("arn"); !ok {
			return arn, "its name in " + platform.PrivateDomain
		}
	}
	return arn, ""
}

// ecsService is the service that runs a revision. (R-ECS-3)
func ecsService(s *layer.Scope, svc *platform.Service, revision string) *ecs.Service {
	p := s.Platform
	groups := []aws.Ref{*s.Ref(platform.SecurityGroup(platform.ServicesGroup))}
	if svc.Group != "" {
		groups = append(groups, *s.Ref(platform.SecurityGroup(svc.Group)))
	}
	o := &ecs.Service{ForProvider: ecs.ServiceParameters{
		ClusterRef:               s.Ref("ecs-cluster"),
		TaskDefinition:           &revision,
		CapacityProviderStrategy: capacity(svc),
		PlatformVersion:          new("LATEST"),
		// ECS starts a deployment only when it is told something new; another capacity provider is refused without this.
		ForceNewDeployment:              new(true),
		WaitForSteadyState:              new(true),
		DeploymentController:            &ecs.ServiceDeploymentController{Type: new("ECS")},
		DeploymentCircuitBreaker:        &ecs.ServiceDeploymentCircuitBreaker{Enable: new(true), Rollback: new(true)},
		DeploymentMinimumHealthyPercent: new(100.0),
		DeploymentMaximumPercent:        new(200.0),
		AvailabilityZoneRebalancing:     new("ENABLED"),
		EnableECSManagedTags:            new(true),
		EnableExecuteCommand:            new(*svc.Size.Exec && mayExec(s, svc)),
		PropagateTags:                   new("SERVICE"), // tasks are what costs
		NetworkConfiguration: &ecs.ServiceNetworkConfiguration{
			AssignPublicIP:    new(false),
			SubnetRefs:        s.FollowingRefs(p.PrivateSubnets()...),
			SecurityGroupRefs: groups,
		},
	}}
	f := &o.ForProvider
	if svc.Single {
		// The one there is stops before the next starts: clients wait and try again for a minute or two.
		f.DeploymentMinimumHealthyPercent, f.DeploymentMaximumPercent = new(0.0), new(100.0)
		f.AvailabilityZoneRebalancing = new("DISABLED") // it starts a second task first
	}
	if scales(svc) {
		o.InitProvider = &ecs.ServiceParameters{DesiredCount: new(float64(*svc.Size.Scaling.Min))}
	} else {
		f.DesiredCount = new(float64(*svc.Size.DesiredCount))
	}
	if svc.Public() {
		target, _ := s.Observe(targetName(svc.Name)).String("arn")
		f.LoadBalancer = []ecs.ServiceLoadBalancer{{ContainerName: &svc.Name, ContainerPort: new(float64(svc.Port)), TargetGroupARN: &target}}
		f.HealthCheckGracePeriodSeconds = new(float64(graceSeconds + svc.StartSeconds))
	}
	if svc.Host != "" {
		registry, _ := s.Observe(discoveryName(svc.Name)).String("arn")
		f.ServiceRegistries = &ecs.ServiceServiceRegistries{RegistryARN: &registry}
	}
	return o
}

// capacity is what a service's tasks run on. Where there are two tasks or more, one of them is never on Spot: AWS gives no Spot
// capacity at times, and takes it back with two minutes' notice.
func capacity(svc *platform.Service) []ecs.ServiceCapacityProviderStrategy {
	switch {
	case !*svc.Size.Spot:
		return []ecs.ServiceCapacityProviderStrategy{{CapacityProvider: new(fargate), Weight: new(1.0)}}
	case svc.LeastTasks() < minTasksForBase:
		return []ecs.ServiceCapacityProviderStrategy{{CapacityProvider: new(fargateSpot), Weight: new(1.0)}}
	default:
		return []ecs.ServiceCapacityProviderStrategy{
			{CapacityProvider: new(fargate), Base: new(1.0), Weight: new(0.0)},
			{CapacityProvider: new(fargateSpot), Weight: new(1.0)},
		}
	}
}

// resourceID is what application auto-scaling calls a service.
func resourceID(p *platform.Platform, svc *platform.Service) string {
	return strings.Join([]string{"service", clusterName(p), p.AWSName(svc.Name, platform.MaxECSName)}, "/")
}
