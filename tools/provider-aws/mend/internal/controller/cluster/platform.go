// Package controller stands in for the one of this name of provider-aws, which has a thousand controllers: these are the ones of
// the kinds that the platform has models for (internal/aws/kinds.yaml; a test of this repository keeps it in step). To build
// the others takes a quarter of an hour.
package controller

import (
	"github.com/crossplane/upjet/v2/pkg/controller"
	ctrl "sigs.k8s.io/controller-runtime"

	acmcertificate "github.com/upbound/provider-aws/v2/internal/controller/cluster/acm/certificate"
	acmcertificatevalidation "github.com/upbound/provider-aws/v2/internal/controller/cluster/acm/certificatevalidation"
	appautoscalingpolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/appautoscaling/policy"
	appautoscalingtarget "github.com/upbound/provider-aws/v2/internal/controller/cluster/appautoscaling/target"
	backupplan "github.com/upbound/provider-aws/v2/internal/controller/cluster/backup/plan"
	backupselection "github.com/upbound/provider-aws/v2/internal/controller/cluster/backup/selection"
	backupvault "github.com/upbound/provider-aws/v2/internal/controller/cluster/backup/vault"
	cloudfrontcachepolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudfront/cachepolicy"
	cloudfrontdistribution "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudfront/distribution"
	cloudfrontoriginaccesscontrol "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudfront/originaccesscontrol"
	cloudwatchdashboard "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudwatch/dashboard"
	cloudwatchmetricalarm "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudwatch/metricalarm"
	cloudwatchlogsgroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudwatchlogs/group"
	cloudwatchlogsmetricfilter "github.com/upbound/provider-aws/v2/internal/controller/cluster/cloudwatchlogs/metricfilter"
	ec2defaultsecuritygroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/defaultsecuritygroup"
	ec2ebsvolume "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/ebsvolume"
	ec2eip "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/eip"
	ec2flowlog "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/flowlog"
	ec2instance "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/instance"
	ec2internetgateway "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/internetgateway"
	ec2launchtemplate "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/launchtemplate"
	ec2natgateway "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/natgateway"
	ec2route "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/route"
	ec2routetable "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/routetable"
	ec2routetableassociation "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/routetableassociation"
	ec2securitygroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/securitygroup"
	ec2securitygroupegressrule "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/securitygroupegressrule"
	ec2securitygroupingressrule "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/securitygroupingressrule"
	ec2subnet "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/subnet"
	ec2volumeattachment "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/volumeattachment"
	ec2vpc "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/vpc"
	ec2vpcendpoint "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/vpcendpoint"
	ec2vpcendpointroutetableassociation "github.com/upbound/provider-aws/v2/internal/controller/cluster/ec2/vpcendpointroutetableassociation"
	ecrlifecyclepolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecr/lifecyclepolicy"
	ecrrepository "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecr/repository"
	ecrrepositorypolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecr/repositorypolicy"
	ecscluster "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecs/cluster"
	ecsclustercapacityproviders "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecs/clustercapacityproviders"
	ecsservice "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecs/service"
	ecstaskdefinition "github.com/upbound/provider-aws/v2/internal/controller/cluster/ecs/taskdefinition"
	elasticacheparametergroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/elasticache/parametergroup"
	elasticachereplicationgroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/elasticache/replicationgroup"
	elasticachesubnetgroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/elasticache/subnetgroup"
	elbv2lb "github.com/upbound/provider-aws/v2/internal/controller/cluster/elbv2/lb"
	elbv2lblistener "github.com/upbound/provider-aws/v2/internal/controller/cluster/elbv2/lblistener"
	elbv2lblistenerrule "github.com/upbound/provider-aws/v2/internal/controller/cluster/elbv2/lblistenerrule"
	elbv2lbtargetgroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/elbv2/lbtargetgroup"
	iaminstanceprofile "github.com/upbound/provider-aws/v2/internal/controller/cluster/iam/instanceprofile"
	iamrole "github.com/upbound/provider-aws/v2/internal/controller/cluster/iam/role"
	iamrolepolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/iam/rolepolicy"
	iamrolepolicyattachment "github.com/upbound/provider-aws/v2/internal/controller/cluster/iam/rolepolicyattachment"
	iamservicelinkedrole "github.com/upbound/provider-aws/v2/internal/controller/cluster/iam/servicelinkedrole"
	kmsalias "github.com/upbound/provider-aws/v2/internal/controller/cluster/kms/alias"
	kmskey "github.com/upbound/provider-aws/v2/internal/controller/cluster/kms/key"
	mqbroker "github.com/upbound/provider-aws/v2/internal/controller/cluster/mq/broker"
	opensearchdomain "github.com/upbound/provider-aws/v2/internal/controller/cluster/opensearch/domain"
	opensearchdomainpolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/opensearch/domainpolicy"
	"github.com/upbound/provider-aws/v2/internal/controller/cluster/providerconfig"
	rdscluster "github.com/upbound/provider-aws/v2/internal/controller/cluster/rds/cluster"
	rdsclusterinstance "github.com/upbound/provider-aws/v2/internal/controller/cluster/rds/clusterinstance"
	rdsclusterparametergroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/rds/clusterparametergroup"
	rdssubnetgroup "github.com/upbound/provider-aws/v2/internal/controller/cluster/rds/subnetgroup"
	route53record "github.com/upbound/provider-aws/v2/internal/controller/cluster/route53/record"
	s3bucket "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucket"
	s3bucketlifecycleconfiguration "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketlifecycleconfiguration"
	s3bucketownershipcontrols "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketownershipcontrols"
	s3bucketpolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketpolicy"
	s3bucketpublicaccessblock "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketpublicaccessblock"
	s3bucketserversideencryptionconfiguration "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketserversideencryptionconfiguration"
	s3bucketversioning "github.com/upbound/provider-aws/v2/internal/controller/cluster/s3/bucketversioning"
	secretsmanagersecret "github.com/upbound/provider-aws/v2/internal/controller/cluster/secretsmanager/secret"
	secretsmanagersecretrotation "github.com/upbound/provider-aws/v2/internal/controller/cluster/secretsmanager/secretrotation"
	secretsmanagersecretversion "github.com/upbound/provider-aws/v2/internal/controller/cluster/secretsmanager/secretversion"
	servicediscoveryprivatednsnamespace "github.com/upbound/provider-aws/v2/internal/controller/cluster/servicediscovery/privatednsnamespace"
	servicediscoveryservice "github.com/upbound/provider-aws/v2/internal/controller/cluster/servicediscovery/service"
	snstopic "github.com/upbound/provider-aws/v2/internal/controller/cluster/sns/topic"
	snstopicpolicy "github.com/upbound/provider-aws/v2/internal/controller/cluster/sns/topicpolicy"
	snstopicsubscription "github.com/upbound/provider-aws/v2/internal/controller/cluster/sns/topicsubscription"
)

