package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/morket-io/platform/internal/claimfile"
)

// migrateCommand takes the advisory lock and runs the migrations under it: docker/backend/migrate.mjs.
var migrateCommand = []string{"node", "migrate.mjs", "node", "dist/migrate.js"}

// backend is the service whose image has the migrations.
const backend = "backend"

// A Migration runs the migrations of one version as a task of its own: the backend's as it runs now, in its network and
// with its roles and secrets, but with the new image and another command.
type Migration struct {
	// ECS and Logs return clients for a region.
	ECS  func(ctx context.Context, region string) (*ecs.Client, error)
	Logs func(ctx context.Context, region string) (*cloudwatchlogs.Client, error)
	// Log gets a sentence for each thing that happens, Output what the migrations print.
	Log, Output func(string)

	// Poll is the time between two polls, Limit how long migrations may take.
	Poll, Limit time.Duration
}

// Run runs the migrations of the version that a claim's file would have with the tag.
func (m *Migration) Run(ctx context.Context, file []byte, tag string) error {
	next, _, err := claimfile.SetTag(file, tag)
	if err != nil {
		return err
	}
	target, err := Read(next)
	if err != nil {
		return err
	}
	service, _ := target.Service(backend)
	client, err := m.ECS(ctx, target.Region)
	if err != nil {
		return err
	}
	t := &migrationTask{Migration: m, client: client, target: target, service: service, image: tagIn(service.Image)}
	definition, network, err := t.definition(ctx)
	if err != nil {
		return err
	}
	registered, err := client.RegisterTaskDefinition(ctx, definition)
	if err != nil {
		return fmt.Errorf("cannot register the migrations' task: %w", err)
	}
	arn := registered.TaskDefinition.TaskDefinitionArn
	defer func() { // nobody is to start it once more, and an interrupted run cleans up, too
		done, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if _, err := client.DeregisterTaskDefinition(done, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: arn}); err != nil {
			m.Log(fmt.Sprintf("cannot deregister %s: %v", aws.ToString(arn), err))
		}
	}()
	return t.run(ctx, *arn, network, definition.ContainerDefinitions[0].LogConfiguration)
}

type migrationTask struct {
	*Migration
	client  *ecs.Client
	target  *Target
	service Service
	image   string // its tag or digest
}

// definition is the migrations' task definition, made of that of the backend that runs, and the network of that.
func (t *migrationTask) definition(ctx context.Context) (*ecs.RegisterTaskDefinitionInput, *types.NetworkConfiguration, error) {
	found, err := t.client.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &t.target.Cluster, Services: []string{t.service.AWSName}})
	if err != nil {
		return nil, nil, fmt.Errorf("cannot look for the service %s: %w", t.service.AWSName, err)
	}
	if len(found.Services) != 1 || aws.ToString(found.Services[0].Status) != "ACTIVE" {
		return nil, nil, fmt.Errorf("there is no service %s yet: docs/pipelines.md says how a platform gets its first version", t.service.AWSName)
	}
	running := found.Services[0]
	described, err := t.client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: running.TaskDefinition})
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the task definition of %s: %w", t.service.AWSName, err)
	}
	d := described.TaskDefinition
	in := &ecs.RegisterTaskDefinitionInput{
		Family: aws.String(t.target.Cluster + "-migrate"), Cpu: d.Cpu, Memory: d.Memory, NetworkMode: d.NetworkMode,
		RequiresCompatibilities: d.RequiresCompatibilities, ExecutionRoleArn: d.ExecutionRoleArn, TaskRoleArn: d.TaskRoleArn,
		RuntimePlatform: d.RuntimePlatform, Volumes: d.Volumes, EphemeralStorage: d.EphemeralStorage,
	}
	for _, c := range d.ContainerDefinitions {
		if aws.ToString(c.Name) != backend {
			continue
		}
		// Health check, ports and dependencies are the API's.
		c.HealthCheck, c.PortMappings, c.DependsOn = nil, nil, nil
		c.Image, c.Command, c.EntryPoint, c.Essential = &t.service.Image, migrateCommand, nil, aws.Bool(true)
		in.ContainerDefinitions = append(in.ContainerDefinitions, c)
	}
	if len(in.ContainerDefinitions) != 1 {
		return nil, nil, fmt.Errorf("the task definition of %s has no container named %s", t.service.AWSName, backend)
	}
	return in, running.NetworkConfiguration, nil
}

