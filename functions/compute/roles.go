package compute

import (
	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/aws/iam"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

func executionRole(service string) string { return service + "-execution" }
func taskRole(service string) string      { return service + "-task" }

// roleARN is the ARN of a service's role. Roles are named by the platform, so nothing waits for AWS to name them.
func roleARN(p *platform.Platform, role string) string {
	return p.GlobalARN("iam", "role/"+p.GlobalName(role, platform.MaxRole))
}

// addLogGroup composes the log group of a service. (R-ECS-5)
func addLogGroup(s *layer.Scope, svc *platform.Service) {
	s.Add("log-group-"+svc.Name, &cloudwatchlogs.Group{ForProvider: cloudwatchlogs.GroupParameters{
		RetentionInDays: new(float64(*s.Platform.Compute.LogRetentionDays)),
		KMSKeyIDRef:     s.Ref(platform.Key),
	}}, layer.ExternalName(s.Platform.LogGroup(svc.Name)))
}

// addRoles composes a service's two roles: the one with which ECS starts its tasks, and the one its code has. (R-ECS-7)
func addRoles(s *layer.Scope, svc *platform.Service, env *environment) {
	p := s.Platform
	add := func(resource, description string) {
		s.Add("role-"+resource, &iam.Role{ForProvider: iam.RoleParameters{
			Description:      new(description),
			AssumeRolePolicy: aws.AssumedBy("ecs-tasks.amazonaws.com", p.AccountID, p.ARN("ecs", "*")).JSON(),
		}}, layer.ExternalName(p.GlobalName(resource, platform.MaxRole)))
	}
	grant := func(resource string, policy aws.Policy) {
		s.Add("role-"+resource+"-policy", &iam.RolePolicy{ForProvider: iam.RolePolicyParameters{
			RoleRef: s.Ref("role-" + resource),
			Policy:  policy.JSON(),
		}}, layer.ExternalName(p.GlobalName(resource, platform.MaxRole)))
	}

	execution, task := executionRole(svc.Name), taskRole(svc.Name)
	add(execution, "Starts the tasks of "+svc.Name+": image, secrets, logs")
	add(task, "What the code of "+svc.Name+" may do in AWS")

	policy, waitsFor := executionPolicy(s, svc, env)
	if s.Gate("role-"+execution+"-policy", waitsFor == "", waitsFor) {
		grant(execution, policy)
	}
	if statements := taskStatements(p, svc, env); len(statements) > 0 {
		grant(task, aws.NewPolicy(statements...))
	}
}

// executionPolicy allows ECS what it needs to start a service's tasks, and nothing of other services. It says what it
// waits for, if it does.
func executionPolicy(s *layer.Scope, svc *platform.Service, env *environment) (policy aws.Policy, waitsFor string) {
	p := s.Platform
	logs := p.ARN("logs", "log-group:"+p.LogGroup(svc.Name))
	statements := []aws.Statement{{
		Sid:      "WriteLogs",
		Effect:   aws.Allow,
		Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resource: []string{logs + ":*"}, // its streams
	}}
	if repository, ok := svc.RepositoryARN(); ok {
		statements = append(statements,
			aws.Statement{Sid: "LogInToRegistry", Effect: aws.Allow, Action: []string{"ecr:GetAuthorizationToken"}, Resource: []string{"*"}}, // AWS knows no resource for it
			aws.Statement{Sid: "PullImage", Effect: aws.Allow, Action: pull(), Resource: []string{repository}},
		)
		if p.PulledThrough(svc) {
			statements = append(statements, aws.Statement{
				Sid: "PullThrough", Effect: aws.Allow, Action: []string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}, Resource: []string{repository},
			})
		}
	}
	if len(env.secretARNs) == 0 {
		return aws.NewPolicy(statements...), env.policyWaitsFor
	}
	statements = append(statements, aws.Statement{Sid: "ReadSecrets", Effect: aws.Allow, Action: []string{"secretsmanager:GetSecretValue"}, Resource: env.secretARNs})
	keys := env.claimKeys
	if env.ownSecrets {
		key, ok := s.Observe(platform.Key).String("arn")
		if !ok {
			return aws.Policy{}, "the platform's key"
		}
		keys = append([]string{key}, keys...)
	}
	if len(keys) > 0 {
		statements = append(statements, aws.Statement{
			Sid:       "DecryptSecrets",
			Effect:    aws.Allow,
			Action:    []string{"kms:Decrypt"},
			Resource:  keys,
			Condition: aws.Condition{"StringEquals": {"kms:ViaService": {"secretsmanager." + p.Region + ".amazonaws.com"}}},
		})
	}
	return aws.NewPolicy(statements...), env.policyWaitsFor
}

// taskStatements are what a service's code may do in AWS.
func taskStatements(p *platform.Platform, svc *platform.Service, env *environment) []aws.Statement {
	var out []aws.Statement
	if env.exports {
		out = append(out, exportsStatements(p)...)
	}
	if *svc.Size.Exec {
		out = append(out, execStatements(p)...)
	}
	return out
}

// exportsStatements allow a service's code to write, read and list exports. Deleting them is left to the bucket.
func exportsStatements(p *platform.Platform) []aws.Statement {
	return []aws.Statement{
		{Sid: "ListExports", Effect: aws.Allow, Action: []string{"s3:ListBucket"}, Resource: []string{bucket.ARN(p, platform.Exports)}},
		{Sid: "UseExports", Effect: aws.Allow, Action: []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"}, Resource: []string{bucket.ObjectsARN(p, platform.Exports, "*")}},
	}
}
