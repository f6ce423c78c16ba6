package network

import (
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/aws/iam"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// aggregation is how long flows are gathered before they are written, in seconds: the longer of AWS's two, which writes
// least.
const aggregation = 600

// addFlowLogs composes the record of the VPC's traffic: log group, the role that writes it, and the flow log. (R-NET-5)
func addFlowLogs(s *layer.Scope) {
	p := s.Platform
	logGroup := "/vpc/" + p.Prefix + "/flow-logs"
	role := p.GlobalName("flow-logs", platform.MaxRole)

	s.Add("flow-log-group", &cloudwatchlogs.Group{ForProvider: cloudwatchlogs.GroupParameters{
		RetentionInDays: new(float64(*p.Network.FlowLogs.RetentionDays)),
		KMSKeyIDRef:     s.Ref(platform.Key),
	}}, layer.ExternalName(logGroup))

	s.Add("flow-log-role", &iam.Role{ForProvider: iam.RoleParameters{
		Description:      new("Writes the flow logs of " + p.Prefix),
		AssumeRolePolicy: aws.AssumedBy("vpc-flow-logs.amazonaws.com", p.AccountID, p.ARN("ec2", "vpc-flow-log/*")).JSON(),
	}}, layer.ExternalName(role))

	s.Add("flow-log-role-policy", &iam.RolePolicy{ForProvider: iam.RolePolicyParameters{
		RoleRef: s.Ref("flow-log-role"),
		Policy: aws.NewPolicy(
			aws.Statement{
				Sid:      "WriteFlowLogs",
				Effect:   aws.Allow,
				Action:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
				Resource: []string{p.ARN("logs", "log-group:"+logGroup), p.ARN("logs", "log-group:"+logGroup+":*")},
			},
			aws.Statement{
				Sid:      "FindLogGroup",
				Effect:   aws.Allow,
				Action:   []string{"logs:DescribeLogGroups"},
				Resource: []string{p.ARN("logs", "log-group:*")}, // the service asks for the list
			},
		).JSON(),
	}}, layer.ExternalName(role))

	s.Add("flow-log", &ec2.FlowLog{ForProvider: ec2.FlowLogParameters{
		VPCIDRef:               s.Ref(platform.VPC),
		TrafficType:            new("ALL"),
		LogDestinationType:     new("cloud-watch-logs"),
		LogDestinationRef:      s.Ref("flow-log-group"),
		IAMRoleARNRef:          s.Ref("flow-log-role"),
		MaxAggregationInterval: new(float64(aggregation)),
	}})
}
