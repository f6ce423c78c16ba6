package compute

import (
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/aws/ecs"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// execLog is the log group of what people type and see in shells, by the name that LogGroup takes.
const execLog = "exec"

// execs reports whether any service can be opened a shell in.
func execs(p *platform.Platform) bool {
	for _, svc := range p.Services() {
		if *svc.Size.Exec {
			return true
		}
	}
	return false
}

// addExec composes the log of shells, and has the cluster write it. It stays for its retention when no service has a shell any more.
// (R-ECS-10)
func addExec(s *layer.Scope, cluster *ecs.ClusterParameters) {
	p := s.Platform
	if !execs(p) {
		s.Keep("log-group-" + execLog)
		return
	}
	s.Add("log-group-"+execLog, &cloudwatchlogs.Group{ForProvider: cloudwatchlogs.GroupParameters{
		RetentionInDays: new(float64(*p.Compute.LogRetentionDays)),
		KMSKeyIDRef:     s.Ref(platform.Key),
	}}, layer.ExternalName(p.LogGroup(execLog)))
	cluster.Configuration = &ecs.ClusterConfiguration{ExecuteCommandConfiguration: &ecs.ClusterConfigurationExecuteCommandConfiguration{
		Logging: new("OVERRIDE"),
		LogConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationLogConfiguration{
			CloudWatchEncryptionEnabled: new(true), // ECS refuses a shell if the log is not
			CloudWatchLogGroupName:      new(p.LogGroup(execLog)),
		},
	}}
}

// mayExec reports whether the tasks of a service have the rights of a shell in AWS: a task that starts without them never has one. A service that
// has shells keeps them while the policy is not known.
func mayExec(s *layer.Scope, svc *platform.Service) bool {
	policy, _ := s.Observe("role-" + taskRole(svc.Name) + "-policy").String("policy")
	return strings.Contains(policy, "ssmmessages:") || s.Observe("service-"+svc.Name).Bool("enableExecuteCommand")
}

// execStatements allow a task to open the channels of a shell, and to log it.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func execStatements(p *platform.Platform) []aws.Statement {
	return []aws.Statement{
		{
			Sid: "OpenShell", Effect: aws.Allow,
			Action:   []string{"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"},
			Resource: []string{"*"}, // AWS knows no resource for them
		},
		{Sid: "FindShellLog", Effect: aws.Allow, Action: []string{"logs:DescribeLogGroups"}, Resource: []string{p.ARN("logs", "log-group:*")}},
		{
			Sid: "WriteShellLog", Effect: aws.Allow, Action: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resource: []string{p.ARN("logs", "log-group:"+p.LogGroup(execLog)+":*")},
		},
	}
}