// run runs the task to its end.
func (t *migrationTask) run(ctx context.Context, definition string, network *types.NetworkConfiguration, logs *types.LogConfiguration) error {
	started, err := t.client.RunTask(ctx, &ecs.RunTaskInput{
		Cluster: &t.target.Cluster, TaskDefinition: &definition, LaunchType: types.LaunchTypeFargate, Count: aws.Int32(1),
		StartedBy: aws.String(startedBy(t.image)), NetworkConfiguration: network,
	})
	if err != nil {
		return fmt.Errorf("the migrations could not be started: %w", err)
	}
	if len(started.Tasks) == 0 {
		failures, _ := json.Marshal(started.Failures)
		return fmt.Errorf("the migrations could not be started: %s", failures)
	}
	arn := *started.Tasks[0].TaskArn
	id := arn[strings.LastIndexByte(arn, '/')+1:]
	t.Log(fmt.Sprintf("migrating %s to %s in task %s", t.target, t.image, id))
	stopped, err := t.wait(ctx, arn)
	if stopped == nil && ctx.Err() != nil {
		return fmt.Errorf("interrupted: the migrations run on in task %s, under their lock", id)
	}
	t.tell(context.WithoutCancel(ctx), logs, id)
	if err != nil {
		return fmt.Errorf("%w: nothing is rolled out", err)
	}
	return t.judge(stopped)
}

// startedBy names a task's origin in the characters that ECS takes for that, of which there may be 36 at least.
func startedBy(image string) string {
	return "migrate-" + notStartedBy.ReplaceAllString(image[:min(len(image), 12)], "-")
}

var notStartedBy = regexp.MustCompile(`[^A-Za-z0-9/_-]`)

// wait waits for the end of the task, and stops one that takes too long.
func (t *migrationTask) wait(ctx context.Context, arn string) (*types.Task, error) {
	var lost error
	for deadline := time.Now().Add(t.Limit); ; {
		described, err := t.client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &t.target.Cluster, Tasks: []string{arn}})
		lost = err
		if err == nil && len(described.Tasks) == 1 && aws.ToString(described.Tasks[0].LastStatus) == "STOPPED" {
			return &described.Tasks[0], nil
		}
		if time.Now().After(deadline) {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(t.Poll):
		}
	}
	_, err := t.client.StopTask(ctx, &ecs.StopTaskInput{Cluster: &t.target.Cluster, Task: &arn, Reason: aws.String("longer than " + t.Limit.String())})
	return nil, errors.Join(fmt.Errorf("the migrations to %s did not end within %s and were stopped", t.image, t.Limit), err, lost)
}

// judge reports whether the migrations succeeded.
func (t *migrationTask) judge(task *types.Task) error {
	var why []string
	if task.StoppedReason != nil {
		why = append(why, *task.StoppedReason)
	}
	code := "none" // a container that never started has no exit code
	for _, c := range task.Containers {
		if aws.ToString(c.Name) == backend && c.ExitCode != nil {
			code = strconv.Itoa(int(*c.ExitCode))
		}
		if c.Reason != nil {
			why = append(why, *c.Reason)
		}
	}
	if code != "0" {
		return fmt.Errorf("the migrations to %s failed (exit code %s; %s): nothing is rolled out", t.image, code, strings.Join(why, "; "))
	}
	t.Log(fmt.Sprintf("migrated %s to %s", t.target, t.image))
	return nil
}

// tell prints the end of what the migrations said.
func (t *migrationTask) tell(ctx context.Context, c *types.LogConfiguration, id string) {
	if c == nil || c.Options["awslogs-group"] == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	group, stream := c.Options["awslogs-group"], c.Options["awslogs-stream-prefix"]+"/"+backend+"/"+id
	client, err := t.Logs(ctx, t.target.Region)
	var events *cloudwatchlogs.GetLogEventsOutput
	if err == nil {
		events, err = client.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: &group, LogStreamName: &stream, Limit: aws.Int32(100)})
	}
	if err != nil {
		t.Log(fmt.Sprintf("the log %s %s cannot be read: %v", group, stream, err))
		return
	}
	for _, e := range events.Events {
		t.Output(aws.ToString(e.Message))
	}
}
