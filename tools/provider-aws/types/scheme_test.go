package types

import (
	"k8s.io/apimachinery/pkg/runtime"

	acmv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/acm/v1beta1"
	acmv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/acm/v1beta2"
	appautoscalingv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/appautoscaling/v1beta1"
	appautoscalingv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/appautoscaling/v1beta2"
	backupv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/backup/v1beta1"
	backupv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/backup/v1beta2"
	cloudfrontv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/cloudfront/v1beta1"
	cloudfrontv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/cloudfront/v1beta2"
	cloudwatchv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/cloudwatch/v1beta1"
	cloudwatchv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/cloudwatch/v1beta2"
	cloudwatchlogsv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/cloudwatchlogs/v1beta1"
	cloudwatchlogsv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/cloudwatchlogs/v1beta2"
	ec2v1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/ec2/v1beta1"
	ec2v1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/ec2/v1beta2"
	ecrv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/ecr/v1beta1"
	ecrv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/ecr/v1beta2"
	ecsv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/ecs/v1beta1"
	ecsv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/ecs/v1beta2"
	elasticachev1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/elasticache/v1beta1"
	elasticachev1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/elasticache/v1beta2"
	elbv2v1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/elbv2/v1beta2"
	iamv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/iam/v1beta1"
	kmsv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/kms/v1beta1"
	mqv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/mq/v1beta2"
	opensearchv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/opensearch/v1beta1"
	opensearchv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/opensearch/v1beta2"
	rdsv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/rds/v1beta1"
	rdsv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/rds/v1beta2"
	route53v1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/route53/v1beta2"
	s3v1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/s3/v1beta1"
	s3v1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/s3/v1beta2"
	secretsmanagerv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/secretsmanager/v1beta1"
	secretsmanagerv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/secretsmanager/v1beta2"
	servicediscoveryv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/servicediscovery/v1beta1"
	servicediscoveryv1beta2 "github.com/upbound/provider-aws/v2/apis/cluster/servicediscovery/v1beta2"
	snsv1beta1 "github.com/upbound/provider-aws/v2/apis/cluster/sns/v1beta1"
)

// Types registers the provider's Go types of the groups and versions that the platform composes resources of, those of
// internal/aws/kinds.yaml. Importing only these saves most of the build.
var types = runtime.NewSchemeBuilder(
	acmv1beta1.AddToScheme,
	acmv1beta2.AddToScheme,
	appautoscalingv1beta1.AddToScheme,
	appautoscalingv1beta2.AddToScheme,
	backupv1beta1.AddToScheme,
	backupv1beta2.AddToScheme,
	cloudfrontv1beta1.AddToScheme,
	cloudfrontv1beta2.AddToScheme,
	cloudwatchv1beta1.AddToScheme,
	cloudwatchv1beta2.AddToScheme,
	cloudwatchlogsv1beta1.AddToScheme,
	cloudwatchlogsv1beta2.AddToScheme,
	ec2v1beta1.AddToScheme,
	ec2v1beta2.AddToScheme,
	ecrv1beta1.AddToScheme,
	ecrv1beta2.AddToScheme,
	ecsv1beta1.AddToScheme,
	ecsv1beta2.AddToScheme,
	elasticachev1beta1.AddToScheme,
	elasticachev1beta2.AddToScheme,
	elbv2v1beta2.AddToScheme,
	iamv1beta1.AddToScheme,
	kmsv1beta1.AddToScheme,
	mqv1beta2.AddToScheme,
	opensearchv1beta1.AddToScheme,
	opensearchv1beta2.AddToScheme,
	rdsv1beta1.AddToScheme,
	rdsv1beta2.AddToScheme,
	route53v1beta2.AddToScheme,
	s3v1beta1.AddToScheme,
	s3v1beta2.AddToScheme,
	secretsmanagerv1beta1.AddToScheme,
	secretsmanagerv1beta2.AddToScheme,
	servicediscoveryv1beta1.AddToScheme,
	servicediscoveryv1beta2.AddToScheme,
	snsv1beta1.AddToScheme,
)
