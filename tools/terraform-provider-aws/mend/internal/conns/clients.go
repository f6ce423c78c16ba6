// This file stands in for the list of all clients: these are those of the services that the platform is made of, and of those that
// their packages use. To build all takes an hour of CPU.
package conns

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/mq"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/servicediscovery"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hashicorp/terraform-provider-aws/internal/errs"
	"github.com/hashicorp/terraform-provider-aws/names"
)

func clientOf[T any](ctx context.Context, c *AWSClient, service string) T {
	return errs.Must(client[T](ctx, c, service, map[string]any{}))
}

// ACMClient is the client of acm.
func (c *AWSClient) ACMClient(ctx context.Context) *acm.Client {
	return clientOf[*acm.Client](ctx, c, names.ACM)
}

// AccountClient is the client of account.
func (c *AWSClient) AccountClient(ctx context.Context) *account.Client {
	return clientOf[*account.Client](ctx, c, names.Account)
}

// AppAutoScalingClient is the client of applicationautoscaling.
func (c *AWSClient) AppAutoScalingClient(ctx context.Context) *applicationautoscaling.Client {
	return clientOf[*applicationautoscaling.Client](ctx, c, names.AppAutoScaling)
}

// BackupClient is the client of backup.
func (c *AWSClient) BackupClient(ctx context.Context) *backup.Client {
	return clientOf[*backup.Client](ctx, c, names.Backup)
}

// CloudFrontClient is the client of cloudfront.
func (c *AWSClient) CloudFrontClient(ctx context.Context) *cloudfront.Client {
	return clientOf[*cloudfront.Client](ctx, c, names.CloudFront)
}

// CloudWatchClient is the client of cloudwatch.
func (c *AWSClient) CloudWatchClient(ctx context.Context) *cloudwatch.Client {
	return clientOf[*cloudwatch.Client](ctx, c, names.CloudWatch)
}

// EC2Client is the client of ec2.
func (c *AWSClient) EC2Client(ctx context.Context) *ec2.Client {
	return clientOf[*ec2.Client](ctx, c, names.EC2)
}

// ECRClient is the client of ecr.
func (c *AWSClient) ECRClient(ctx context.Context) *ecr.Client {
	return clientOf[*ecr.Client](ctx, c, names.ECR)
}

// ECSClient is the client of ecs.
func (c *AWSClient) ECSClient(ctx context.Context) *ecs.Client {
	return clientOf[*ecs.Client](ctx, c, names.ECS)
}

// ELBV2Client is the client of elasticloadbalancingv2.
func (c *AWSClient) ELBV2Client(ctx context.Context) *elasticloadbalancingv2.Client {
	return clientOf[*elasticloadbalancingv2.Client](ctx, c, names.ELBV2)
}

// ElastiCacheClient is the client of elasticache.
func (c *AWSClient) ElastiCacheClient(ctx context.Context) *elasticache.Client {
	return clientOf[*elasticache.Client](ctx, c, names.ElastiCache)
}

// IAMClient is the client of iam.
func (c *AWSClient) IAMClient(ctx context.Context) *iam.Client {
	return clientOf[*iam.Client](ctx, c, names.IAM)
}

// KMSClient is the client of kms.
func (c *AWSClient) KMSClient(ctx context.Context) *kms.Client {
	return clientOf[*kms.Client](ctx, c, names.KMS)
}

// LogsClient is the client of cloudwatchlogs.
func (c *AWSClient) LogsClient(ctx context.Context) *cloudwatchlogs.Client {
	return clientOf[*cloudwatchlogs.Client](ctx, c, names.Logs)
}

// MQClient is the client of mq.
func (c *AWSClient) MQClient(ctx context.Context) *mq.Client {
	return clientOf[*mq.Client](ctx, c, names.MQ)
}

// OpenSearchClient is the client of opensearch.
func (c *AWSClient) OpenSearchClient(ctx context.Context) *opensearch.Client {
	return clientOf[*opensearch.Client](ctx, c, names.OpenSearch)
}

// OrganizationsClient is the client of organizations.
func (c *AWSClient) OrganizationsClient(ctx context.Context) *organizations.Client {
	return clientOf[*organizations.Client](ctx, c, names.Organizations)
}

// RDSClient is the client of rds.
func (c *AWSClient) RDSClient(ctx context.Context) *rds.Client {
	return clientOf[*rds.Client](ctx, c, names.RDS)
}

// Route53Client is the client of route53.
func (c *AWSClient) Route53Client(ctx context.Context) *route53.Client {
	return clientOf[*route53.Client](ctx, c, names.Route53)
}

// S3Client is the client of s3.
func (c *AWSClient) S3Client(ctx context.Context) *s3.Client {
	return clientOf[*s3.Client](ctx, c, names.S3)
}

// S3ControlClient is the client of s3control.
func (c *AWSClient) S3ControlClient(ctx context.Context) *s3control.Client {
	return clientOf[*s3control.Client](ctx, c, names.S3Control)
}

// SNSClient is the client of sns.
func (c *AWSClient) SNSClient(ctx context.Context) *sns.Client {
	return clientOf[*sns.Client](ctx, c, names.SNS)
}

// STSClient is the client of sts.
func (c *AWSClient) STSClient(ctx context.Context) *sts.Client {
	return clientOf[*sts.Client](ctx, c, names.STS)
}

// SecretsManagerClient is the client of secretsmanager.
func (c *AWSClient) SecretsManagerClient(ctx context.Context) *secretsmanager.Client {
	return clientOf[*secretsmanager.Client](ctx, c, names.SecretsManager)
}

// ServiceDiscoveryClient is the client of servicediscovery.
func (c *AWSClient) ServiceDiscoveryClient(ctx context.Context) *servicediscovery.Client {
	return clientOf[*servicediscovery.Client](ctx, c, names.ServiceDiscovery)
}
