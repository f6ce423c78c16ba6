// Package install keeps examples/install in step with what the layers compose: the kinds that are activated, and what
// the provider may do in AWS.
package install

import (
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws"
)

// What the policies are written for; docs/install.md says how to change it.
const (
	account = "111122223333"
	region  = "us-east-1"
	prefix  = "morket-"
)

// A grant is what the provider needs to create, read, change and delete some kinds.
type grant struct {
	group   string   // of the kinds, without .aws.upbound.io
	kinds   []string // none for what several groups need
	actions []string // of the service, without its name; reads may end in a star
	service string   // that the actions are of; the group if empty

	// on are the resources, as the ARN after arn:aws:. {r} and {a} are region and account. None is every resource: for actions
	// that AWS knows no resource for, which everywhere names.
	on []string

	when aws.Condition
}

// ours is held by what carries the tag that the platform sets on everything.
var ours = aws.Condition{"StringEquals": {"aws:ResourceTag/Project": {"morket"}}}

// to lets a role be given to some services only.
func to(services ...string) aws.Condition {
	return aws.Condition{"StringEquals": {"iam:PassedToService": services}}
}

// A file is one managed policy. AWS takes 6,144 characters in one, and ten of them on a role.
type file struct {
	name   string
	grants []grant
}

func ec2(types ...string) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = "ec2:{r}:{a}:" + t + "/*"
	}
	return out
}

