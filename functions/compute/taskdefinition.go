package compute

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/aws/ecs"
	"github.com/morket-io/platform/internal/platform"
)

// stopSeconds is how long a container may take to finish after it was told to stop: as long as Fargate allows, which is
// also the notice that Spot gives.
const stopSeconds = 120

// Health of containers. ECS ignores the HEALTHCHECK of an image.
const (
	healthInterval = 30
	healthTimeout  = 10
	healthRetries  = 3
)

// A container is one entry of a task definition's containerDefinitions. AWS answers with every one of these fields,
// whether it was given or not, lists in order of their names; the provider takes a difference for another revision, which
// it refuses to make. So all are given, and in that order.
type container struct {
	Name             string        `json:"name"`
	Image            string        `json:"image"`
	CPU              int           `json:"cpu"`
	Essential        bool          `json:"essential"`
	Command          []string      `json:"command,omitempty"`
	PortMappings     []portMapping `json:"portMappings"`
	Environment      []keyValue    `json:"environment"`
	Secrets          []valueFrom   `json:"secrets"`
	MountPoints      []struct{}    `json:"mountPoints"`
	VolumesFrom      []struct{}    `json:"volumesFrom"`
	SystemControls   []struct{}    `json:"systemControls"`
	HealthCheck      *healthCheck  `json:"healthCheck,omitempty"`
	LinuxParameters  linux         `json:"linuxParameters"`
	StopTimeout      int           `json:"stopTimeout"`
	DockerLabels     *labels       `json:"dockerLabels,omitempty"`
	LogConfiguration logs          `json:"logConfiguration"`
}

type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type keyValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type valueFrom struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type healthCheck struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Timeout     int      `json:"timeout"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
}

type linux struct {
	// InitProcessEnabled runs an init that reaps what a container's processes leave behind, such as Chromium's.
	InitProcessEnabled bool `json:"initProcessEnabled"`
}

// labels of a container, for people and for nothing else.
type labels struct {
	// SecretVersions changes when a secret has another value, which makes another revision and so starts new tasks.
	SecretVersions string `json:"platform.morket.io/secret-versions"`
}

type logs struct {
	LogDriver string     `json:"logDriver"`
	Options   logOptions `json:"options"`
}

type logOptions struct {
	Group        string `json:"awslogs-group"`
	Region       string `json:"awslogs-region"`
	StreamPrefix string `json:"awslogs-stream-prefix"`
	// Mode and buffer: a container goes on when CloudWatch does not take its logs, and loses the oldest then.
	MaxBufferSize string `json:"max-buffer-size"`
	Mode          string `json:"mode"`
}

// taskDefinition is the one that a service should run. Only its tags can ever be changed. (R-ECS-2)
//
// The containers' file systems are not read-only: Chromium, nginx and Temporal's image write to theirs. They run as users
// without privileges.
func taskDefinition(p *platform.Platform, svc *platform.Service, env *environment) *ecs.TaskDefinition {
	return &ecs.TaskDefinition{ForProvider: ecs.TaskDefinitionParameters{
		Family:                  new(p.AWSName(svc.Name, platform.MaxECSName)),
		CPU:                     new(strconv.Itoa(int(*svc.Size.CPU))),
		Memory:                  new(strconv.Itoa(int(*svc.Size.Memory))),
		NetworkMode:             new("awsvpc"),
		RequiresCompatibilities: []string{fargate},
		RuntimePlatform:         &ecs.TaskDefinitionRuntimePlatform{CPUArchitecture: new("X86_64"), OperatingSystemFamily: new("LINUX")},
		ExecutionRoleARN:        new(roleARN(p, executionRole(svc.Name))),
		TaskRoleARN:             new(roleARN(p, taskRole(svc.Name))),
		ContainerDefinitions:    new(containerDefinitions(p, svc, env)),
	}}
}

// containerDefinitions is the task's one container, in JSON.
func containerDefinitions(p *platform.Platform, svc *platform.Service, env *environment) string {
	c := container{
		Name:            svc.Name,
		Image:           svc.Image,
		Essential:       true,
		Command:         svc.Command,
		PortMappings:    []portMapping{},
		Environment:     make([]keyValue, len(env.variables)),
		Secrets:         make([]valueFrom, len(env.secrets)),
		MountPoints:     []struct{}{},
		VolumesFrom:     []struct{}{},
		SystemControls:  []struct{}{},
		LinuxParameters: linux{InitProcessEnabled: true},
		StopTimeout:     stopSeconds,
		LogConfiguration: logs{LogDriver: "awslogs", Options: logOptions{
			Group: p.LogGroup(svc.Name), Region: p.Region, StreamPrefix: svc.Name, Mode: "non-blocking", MaxBufferSize: "25m",
		}},
	}
	if svc.Port != 0 {
		c.PortMappings = append(c.PortMappings, portMapping{ContainerPort: svc.Port, HostPort: svc.Port, Protocol: "tcp"})
	}
	for i, v := range env.variables {
		c.Environment[i] = keyValue{Name: v.name, Value: v.value}
	}
	for i, v := range env.secrets {
		c.Secrets[i] = valueFrom{Name: v.name, ValueFrom: v.from}
	}
	if len(env.versions) > 0 {
		c.DockerLabels = &labels{SecretVersions: platform.Hash(strings.Join(env.versions, " "))}
	}
	if command := healthCommand(svc); command != "" {
		c.HealthCheck = &healthCheck{
			Command:  []string{"CMD-SHELL", command},
			Interval: healthInterval, Timeout: healthTimeout, Retries: healthRetries, StartPeriod: svc.StartSeconds,
		}
	}
	return toJSON([]container{c})
}

// healthCommand is what ECS runs in the container to know whether it is well.
func healthCommand(svc *platform.Service) string {
	if svc.HealthPath != "" {
		return "curl -f http://localhost:" + strconv.Itoa(svc.Port) + svc.HealthPath + " || exit 1"
	}
	return svc.HealthCommand
}

// toJSON encodes what always can be, and leaves < and & as they are, as AWS does.
func toJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return ""
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// hashLength is how many hexadecimal digits tell the revisions of a service apart.
const hashLength = 10

// revisionName names a task definition by everything in it that cannot be changed: another content is another name, and
// so another revision in AWS, and the same content has the name that it had.
func revisionName(svc *platform.Service, t *ecs.TaskDefinition) string {
	sum := sha256.Sum256([]byte(toJSON(t.ForProviderStruct().AsMap())))
	return revisionPrefix(svc.Name) + hex.EncodeToString(sum[:])[:hashLength]
}

func revisionPrefix(service string) string { return "task-" + service + "-" }

// isRevision says whether a composed resource is one of a service's revisions. The revisions of temporal-server begin like
// those of a service called temporal would.
func isRevision(name, service string) bool {
	hash := name[min(len(name), len(revisionPrefix(service))):]
	if len(hash) != hashLength {
		return false
	}
	_, err := hex.DecodeString(hash)
	return err == nil
}
