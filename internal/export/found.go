package export

import (
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
)

// A Finding is how provider-aws (v2.7.0) finds a resource in AWS when the control plane is lost and the claim is applied to an
// empty one. It follows from the kind's external name (config/externalname.go of the provider) and from what AWS does with the
// request to create it.
type Finding int

// The findings.
const (
	// ByName is of what the provider finds by a name that the claim gives.
	ByName Finding = iota + 1
	// ByPlace is of what it finds by what it belongs to, or creates again with the same result.
	ByPlace
	// Again is of what it creates a second time, which holds nothing: its users move to it, and the first stays unused.
	Again
	// Refused is of what AWS knows by an id, and whose name or place is taken: AWS refuses a second one.
	Refused
	// Twice is of what AWS knows by an id: the provider creates a second one.
	Twice
)

// findings are the kinds of each finding.
var findings = map[Finding]string{
	ByName: `appautoscaling.Policy backup.Vault cloudwatch.Dashboard cloudwatch.MetricAlarm cloudwatchlogs.Group
		cloudwatchlogs.MetricFilter ecr.Repository ecs.Cluster ecs.Service elasticache.ParameterGroup
		elasticache.ReplicationGroup elasticache.SubnetGroup
		iam.InstanceProfile iam.Role iam.RolePolicy kms.Alias rds.Cluster rds.ClusterInstance rds.ClusterParameterGroup
		rds.SubnetGroup s3.Bucket sns.Topic`,
	ByPlace: `acm.CertificateValidation appautoscaling.Target ec2.DefaultSecurityGroup ec2.Route ec2.VPCEndpointRouteTableAssociation
		ec2.VolumeAttachment ecr.LifecyclePolicy ecr.RepositoryPolicy ecs.ClusterCapacityProviders iam.RolePolicyAttachment
		opensearch.DomainPolicy route53.Record s3.BucketLifecycleConfiguration s3.BucketOwnershipControls s3.BucketPolicy
		s3.BucketPublicAccessBlock s3.BucketServerSideEncryptionConfiguration s3.BucketVersioning secretsmanager.SecretRotation
		sns.TopicPolicy sns.TopicSubscription`,
	Again: `acm.Certificate ecs.TaskDefinition secretsmanager.SecretVersion`,
	Refused: `cloudfront.CachePolicy cloudfront.OriginAccessControl ec2.FlowLog ec2.LaunchTemplate ec2.NATGateway
		ec2.RouteTableAssociation ec2.SecurityGroup ec2.SecurityGroupEgressRule ec2.SecurityGroupIngressRule ec2.Subnet
		elbv2.LB elbv2.LBListener elbv2.LBListenerRule elbv2.LBTargetGroup iam.ServiceLinkedRole
		mq.Broker opensearch.Domain secretsmanager.Secret servicediscovery.PrivateDNSNamespace servicediscovery.Service`,
	Twice: `backup.Plan backup.Selection cloudfront.Distribution ec2.EBSVolume ec2.EIP ec2.InternetGateway ec2.Instance
		ec2.RouteTable ec2.VPC ec2.VPCEndpoint kms.Key`,
}

// Found returns how the provider finds the resources of a kind, zero for a kind that the platform does not compose.
func Found(k kinds.Key) Finding {
	short := strings.TrimSuffix(k.Group, ".aws.upbound.io") + "." + k.Kind
	for f, list := range findings {
		if slices.Contains(strings.Fields(list), short) {
			return f
		}
	}
	return 0
}

// Kinds are the kinds of a finding, such as rds.Cluster, sorted.
func Kinds(f Finding) []string { return slices.Sorted(slices.Values(strings.Fields(findings[f]))) }