// files are the policies. EC2 names its things by ids, so there a prefix cannot tell ours from others: what exists may
// be deleted and terminated only with the platform's tag.
var files = []file{
	{"network", []grant{
		{
			group: "ec2",
			kinds: []string{
				"VPC", "Subnet", "InternetGateway", "NATGateway", "EIP", "Route", "RouteTable", "RouteTableAssociation", "VPCEndpoint",
				"VPCEndpointRouteTableAssociation", "FlowLog", "DefaultSecurityGroup", "SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule",
			},
			actions: []string{
				"CreateVpc", "ModifyVpcAttribute", "CreateSubnet", "ModifySubnetAttribute", "CreateInternetGateway", "AttachInternetGateway",
				"CreateNatGateway", "AllocateAddress", "CreateRouteTable", "CreateRoute", "ReplaceRoute", "AssociateRouteTable", "ReplaceRouteTableAssociation",
				"CreateVpcEndpoint", "ModifyVpcEndpoint", "CreateFlowLogs", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
				"RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "ModifySecurityGroupRules", "DisassociateAddress", "DisassociateRouteTable",
				"CreateTags", "DeleteTags",
			},
			on: ec2("vpc", "subnet", "internet-gateway", "natgateway", "elastic-ip", "route-table", "vpc-endpoint", "vpc-flow-log", "security-group", "security-group-rule", "network-interface"),
		},
		{
			group: "ec2",
			actions: []string{
				"DeleteVpc", "DeleteSubnet", "DetachInternetGateway", "DeleteInternetGateway", "DeleteNatGateway", "ReleaseAddress",
				"DeleteRoute", "DeleteRouteTable", "DeleteVpcEndpoints", "DeleteFlowLogs", "DeleteSecurityGroup",
			},
			on: ec2("vpc", "subnet", "internet-gateway", "natgateway", "elastic-ip", "route-table", "vpc-endpoint", "vpc-flow-log", "security-group"), when: ours,
		},
		{group: "ec2", actions: []string{"Describe*", "GetSecurityGroupsForVpc"}},
		{
			// Amazon MQ puts brokers into subnets, and takes them out again, with the caller's rights.
			group: "mq", service: "ec2",
			actions: []string{"CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission", "DetachNetworkInterface"},
			on:      ec2("network-interface", "subnet", "security-group", "instance"),
		},
		{
			group: "cloudwatchlogs", service: "logs", kinds: []string{"Group", "MetricFilter"},
			actions: []string{
				"CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey", "TagResource", "UntagResource",
				"ListTagsForResource", "PutMetricFilter", "DeleteMetricFilter", "DescribeMetricFilters",
			},
			on: []string{"logs:{r}:{a}:log-group:/vpc/{p}*", "logs:{r}:{a}:log-group:/ecs/{p}*", "logs:{r}:{a}:log-group:/aws/rds/cluster/{p}*", "logs:{r}:{a}:log-group:/aws/amazonmq/broker/*"},
		},
		{group: "cloudwatchlogs", service: "logs", actions: []string{"DescribeLogGroups"}},
		{group: "kms", kinds: []string{"Key"}, actions: []string{"CreateKey", "ListAliases"}},
		{
			group: "kms",
			actions: []string{
				"GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "PutKeyPolicy", "EnableKeyRotation", "DisableKeyRotation", "EnableKey", "DisableKey",
				"UpdateKeyDescription", "ScheduleKeyDeletion", "ListGrants", "RevokeGrant", "RetireGrant", "Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
			},
			on: []string{"kms:{r}:{a}:key/*"}, when: ours,
		},
		{
			group: "kms", actions: []string{"CreateGrant"}, on: []string{"kms:{r}:{a}:key/*"},
			when: aws.Condition{"StringEquals": ours["StringEquals"], "Bool": {"kms:GrantIsForAWSResource": {"true"}}},
		},
		// RDS looks at the account's own key for secrets, which has no tag of ours, with the caller's rights.
		{group: "kms", actions: []string{"DescribeKey", "TagResource", "UntagResource"}, on: []string{"kms:{r}:{a}:key/*"}},
		{
			group: "kms", kinds: []string{"Alias"}, actions: []string{"CreateAlias", "UpdateAlias", "DeleteAlias"},
			on: []string{"kms:{r}:{a}:alias/{p}*", "kms:{r}:{a}:key/*"},
		},
	}},
	{"identity", []grant{
		{
			group: "iam", kinds: []string{"Role", "RolePolicy", "RolePolicyAttachment", "InstanceProfile"},
			actions: []string{
				"CreateRole", "GetRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy", "DeleteRole", "TagRole", "UntagRole", "ListRoleTags",
				"PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies", "DetachRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole",
				"CreateInstanceProfile", "GetInstanceProfile", "DeleteInstanceProfile", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags",
			},
			on: []string{"iam::{a}:role/{p}*", "iam::{a}:instance-profile/{p}*"},
		},
		{
			group: "iam", actions: []string{"AttachRolePolicy"}, on: []string{"iam::{a}:role/{p}*"},
			when: aws.Condition{"ArnEquals": {"iam:PolicyARN": {
				"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
			}}},
		},
		{
			group: "iam", actions: []string{"PassRole"}, on: []string{"iam::{a}:role/{p}*"},
			when: to("backup.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com"),
		},
		{
			// AWS makes these once per account, on behalf of whoever first creates something of the service.
			group: "iam", kinds: []string{"ServiceLinkedRole"}, actions: []string{"CreateServiceLinkedRole"}, on: []string{"iam::{a}:role/aws-service-role/*"},
			when: aws.Condition{"StringEquals": {"iam:AWSServiceName": {
				"backup.amazonaws.com", "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticache.amazonaws.com", "elasticloadbalancing.amazonaws.com", "mq.amazonaws.com",
				"opensearchservice.amazonaws.com", "rds.amazonaws.com",
			}}},
		},
		{
			// The one that a claim may ask for by itself is looked at and tagged, too.
			group: "iam", actions: []string{"GetRole", "TagRole"}, on: []string{"iam::{a}:role/aws-service-role/opensearchservice.amazonaws.com/*"},
		},
		{
			group: "acm", kinds: []string{"Certificate", "CertificateValidation"},
			actions: []string{"DescribeCertificate", "UpdateCertificateOptions", "DeleteCertificate", "AddTagsToCertificate", "RemoveTagsFromCertificate", "ListTagsForCertificate", "RequestCertificate"},
			on:      []string{"acm:{r}:{a}:certificate/*", "acm:us-east-1:{a}:certificate/*"},
		},
		{
			group: "secretsmanager", kinds: []string{"Secret", "SecretVersion", "SecretRotation"},
			actions: []string{
				"CreateSecret", "DescribeSecret", "GetSecretValue", "GetResourcePolicy", "ListSecretVersionIds", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage",
				"RotateSecret", "CancelRotateSecret", "DeleteSecret", "TagResource", "UntagResource",
			},
			on: []string{"secretsmanager:{r}:{a}:secret:{p}*", "secretsmanager:{r}:{a}:secret:rds!cluster-*"},
		},
	}},
	{"data", []grant{
		{
			group: "rds", kinds: []string{"Cluster", "ClusterInstance", "ClusterParameterGroup", "SubnetGroup"},
			actions: []string{
				"CreateDBCluster", "ModifyDBCluster", "DeleteDBCluster", "CreateDBInstance", "ModifyDBInstance", "RebootDBInstance", "DeleteDBInstance",
				"CreateDBClusterParameterGroup", "ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup", "DeleteDBClusterParameterGroup",
				"CreateDBSubnetGroup", "ModifyDBSubnetGroup", "DeleteDBSubnetGroup", "CreateDBClusterSnapshot", "AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource",
				"DescribeDBClusters", "DescribeDBInstances", "DescribeDBClusterParameterGroups", "DescribeDBClusterParameters", "DescribeDBSubnetGroups",
			},
			on: []string{
				"rds:{r}:{a}:cluster:{p}*", "rds:{r}:{a}:db:{p}*", "rds:{r}:{a}:cluster-pg:{p}*", "rds:{r}:{a}:subgrp:{p}*", "rds:{r}:{a}:cluster-snapshot:{p}*",
				"rds:{r}:{a}:cluster-pg:default.*", "rds:{r}:{a}:pg:default.*", "rds:{r}:{a}:og:default:*",
			},
		},
		{group: "rds", actions: []string{"DescribeGlobalClusters"}},
		{
			group: "elasticache", kinds: []string{"ReplicationGroup", "ParameterGroup", "SubnetGroup"},
			actions: []string{
				"CreateReplicationGroup", "ModifyReplicationGroup", "ModifyReplicationGroupShardConfiguration", "IncreaseReplicaCount", "DecreaseReplicaCount", "DeleteReplicationGroup",
				"CreateCacheParameterGroup", "ModifyCacheParameterGroup", "ResetCacheParameterGroup", "DeleteCacheParameterGroup", "CreateCacheSubnetGroup", "ModifyCacheSubnetGroup", "DeleteCacheSubnetGroup",
				"CreateSnapshot", "AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource", "Describe*",
			},
			on: []string{
				"elasticache:{r}:{a}:replicationgroup:{p}*", "elasticache:{r}:{a}:cluster:{p}*", "elasticache:{r}:{a}:parametergroup:{p}*", "elasticache:{r}:{a}:subnetgroup:{p}*",
				"elasticache:{r}:{a}:snapshot:{p}*", "elasticache:{r}:{a}:parametergroup:default.*",
			},
		},
		{
			group: "mq", kinds: []string{"Broker"}, actions: []string{"CreateBroker"},
		},
		{
			group: "mq", actions: []string{"DescribeBroker", "UpdateBroker", "RebootBroker", "DeleteBroker", "CreateTags", "DeleteTags", "ListTags", "DescribeUser", "CreateUser", "UpdateUser", "DeleteUser"},
			on: []string{"mq:{r}:{a}:broker:{p}*"},
		},
		{
			group: "opensearch", service: "es", kinds: []string{"Domain", "DomainPolicy"},
			actions: []string{"CreateDomain", "UpdateDomainConfig", "UpgradeDomain", "DeleteDomain", "Describe*", "GetCompatibleVersions", "GetUpgradeStatus", "AddTags", "RemoveTags", "ListTags"},
			on:      []string{"es:{r}:{a}:domain/{p}*"},
		},
		{
			group: "backup", kinds: []string{"Vault", "Plan", "Selection"},
			actions: []string{
				"CreateBackupVault", "DescribeBackupVault", "DeleteBackupVault", "CreateBackupPlan", "GetBackupPlan", "UpdateBackupPlan", "DeleteBackupPlan",
				"CreateBackupSelection", "GetBackupSelection", "DeleteBackupSelection", "ListRecoveryPointsByBackupVault", "DescribeRecoveryPoint", "DeleteRecoveryPoint", "TagResource", "UntagResource", "ListTags",
			},
			on: []string{"backup:{r}:{a}:backup-vault:{p}*", "backup:{r}:{a}:backup-plan:*", "ec2:{r}::snapshot/*"},
		},
		{group: "backup", service: "backup-storage", actions: []string{"MountCapsule"}},
		{
			group: "backup", service: "ec2", actions: []string{"DeleteSnapshot"}, on: []string{"ec2:{r}::snapshot/*"},
			when: aws.Condition{"ForAnyValue:StringEquals": {"aws:CalledVia": {"backup.amazonaws.com"}}},
		},
		{
			group: "ec2", kinds: []string{"Instance", "LaunchTemplate", "EBSVolume", "VolumeAttachment"},
			actions: []string{
				"RunInstances", "CreateLaunchTemplate", "CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "CreateVolume", "CreateTags", "DeleteTags",
				"ModifyInstanceAttribute", "ModifyInstanceMetadataOptions", "MonitorInstances", "UnmonitorInstances", "AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation",
			},
			on: append(ec2("instance", "volume", "launch-template", "subnet", "security-group", "network-interface"), "ec2:{r}::image/*"),
		},
		{
			group: "ec2", actions: []string{"TerminateInstances", "StartInstances", "StopInstances", "DeleteLaunchTemplate", "CreateSnapshot", "ModifyVolume", "DeleteVolume", "AttachVolume", "DetachVolume"},
			on: ec2("instance", "volume", "launch-template"), when: ours,
		},
		// The volume's last snapshot: of a volume of ours, see above.
		{group: "ec2", actions: []string{"CreateSnapshot"}, on: []string{"ec2:{r}::snapshot/*"}},
		{
			group: "ec2", actions: []string{"CreateTags"}, on: []string{"ec2:{r}::snapshot/*"},
			when: aws.Condition{"StringEquals": {"ec2:CreateAction": {"CreateSnapshot"}}},
		},
		{group: "ec2", service: "ssm", actions: []string{"GetParameter", "GetParameters"}, on: []string{"ssm:{r}::parameter/aws/service/*"}},
	}},
	{"compute", []grant{
		{
			group: "ecr", kinds: []string{"Repository", "LifecyclePolicy", "RepositoryPolicy"},
			actions: []string{
				"CreateRepository", "DescribeRepositories", "DeleteRepository", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "GetLifecyclePolicy", "DeleteLifecyclePolicy",
				"SetRepositoryPolicy", "GetRepositoryPolicy", "DeleteRepositoryPolicy", "TagResource", "UntagResource", "ListTagsForResource",
			},
			on: []string{"ecr:{r}:{a}:repository/{p}*"},
		},
		{
			group: "ecs", kinds: []string{"Cluster", "ClusterCapacityProviders", "Service", "TaskDefinition"},
			actions: []string{
				"CreateCluster", "UpdateCluster", "PutClusterCapacityProviders", "DescribeClusters", "DeleteCluster", "CreateService", "UpdateService", "DescribeServices", "DeleteService",
				"ListServiceDeployments", "DescribeServiceDeployments", "RegisterTaskDefinition", "TagResource", "UntagResource", "ListTagsForResource",
			},
			on: []string{
				"ecs:{r}:{a}:cluster/{p}*", "ecs:{r}:{a}:service/{p}*", "ecs:{r}:{a}:service-deployment/{p}*", "ecs:{r}:{a}:task-definition/{p}*",
			},
		},
		{group: "ecs", actions: []string{"DescribeTaskDefinition", "DeregisterTaskDefinition"}},
		{
			group: "elbv2", service: "elasticloadbalancing", kinds: []string{"LB", "LBListener", "LBListenerRule", "LBTargetGroup"},
			actions: []string{
				"CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets", "SetIpAddressType", "CreateListener", "ModifyListener", "ModifyListenerAttributes", "DeleteListener",
				"CreateRule", "ModifyRule", "SetRulePriorities", "DeleteRule", "CreateTargetGroup", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "DeleteTargetGroup",
				"AddTags", "RemoveTags",
			},
			on: []string{
				"elasticloadbalancing:{r}:{a}:loadbalancer/app/{p}*", "elasticloadbalancing:{r}:{a}:listener/app/{p}*", "elasticloadbalancing:{r}:{a}:listener-rule/app/{p}*",
				"elasticloadbalancing:{r}:{a}:targetgroup/{p}*",
			},
		},
		{group: "elbv2", service: "elasticloadbalancing", actions: []string{"Describe*"}},
		{
			group: "appautoscaling", service: "application-autoscaling", kinds: []string{"Target", "Policy"},
			actions: []string{"RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy"},
			on:      []string{"application-autoscaling:{r}:{a}:scalable-target/*"},
			when:    aws.Condition{"StringEquals": {"application-autoscaling:service-namespace": {"ecs"}}},
		},
		{
			group: "appautoscaling", service: "application-autoscaling", actions: []string{"TagResource", "UntagResource", "ListTagsForResource"},
			on: []string{"application-autoscaling:{r}:{a}:scalable-target/*"},
		},
		{group: "appautoscaling", service: "application-autoscaling", actions: []string{"DescribeScalableTargets", "DescribeScalingPolicies"}},
		{
			group: "servicediscovery", kinds: []string{"PrivateDNSNamespace", "Service"},
			actions: []string{"CreateService", "GetService", "UpdateService", "DeleteService", "GetNamespace", "UpdatePrivateDnsNamespace", "DeleteNamespace", "DeregisterInstance"},
			on:      []string{"servicediscovery:{r}:{a}:namespace/*", "servicediscovery:{r}:{a}:service/*"},
		},
		{group: "servicediscovery", actions: []string{"CreatePrivateDnsNamespace", "GetOperation", "ListInstances", "ListNamespaces", "ListServices", "ListTagsForResource", "TagResource", "UntagResource"}},
	}},
	{"edge", []grant{
		{
			group: "s3", kinds: []string{"Bucket", "BucketLifecycleConfiguration", "BucketOwnershipControls", "BucketPolicy", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration", "BucketVersioning"},
			actions: []string{
				"CreateBucket", "DeleteBucket", "ListBucket", "ListBucketVersions", "DeleteObject", "DeleteObjectVersion", "GetBucket*", "GetLifecycleConfiguration", "GetEncryptionConfiguration", "GetAccelerateConfiguration", "GetReplicationConfiguration",
				"PutBucketPolicy", "DeleteBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketOwnershipControls", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration", "PutBucketTagging",
				"ListTagsForResource", "TagResource", "UntagResource",
			},
			on: []string{"s3:::{p}*"},
		},
		{
			group: "cloudfront", kinds: []string{"Distribution", "OriginAccessControl", "CachePolicy"},
			actions: []string{
				"CreateDistribution", "CreateDistributionWithTags", "GetDistribution", "UpdateDistribution", "DeleteDistribution", "TagResource", "UntagResource", "ListTagsForResource",
				"CreateOriginAccessControl", "GetOriginAccessControl", "UpdateOriginAccessControl", "DeleteOriginAccessControl",
				"CreateCachePolicy", "GetCachePolicy", "UpdateCachePolicy", "DeleteCachePolicy",
			},
			on: []string{"cloudfront::{a}:distribution/*", "cloudfront::{a}:origin-access-control/*", "cloudfront::{a}:cache-policy/*"},
		},
		{
			group: "route53", kinds: []string{"Record"},
			actions: []string{"GetHostedZone", "ChangeResourceRecordSets", "ListResourceRecordSets", "CreateHostedZone", "AssociateVPCWithHostedZone", "DeleteHostedZone"},
			on:      []string{"route53:::hostedzone/*", "ec2:{r}:{a}:vpc/*"},
		},
		{group: "route53", actions: []string{"GetChange"}, on: []string{"route53:::change/*"}},
		{group: "route53", actions: []string{"ListHostedZonesByName"}},
	}},
	{"observability", []grant{
		{
			group: "cloudwatch", kinds: []string{"MetricAlarm", "Dashboard"},
			actions: []string{"PutMetricAlarm", "DeleteAlarms", "DescribeAlarms", "PutDashboard", "GetDashboard", "DeleteDashboards", "TagResource", "UntagResource", "ListTagsForResource"},
			on:      []string{"cloudwatch:{r}:{a}:alarm:{p}*", "cloudwatch::{a}:dashboard/{p}*"},
		},
		{
			group: "sns", kinds: []string{"Topic", "TopicPolicy", "TopicSubscription"},
			actions: []string{
				"CreateTopic", "GetTopicAttributes", "SetTopicAttributes", "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "TagResource", "UntagResource", "ListTagsForResource",
				"GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe",
			},
			on: []string{"sns:{r}:{a}:{p}*"},
		},
	}},
}

// everywhere are the actions for which AWS knows no resource to narrow them to, or that list, so that they must be
// allowed on every one.
var everywhere = map[string]bool{
	"ec2:Describe*": true, "ec2:GetSecurityGroupsForVpc": true,
	"logs:DescribeLogGroups": true,
	"kms:CreateKey":          true, "kms:ListAliases": true,
	"rds:DescribeGlobalClusters":  true,
	"mq:CreateBroker":             true,
	"backup-storage:MountCapsule": true,
	"ecs:DescribeTaskDefinition":  true, "ecs:DeregisterTaskDefinition": true,
	"elasticloadbalancing:Describe*":                  true,
	"application-autoscaling:DescribeScalableTargets": true, "application-autoscaling:DescribeScalingPolicies": true,
	"servicediscovery:CreatePrivateDnsNamespace": true, "servicediscovery:GetOperation": true, "servicediscovery:ListInstances": true, "servicediscovery:ListNamespaces": true,
	"servicediscovery:ListServices": true, "servicediscovery:ListTagsForResource": true, "servicediscovery:TagResource": true, "servicediscovery:UntagResource": true,
	"route53:ListHostedZonesByName": true,
}

// policy is the managed policy of a file.
func (f file) policy() aws.Policy {
	fill := strings.NewReplacer("{r}", region, "{a}", account, "{p}", prefix)
	var statements []aws.Statement
	for _, g := range f.grants {
		s := aws.Statement{Effect: aws.Allow, Condition: g.when}
		service := g.service
		if service == "" {
			service = g.group
		}
		for _, a := range g.actions {
			s.Action = append(s.Action, service+":"+a)
		}
		slices.Sort(s.Action)
		for _, r := range g.on {
			s.Resource = append(s.Resource, "arn:aws:"+fill.Replace(r))
		}
		slices.Sort(s.Resource)
		s.Resource = slices.Compact(s.Resource) // acm's region may be CloudFront's
		if len(s.Resource) == 0 {
			s.Resource = []string{"*"}
		}
		statements = append(statements, s)
	}
	return aws.NewPolicy(statements...)
}
