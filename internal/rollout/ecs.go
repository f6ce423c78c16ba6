package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// A verdict is what ECS makes of a service's new image.
type verdict int

const (
	waiting verdict = iota
	steady
	failed
)

// stillRuns begins what is said of a service that has not been told of the image yet.
const stillRuns = "still runs "

// A sight is one service, as it was seen.
type sight struct {
	verdict verdict
	why     string
}

// services looks at ECS services.
type services struct {
	client  *ecs.Client
	cluster string
	images  map[string]map[string]string // by task definition, by container: neither ever changes
}

func newServices(client *ecs.Client, cluster string) *services {
	return &services{client: client, cluster: cluster, images: map[string]map[string]string{}}
}

// lookLimit is how long AWS may take to answer: a connection that hangs may not hold up the end of a wait.
const lookLimit = time.Minute

// look returns what ECS makes of each service's image. Deployments that began before since do not count as failures.
func (s *services) look(ctx context.Context, wanted []Service, since time.Time) (map[string]sight, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	in := &ecs.DescribeServicesInput{Cluster: &s.cluster}
	for _, w := range wanted {
		in.Services = append(in.Services, w.AWSName) // ten at most, and the platform has five
	}
	found, err := s.client.DescribeServices(ctx, in)
	if err != nil {
		return nil, err
	}
	out := map[string]sight{}
	for _, w := range wanted {
		i := slices.IndexFunc(found.Services, func(o types.Service) bool { return aws.ToString(o.ServiceName) == w.AWSName })
		if i < 0 || aws.ToString(found.Services[i].Status) != "ACTIVE" {
			out[w.Name] = sight{waiting, "ECS has no such service yet"}
			continue
		}
		if out[w.Name], err = s.judge(ctx, &found.Services[i], w, since); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lists finds out whether deployments may be listed, which is needed only once one has failed.
func (s *services) lists(ctx context.Context, all []Service) error {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	for _, one := range all {
		_, err := s.client.ListServiceDeployments(ctx, &ecs.ListServiceDeploymentsInput{Cluster: &s.cluster, Service: &one.AWSName, MaxResults: aws.Int32(1)})
		if missing := (*types.ServiceNotFoundException)(nil); !errors.As(err, &missing) {
			return err
		}
	}
	return nil
}

// judge looks at one service.
func (s *services) judge(ctx context.Context, o *types.Service, w Service, since time.Time) (sight, error) {
	var primary *types.Deployment
	primaryImage := ""
	for i := range o.Deployments {
		d := &o.Deployments[i]
		image, err := s.image(ctx, aws.ToString(d.TaskDefinition), w.Name)
		if err != nil {
			return sight{}, err
		}
		if image == w.Image && d.RolloutState == types.DeploymentRolloutStateFailed && !aws.ToTime(d.CreatedAt).Before(since) {
			return sight{failed, "ECS gave the deployment up: " + reason(d.RolloutStateReason)}, nil
		}
		if aws.ToString(d.Status) == "PRIMARY" {
			primary, primaryImage = d, image
		}
	}
	switch {
	case primary == nil:
		return sight{waiting, "ECS shows no deployment"}, nil
	case primaryImage == w.Image && primary.RolloutState == types.DeploymentRolloutStateCompleted && len(o.Deployments) == 1:
		return sight{steady, fmt.Sprintf("runs %s (%d of %d tasks)", tagIn(w.Image), o.RunningCount, o.DesiredCount)}, nil
	}
	// ECS shows a failed deployment only until its last task is stopped, and then by this alone.
	if given, why, err := s.givenUp(ctx, o, w, since); err != nil || given {
		return sight{failed, why}, err
	}
	if primaryImage != w.Image {
		return sight{waiting, stillRuns + tagIn(primaryImage)}, nil
	}
	return sight{waiting, fmt.Sprintf("is being rolled out (%d of %d tasks run, %d failed)", primary.RunningCount, primary.DesiredCount, primary.FailedTasks)}, nil
}

// rollbacks are the states of a deployment that ECS gave up.
var rollbacks = []types.ServiceDeploymentStatus{
	types.ServiceDeploymentStatusRollbackRequested, types.ServiceDeploymentStatusRollbackInProgress,
	types.ServiceDeploymentStatusRollbackSuccessful, types.ServiceDeploymentStatusRollbackFailed,
}

// givenUp reports whether ECS has rolled a deployment of the image back since then, and why.
func (s *services) givenUp(ctx context.Context, o *types.Service, w Service, since time.Time) (given bool, why string, err error) {
	listed, err := s.client.ListServiceDeployments(ctx, &ecs.ListServiceDeploymentsInput{
		Cluster: &s.cluster, Service: o.ServiceArn, Status: rollbacks, CreatedAt: &types.CreatedAt{After: &since},
	})
	if err != nil || len(listed.ServiceDeployments) == 0 {
		return false, "", err
	}
	in := &ecs.DescribeServiceDeploymentsInput{}
	for _, d := range listed.ServiceDeployments {
		in.ServiceDeploymentArns = append(in.ServiceDeploymentArns, aws.ToString(d.ServiceDeploymentArn))
	}
	in.ServiceDeploymentArns = in.ServiceDeploymentArns[:min(len(in.ServiceDeploymentArns), 20)] // the newest; more are refused
	described, err := s.client.DescribeServiceDeployments(ctx, in)
	if err != nil {
		return false, "", err
	}
	for i := range described.ServiceDeployments {
		d := &described.ServiceDeployments[i]
		if d.TargetServiceRevision == nil {
			continue
		}
		revisions, err := s.client.DescribeServiceRevisions(ctx, &ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{aws.ToString(d.TargetServiceRevision.Arn)}})
		if err != nil {
			return false, "", err
		}
		for _, r := range revisions.ServiceRevisions {
			image, err := s.image(ctx, aws.ToString(r.TaskDefinition), w.Name)
			if err != nil {
				return false, "", err
			}
			if image == w.Image {
				return true, "ECS gave the deployment up: " + explain(d), nil
			}
		}
	}
	return false, "", nil
}

// explain says why ECS rolled a deployment back.
func explain(d *types.ServiceDeployment) string {
	switch {
	case d.Alarms != nil && len(d.Alarms.TriggeredAlarmNames) > 0:
		return "the alarm fired: " + strings.Join(d.Alarms.TriggeredAlarmNames, ", ")
	case d.DeploymentCircuitBreaker != nil && d.DeploymentCircuitBreaker.Status == types.ServiceDeploymentRollbackMonitorsStatusTriggered:
		return fmt.Sprintf("its circuit breaker counted %d tasks that failed", d.DeploymentCircuitBreaker.FailureCount)
	case d.Rollback != nil && d.Rollback.Reason != nil:
		return *d.Rollback.Reason
	default:
		return reason(d.StatusReason)
	}
}

func reason(why *string) string {
	if aws.ToString(why) == "" {
		return "it gives no reason"
	}
	return strings.TrimSuffix(*why, ".")
}

// image returns the image of a container in a task definition.
func (s *services) image(ctx context.Context, definition, container string) (string, error) {
	images := s.images[definition]
	if images == nil {
		out, err := s.client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &definition})
		if err != nil {
			return "", err
		}
		images = map[string]string{}
		for _, c := range out.TaskDefinition.ContainerDefinitions {
			images[aws.ToString(c.Name)] = aws.ToString(c.Image)
		}
		s.images[definition] = images
	}
	return images[container], nil
}

// tagIn is what follows an image's repository: its tag, or its digest.
func tagIn(image string) string {
	if i := strings.LastIndexAny(image, ":@"); i >= 0 && !strings.Contains(image[i:], "/") {
		if at := strings.LastIndexByte(image, '@'); at >= 0 {
			return image[at+1:]
		}
		return image[i+1:]
	}
	return "an image without a tag"
}