type setup = func(ctrl.Manager, controller.Options) error

// controllers are set up as they are, or gated: to start once their definition is there.
var controllers = []struct{ setup, gated setup }{
	{acmcertificate.Setup, acmcertificate.SetupGated},
	{acmcertificatevalidation.Setup, acmcertificatevalidation.SetupGated},
	{appautoscalingpolicy.Setup, appautoscalingpolicy.SetupGated},
	{appautoscalingtarget.Setup, appautoscalingtarget.SetupGated},
	{backupplan.Setup, backupplan.SetupGated},
	{backupselection.Setup, backupselection.SetupGated},
	{backupvault.Setup, backupvault.SetupGated},
	{cloudfrontcachepolicy.Setup, cloudfrontcachepolicy.SetupGated},
	{cloudfrontdistribution.Setup, cloudfrontdistribution.SetupGated},
	{cloudfrontoriginaccesscontrol.Setup, cloudfrontoriginaccesscontrol.SetupGated},
	{cloudwatchdashboard.Setup, cloudwatchdashboard.SetupGated},
	{cloudwatchmetricalarm.Setup, cloudwatchmetricalarm.SetupGated},
	{cloudwatchlogsgroup.Setup, cloudwatchlogsgroup.SetupGated},
	{cloudwatchlogsmetricfilter.Setup, cloudwatchlogsmetricfilter.SetupGated},
	{ec2defaultsecuritygroup.Setup, ec2defaultsecuritygroup.SetupGated},
	{ec2ebsvolume.Setup, ec2ebsvolume.SetupGated},
	{ec2eip.Setup, ec2eip.SetupGated},
	{ec2flowlog.Setup, ec2flowlog.SetupGated},
	{ec2instance.Setup, ec2instance.SetupGated},
	{ec2internetgateway.Setup, ec2internetgateway.SetupGated},
	{ec2launchtemplate.Setup, ec2launchtemplate.SetupGated},
	{ec2natgateway.Setup, ec2natgateway.SetupGated},
	{ec2route.Setup, ec2route.SetupGated},
	{ec2routetable.Setup, ec2routetable.SetupGated},
	{ec2routetableassociation.Setup, ec2routetableassociation.SetupGated},
	{ec2securitygroup.Setup, ec2securitygroup.SetupGated},
	{ec2securitygroupegressrule.Setup, ec2securitygroupegressrule.SetupGated},
	{ec2securitygroupingressrule.Setup, ec2securitygroupingressrule.SetupGated},
	{ec2subnet.Setup, ec2subnet.SetupGated},
	{ec2volumeattachment.Setup, ec2volumeattachment.SetupGated},
	{ec2vpc.Setup, ec2vpc.SetupGated},
	{ec2vpcendpoint.Setup, ec2vpcendpoint.SetupGated},
	{ec2vpcendpointroutetableassociation.Setup, ec2vpcendpointroutetableassociation.SetupGated},
	{ecrlifecyclepolicy.Setup, ecrlifecyclepolicy.SetupGated},
	{ecrrepository.Setup, ecrrepository.SetupGated},
	{ecrrepositorypolicy.Setup, ecrrepositorypolicy.SetupGated},
	{ecscluster.Setup, ecscluster.SetupGated},
	{ecsclustercapacityproviders.Setup, ecsclustercapacityproviders.SetupGated},
	{ecsservice.Setup, ecsservice.SetupGated},
	{ecstaskdefinition.Setup, ecstaskdefinition.SetupGated},
	{elasticacheparametergroup.Setup, elasticacheparametergroup.SetupGated},
	{elasticachereplicationgroup.Setup, elasticachereplicationgroup.SetupGated},
	{elasticachesubnetgroup.Setup, elasticachesubnetgroup.SetupGated},
	{elbv2lb.Setup, elbv2lb.SetupGated},
	{elbv2lblistener.Setup, elbv2lblistener.SetupGated},
	{elbv2lblistenerrule.Setup, elbv2lblistenerrule.SetupGated},
	{elbv2lbtargetgroup.Setup, elbv2lbtargetgroup.SetupGated},
	{iaminstanceprofile.Setup, iaminstanceprofile.SetupGated},
	{iamrole.Setup, iamrole.SetupGated},
	{iamrolepolicy.Setup, iamrolepolicy.SetupGated},
	{iamrolepolicyattachment.Setup, iamrolepolicyattachment.SetupGated},
	{iamservicelinkedrole.Setup, iamservicelinkedrole.SetupGated},
	{kmsalias.Setup, kmsalias.SetupGated},
	{kmskey.Setup, kmskey.SetupGated},
	{mqbroker.Setup, mqbroker.SetupGated},
	{opensearchdomain.Setup, opensearchdomain.SetupGated},
	{opensearchdomainpolicy.Setup, opensearchdomainpolicy.SetupGated},
	{providerconfig.Setup, providerconfig.SetupGated},
	{rdscluster.Setup, rdscluster.SetupGated},
	{rdsclusterinstance.Setup, rdsclusterinstance.SetupGated},
	{rdsclusterparametergroup.Setup, rdsclusterparametergroup.SetupGated},
	{rdssubnetgroup.Setup, rdssubnetgroup.SetupGated},
	{route53record.Setup, route53record.SetupGated},
	{s3bucket.Setup, s3bucket.SetupGated},
	{s3bucketlifecycleconfiguration.Setup, s3bucketlifecycleconfiguration.SetupGated},
	{s3bucketownershipcontrols.Setup, s3bucketownershipcontrols.SetupGated},
	{s3bucketpolicy.Setup, s3bucketpolicy.SetupGated},
	{s3bucketpublicaccessblock.Setup, s3bucketpublicaccessblock.SetupGated},
	{s3bucketserversideencryptionconfiguration.Setup, s3bucketserversideencryptionconfiguration.SetupGated},
	{s3bucketversioning.Setup, s3bucketversioning.SetupGated},
	{secretsmanagersecret.Setup, secretsmanagersecret.SetupGated},
	{secretsmanagersecretrotation.Setup, secretsmanagersecretrotation.SetupGated},
	{secretsmanagersecretversion.Setup, secretsmanagersecretversion.SetupGated},
	{servicediscoveryprivatednsnamespace.Setup, servicediscoveryprivatednsnamespace.SetupGated},
	{servicediscoveryservice.Setup, servicediscoveryservice.SetupGated},
	{snstopic.Setup, snstopic.SetupGated},
	{snstopicpolicy.Setup, snstopicpolicy.SetupGated},
	{snstopicsubscription.Setup, snstopicsubscription.SetupGated},
}

// Setup_monolith sets up the controllers.
func Setup_monolith(mgr ctrl.Manager, o controller.Options) error { //nolint:revive // the name that the provider calls
	for _, c := range controllers {
		if err := c.setup(mgr, o); err != nil {
			return err
		}
	}
	return nil
}

// SetupGated_monolith sets up the controllers gated.
func SetupGated_monolith(mgr ctrl.Manager, o controller.Options) error { //nolint:revive // the name that the provider calls
	for _, c := range controllers {
		if err := c.gated(mgr, o); err != nil {
			return err
		}
	}
	return nil
}
