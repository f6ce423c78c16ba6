// This file stands in for the list of all services: these are those that the platform is made of, and those that their packages
// use. To build all takes an hour of CPU.
package sdkv2

import (
	"context"

	"github.com/hashicorp/terraform-provider-aws/internal/conns"
	"github.com/hashicorp/terraform-provider-aws/internal/service/acm"
	"github.com/hashicorp/terraform-provider-aws/internal/service/appautoscaling"
	"github.com/hashicorp/terraform-provider-aws/internal/service/backup"
	"github.com/hashicorp/terraform-provider-aws/internal/service/cloudfront"
	"github.com/hashicorp/terraform-provider-aws/internal/service/cloudwatch"
	"github.com/hashicorp/terraform-provider-aws/internal/service/ec2"
	"github.com/hashicorp/terraform-provider-aws/internal/service/ecr"
	"github.com/hashicorp/terraform-provider-aws/internal/service/ecs"
	"github.com/hashicorp/terraform-provider-aws/internal/service/elasticache"
	"github.com/hashicorp/terraform-provider-aws/internal/service/elbv2"
	"github.com/hashicorp/terraform-provider-aws/internal/service/iam"
	"github.com/hashicorp/terraform-provider-aws/internal/service/kms"
	"github.com/hashicorp/terraform-provider-aws/internal/service/logs"
	"github.com/hashicorp/terraform-provider-aws/internal/service/meta"
	"github.com/hashicorp/terraform-provider-aws/internal/service/mq"
	"github.com/hashicorp/terraform-provider-aws/internal/service/opensearch"
	"github.com/hashicorp/terraform-provider-aws/internal/service/organizations"
	"github.com/hashicorp/terraform-provider-aws/internal/service/rds"
	"github.com/hashicorp/terraform-provider-aws/internal/service/route53"
	"github.com/hashicorp/terraform-provider-aws/internal/service/s3"
	"github.com/hashicorp/terraform-provider-aws/internal/service/s3control"
	"github.com/hashicorp/terraform-provider-aws/internal/service/secretsmanager"
	"github.com/hashicorp/terraform-provider-aws/internal/service/servicediscovery"
	"github.com/hashicorp/terraform-provider-aws/internal/service/sns"
	"github.com/hashicorp/terraform-provider-aws/internal/service/sts"
)

func servicePackages(ctx context.Context) []conns.ServicePackage {
	return []conns.ServicePackage{
		acm.ServicePackage(ctx),
		appautoscaling.ServicePackage(ctx),
		backup.ServicePackage(ctx),
		cloudfront.ServicePackage(ctx),
		cloudwatch.ServicePackage(ctx),
		ec2.ServicePackage(ctx),
		ecr.ServicePackage(ctx),
		ecs.ServicePackage(ctx),
		elasticache.ServicePackage(ctx),
		elbv2.ServicePackage(ctx),
		iam.ServicePackage(ctx),
		kms.ServicePackage(ctx),
		logs.ServicePackage(ctx),
		meta.ServicePackage(ctx),
		mq.ServicePackage(ctx),
		opensearch.ServicePackage(ctx),
		organizations.ServicePackage(ctx),
		rds.ServicePackage(ctx),
		route53.ServicePackage(ctx),
		s3.ServicePackage(ctx),
		s3control.ServicePackage(ctx),
		secretsmanager.ServicePackage(ctx),
		servicediscovery.ServicePackage(ctx),
		sns.ServicePackage(ctx),
		sts.ServicePackage(ctx),
	}
}
