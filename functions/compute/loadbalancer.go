package compute

import (
	"strconv"

	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/elbv2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const (
	// accessLogs is the bucket of the load balancer's access logs.
	accessLogs = "alb-logs"
	// logPrefix is what its objects' names begin with; ELB adds AWSLogs/<account>/.
	logPrefix = "alb"

	// Health checks of targets. (R-ALB-3)
	checkInterval      = 30
	checkTimeout       = 10
	healthyThreshold   = 2
	unhealthyThreshold = 3
)

// legacyLogAccounts are the accounts from which ELB writes access logs in regions that are older than August 2022; in the
// others, and more and more in these, it does so as a service. Source: "Enable access logs for your Application Load
// Balancer", and the provider's own table.
var legacyLogAccounts = map[string]string{
	"af-south-1": "098369216593", "ap-east-1": "754344448648", "ap-northeast-1": "582318560864", "ap-northeast-2": "600734575887",
	"ap-northeast-3": "383597477331", "ap-south-1": "718504428378", "ap-southeast-1": "114774131450", "ap-southeast-2": "783225319266",
	"ap-southeast-3": "589379963580", "ca-central-1": "985666609251", "eu-central-1": "054676820928", "eu-north-1": "897822967062",
	"eu-south-1": "635631232127", "eu-west-1": "156460612806", "eu-west-2": "652711504416", "eu-west-3": "009996457667",
	"me-south-1": "076674570225", "sa-east-1": "507241528517", "us-east-1": "127311923021", "us-east-2": "033677994240",
	"us-west-1": "027434742980", "us-west-2": "797873946194",
}

func targetName(service string) string { return "target-" + service }

// addLoadBalancer composes the load balancer, where it logs, and a target group for each service that it leads to.
// (R-ALB-1, R-ALB-3, R-ALB-4)
//
// The log bucket is here and not with the other buckets: ELB refuses a load balancer that cannot write to it, so each is
// useless without the other, and a team may leave the edge layer out.
func addLoadBalancer(s *layer.Scope) {
	p := s.Platform
	bucket.Add(s, bucket.Bucket{
		Resource:        accessLogs,
		ExpireAfterDays: *p.Compute.LoadBalancer.AccessLogRetentionDays,
		Statements:      logStatements(p),
	})
	if s.Gate(platform.LoadBalancer, s.Observe(platform.Bucket(accessLogs)+"-policy").Ready(), "the access logs' bucket") {
		o := loadBalancer(s)
		s.Add(platform.LoadBalancer, o, letAlone(s, o)...)
	}
	for _, svc := range p.Services() {
		if svc.Public() {
			s.Add(targetName(svc.Name), targetGroup(s, &svc))
		}
	}
}

func loadBalancer(s *layer.Scope) *elbv2.LB {
	p := s.Platform
	return &elbv2.LB{ForProvider: elbv2.LBParameters{
		Name:                     new(p.AWSName("", platform.MaxLoadBalancer)),
		LoadBalancerType:         new("application"),
		Internal:                 new(false),
		SubnetRefs:               s.FollowingRefs(p.PublicSubnets()...),
		SecurityGroupRefs:        []aws.Ref{*s.Ref(platform.SecurityGroup(platform.LoadBalancer))},
		IdleTimeout:              new(float64(*p.Compute.LoadBalancer.IdleTimeoutSeconds)),
		DropInvalidHeaderFields:  new(true),
		EnableDeletionProtection: new(p.Protected()),
		AccessLogs: &elbv2.LBAccessLogs{
			Enabled: new(true),
			Bucket:  new(p.BucketName(accessLogs)),
			Prefix:  new(logPrefix),
		},
	}}
}

// letAlone takes back the subnets that the provider fills in a second time, as mappings, when it has noted the load balancer's
// ARN, and lets it fill in nothing more. Either list alone says where the load balancer is: a third zone, added by the one,
// would be removed by the other, for ever. What the claim takes over may have been made with mappings.
func letAlone(s *layer.Scope, o *elbv2.LB) []layer.Option {
	existing := s.Observe(platform.LoadBalancer)
	if existing.ExternalName() == "" || s.Adopted(platform.LoadBalancer) && !s.Own(platform.LoadBalancer) {
		return nil
	}
	if _, filled := existing.Parameter("subnetMapping[0].subnetId"); filled {
		o.ForProvider.SubnetMapping = []elbv2.LBSubnetMapping{} // once: said for ever, it would be lost and written again for ever
	}
	return []layer.Option{layer.FillsInNothing()}
}

// logStatements let ELB write the access logs of this account's load balancers.
func logStatements(p *platform.Platform) []aws.Statement {
	objects := []string{bucket.ObjectsARN(p, accessLogs, logPrefix+"/AWSLogs/"+p.AccountID+"/*")}
	out := []aws.Statement{{
		Sid:       "WriteAccessLogs",
		Effect:    aws.Allow,
		Principal: &aws.Principal{Service: []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
		Action:    []string{"s3:PutObject"},
		Resource:  objects,
	}}
	if account := legacyLogAccounts[p.Region]; account != "" {
		out = append(out, aws.Statement{
			Sid:       "WriteAccessLogsFromOlderRegions",
			Effect:    aws.Allow,
			Principal: &aws.Principal{AWS: []string{"arn:" + platform.Partition + ":iam::" + account + ":root"}},
			Action:    []string{"s3:PutObject"},
			Resource:  objects,
		})
	}
	return out
}

func targetGroup(s *layer.Scope, svc *platform.Service) *elbv2.LBTargetGroup {
	return &elbv2.LBTargetGroup{ForProvider: elbv2.LBTargetGroupParameters{
		Name:                new(s.Platform.AWSName(svc.Name, platform.MaxLoadBalancer)),
		Port:                new(float64(svc.Port)),
		Protocol:            new("HTTP"),
		TargetType:          new("ip"), // tasks have addresses of their own
		VPCIDRef:            s.Ref(platform.VPC),
		DeregistrationDelay: new(strconv.Itoa(s.Platform.DrainSeconds())),
		HealthCheck: &elbv2.LBTargetGroupHealthCheck{
			Enabled:            new(true),
			Path:               &svc.HealthPath,
			Port:               new("traffic-port"),
			Protocol:           new("HTTP"),
			Matcher:            new("200"),
			Interval:           new(float64(checkInterval)),
			Timeout:            new(float64(checkTimeout)),
			HealthyThreshold:   new(float64(healthyThreshold)),
			UnhealthyThreshold: new(float64(unhealthyThreshold)),
		},
	}}
}
