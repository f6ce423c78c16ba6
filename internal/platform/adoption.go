package platform

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// An Adoptable is a resource that a claim may take over instead of making it: what holds data, what others know by its
// address or id, and the network that those are in. Everything else (roles, policies, alarms, log groups, task definitions,
// services) is made anew beside what there was, under names of the platform's own.
type Adoptable struct {
	// Pattern is the name in the composition, where * is a part that depends on the claim.
	Pattern string
	// Kind is the managed resource's, Group the API group that it is in without .aws.upbound.io.
	Kind, Group string
	// Prefix is what the external name begins with, empty where any does.
	Prefix string
	// Form says what the external name is, for people.
	Form string
	// Terraform is the type of the resource in Terraform. The external name is its id there, unless Attribute says otherwise.
	Terraform, Attribute string
	keptFields           []string
}

// Keeps lists the parameters that name or describe the resource, which stay as AWS has them once it is adopted.
func (a *Adoptable) Keeps() []string { return a.keptFields }

const (
	elb         = "arn:aws:elasticloadbalancing:"
	description = "description"
)

// Adoptables are what can be adopted. The first pattern that matches counts. The forms are those of the provider's
// external names (config/externalname.go of provider-aws).
var Adoptables = []Adoptable{
	{Pattern: "vpc", Kind: "VPC", Group: "ec2", Prefix: "vpc-", Form: "the VPC's id", Terraform: "aws_vpc"},
	{Pattern: "internet-gateway", Kind: "InternetGateway", Group: "ec2", Prefix: "igw-", Form: "its id", Terraform: "aws_internet_gateway"},
	{Pattern: "subnet-public-*", Kind: "Subnet", Group: "ec2", Prefix: "subnet-", Form: "its id", Terraform: "aws_subnet"},
	{Pattern: "subnet-private-*", Kind: "Subnet", Group: "ec2", Prefix: "subnet-", Form: "its id", Terraform: "aws_subnet"},
	{Pattern: "nat-address-*", Kind: "EIP", Group: "ec2", Prefix: "eipalloc-", Form: "its allocation id", Terraform: "aws_eip"},
	{Pattern: "nat-*", Kind: "NATGateway", Group: "ec2", Prefix: "nat-", Form: "its id", Terraform: "aws_nat_gateway"},
	{Pattern: "route-table-*", Kind: "RouteTable", Group: "ec2", Prefix: "rtb-", Form: "its id", Terraform: "aws_route_table"},
	{Pattern: "route-*", Kind: "Route", Group: "ec2", Prefix: "r-rtb-", Form: "Terraform's id of it, r-rtb-…; it is found by its table and destination", Terraform: "aws_route"},
	{Pattern: "association-*", Kind: "RouteTableAssociation", Group: "ec2", Prefix: "rtbassoc-", Form: "its id", Terraform: "aws_route_table_association"},
	{Pattern: "endpoint-s3", Kind: "VPCEndpoint", Group: "ec2", Prefix: "vpce-", Form: "its id", Terraform: "aws_vpc_endpoint"},
	{Pattern: "endpoint-s3-*", Kind: "VPCEndpointRouteTableAssociation", Group: "ec2", Prefix: "vpce-", Form: "the endpoint's id, a slash and the route table's id", Terraform: "aws_vpc_endpoint_route_table_association"},
	{Pattern: "sg-default", Kind: "DefaultSecurityGroup", Group: "ec2", Prefix: "sg-", Form: "its id", Terraform: "aws_default_security_group"},
	{Pattern: "sg-*-from-*", Kind: "SecurityGroupIngressRule", Group: "ec2", Prefix: "sgr-", Form: "its id", Terraform: "aws_vpc_security_group_ingress_rule", Attribute: "security_group_rule_id", keptFields: []string{description}},
	{Pattern: "sg-*-to-*", Kind: "SecurityGroupEgressRule", Group: "ec2", Prefix: "sgr-", Form: "its id", Terraform: "aws_vpc_security_group_egress_rule", Attribute: "security_group_rule_id", keptFields: []string{description}},
	{Pattern: "sg-*", Kind: "SecurityGroup", Group: "ec2", Prefix: "sg-", Form: "its id", Terraform: "aws_security_group", keptFields: []string{"name", description}},
	{Pattern: "key", Kind: "Key", Group: "kms", Form: "its id, no ARN and no alias", Terraform: "aws_kms_key", keptFields: []string{description}},

	{Pattern: "aurora", Kind: "Cluster", Group: "rds", Form: "the cluster's identifier", Terraform: "aws_rds_cluster"},
	{Pattern: "aurora-subnets", Kind: "SubnetGroup", Group: "rds", Form: "its name", Terraform: "aws_db_subnet_group", keptFields: []string{description}},
	{Pattern: "aurora-parameters", Kind: "ClusterParameterGroup", Group: "rds", Form: "its name", Terraform: "aws_rds_cluster_parameter_group", keptFields: []string{description}},
	{Pattern: "aurora-[0-9]*", Kind: "ClusterInstance", Group: "rds", Form: "the instance's identifier", Terraform: "aws_rds_cluster_instance"},
	{Pattern: "redis", Kind: "ReplicationGroup", Group: "elasticache", Form: "its id", Terraform: "aws_elasticache_replication_group", keptFields: []string{description}},
	{Pattern: "redis-subnets", Kind: "SubnetGroup", Group: "elasticache", Form: "its name", Terraform: "aws_elasticache_subnet_group", keptFields: []string{description}},
	{Pattern: "redis-parameters", Kind: "ParameterGroup", Group: "elasticache", Form: "its name", Terraform: "aws_elasticache_parameter_group", keptFields: []string{"name", description}},
	{Pattern: "rabbitmq", Kind: "Broker", Group: "mq", Prefix: "b-", Form: "the broker's id", Terraform: "aws_mq_broker", keptFields: []string{"brokerName"}},
	{Pattern: "opensearch", Kind: "Domain", Group: "opensearch", Prefix: "arn:aws:es:", Form: "the domain's ARN", Terraform: "aws_opensearch_domain", keptFields: []string{"domainName"}},
	{Pattern: "clickhouse-volume", Kind: "EBSVolume", Group: "ec2", Prefix: "vol-", Form: "its id", Terraform: "aws_ebs_volume"},
	{Pattern: "secret-redis-auth", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-rabbitmq", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-opensearch", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-clickhouse", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-jwt", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-encryption-master-key", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-service-api-key", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},
	{Pattern: "secret-webhook-hmac", Kind: "Secret", Group: "secretsmanager", Prefix: secretsManager, Form: "its ARN", Terraform: "aws_secretsmanager_secret", keptFields: secretKeeps},

	{Pattern: "*-bucket", Kind: "Bucket", Group: "s3", Form: "its name", Terraform: "aws_s3_bucket"},
	{Pattern: "*-bucket-public-access", Kind: "BucketPublicAccessBlock", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_public_access_block"},
	{Pattern: "*-bucket-ownership", Kind: "BucketOwnershipControls", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_ownership_controls"},
	{Pattern: "*-bucket-encryption", Kind: "BucketServerSideEncryptionConfiguration", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_server_side_encryption_configuration"},
	{Pattern: "*-bucket-versioning", Kind: "BucketVersioning", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_versioning"},
	{Pattern: "*-bucket-lifecycle", Kind: "BucketLifecycleConfiguration", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_lifecycle_configuration", Attribute: "bucket"},
	{Pattern: "*-bucket-policy", Kind: "BucketPolicy", Group: "s3", Form: "the bucket's name", Terraform: "aws_s3_bucket_policy"},

	{Pattern: "alb", Kind: "LB", Group: "elbv2", Prefix: elb, Form: "its ARN", Terraform: "aws_lb", keptFields: []string{"name"}},
	{Pattern: "listener-*", Kind: "LBListener", Group: "elbv2", Prefix: elb, Form: "its ARN", Terraform: "aws_lb_listener"},
	{Pattern: "rule-*", Kind: "LBListenerRule", Group: "elbv2", Prefix: elb, Form: "its ARN", Terraform: "aws_lb_listener_rule"},
	{Pattern: "target-*", Kind: "LBTargetGroup", Group: "elbv2", Prefix: elb, Form: "its ARN", Terraform: "aws_lb_target_group", keptFields: []string{"name"}},
	{Pattern: "cdn", Kind: "Distribution", Group: "cloudfront", Prefix: "E", Form: "its id", Terraform: "aws_cloudfront_distribution", keptFields: []string{"comment"}},
	{Pattern: "cdn-access", Kind: "OriginAccessControl", Group: "cloudfront", Prefix: "E", Form: "its id", Terraform: "aws_cloudfront_origin_access_control", keptFields: []string{"name", description}},
}

const secretsManager = "arn:aws:secretsmanager:" //nolint:gosec // What ARNs begin with.

var secretKeeps = []string{"name", description}

// FindAdoptable returns what can be adopted under a name in the composition, nil if nothing can.
func FindAdoptable(resource string) *Adoptable {
	for i := range Adoptables {
		if ok, err := path.Match(Adoptables[i].Pattern, resource); ok && err == nil {
			return &Adoptables[i]
		}
	}
	return nil
}

// Adopted returns the name by which AWS knows a resource that the claim takes over, and whether it does.
func (p *Platform) Adopted(resource string) (string, bool) {
	if p.Adopt == nil {
		return "", false
	}
	name, ok := p.Adopt.ExternalNames[resource]
	return string(name), ok
}

// ObserveOnly says whether the platform is only looked at.
func (p *Platform) ObserveOnly() bool {
	return p.Adopt != nil && p.Adopt.Policy != nil && *p.Adopt.Policy == v1alpha1.AdoptObserve
}

// NameOf is how AWS calls a resource that has a name: what the claim takes over has kept its own.
func (p *Platform) NameOf(resource, own string) string {
	adopted, ok := p.Adopted(resource)
	if !ok {
		return own
	}
	if strings.HasPrefix(adopted, "arn:") {
		return adopted[strings.LastIndexByte(adopted, '/')+1:]
	}
	return adopted
}

// checkAdoption says what is wrong with what the claim takes over, as far as the claim alone tells.
func checkAdoption(a *v1alpha1.Adopt, accountID, region string) field.ErrorList {
	if a == nil {
		return nil
	}
	var errs field.ErrorList
	path := field.NewPath("spec", "adopt")
	if a.Policy != nil && *a.Policy != v1alpha1.AdoptObserve && *a.Policy != v1alpha1.AdoptManage {
		errs = append(errs, field.Invalid(path.Child("policy"), *a.Policy, "must be Observe or Manage"))
	}
	owners := map[string]string{} // kind and external name, by the resource that has it
	for _, resource := range slices.Sorted(maps.Keys(a.ExternalNames)) {
		name, path := string(a.ExternalNames[resource]), path.Child("externalNames").Key(resource)
		what := FindAdoptable(resource)
		if what == nil {
			errs = append(errs, field.Invalid(path, name, notAdoptable(resource)))
			continue
		}
		if problem := what.check(name, accountID, region); problem != "" {
			errs = append(errs, field.Invalid(path, name, problem))
		}
		id := what.Kind + "." + what.Group + " " + name
		if other, taken := owners[id]; taken {
			errs = append(errs, field.Invalid(path, name, "is "+other+" already, and two cannot be one in AWS: give each its own"))
		}
		owners[id] = resource
	}
	for _, resource := range slices.Sorted(maps.Keys(a.Keep)) {
		if _, ok := a.ExternalNames[resource]; !ok {
			errs = append(errs, field.Forbidden(path.Child("keep").Key(resource), "only what is in spec.adopt.externalNames can stay as AWS has it: name the resource there too, or leave this out"))
		}
	}
	return errs
}

// check says what is wrong with an external name, empty if nothing is.
func (a *Adoptable) check(name, accountID, region string) string {
	arn := strings.HasPrefix(name, "arn:")
	switch {
	case strings.TrimSpace(name) != name || name == "":
		return "must be " + a.Form + ", without spaces"
	case !strings.HasPrefix(name, a.Prefix):
		return fmt.Sprintf("must be %s, which begins with %s", a.Form, a.Prefix)
	case arn && a.Prefix == "":
		return "must be " + a.Form + ", not an ARN"
	case a.Kind == "Key" && strings.HasPrefix(name, "alias/"):
		return "must be " + a.Form
	}
	if parts := strings.SplitN(name, ":", 6); arn && (len(parts) < 6 || parts[3] != region || parts[4] != accountID) {
		return fmt.Sprintf("is of another account or region than the claim, account %s, region %s: adopt what is there", accountID, region)
	}
	return ""
}

// notAdoptable says what to write instead of a name that cannot be adopted.
func notAdoptable(resource string) string {
	candidates := make([]string, len(Adoptables))
	for i := range Adoptables {
		candidates[i] = like(Adoptables[i].Pattern, resource)
	}
	const detail = "the platform has no resource of this name that can be adopted"
	best := Nearest(resource, candidates)
	if best == "" {
		return detail + ": docs/adoption.md lists those that can; all others are made anew, beside what there is"
	}
	return fmt.Sprintf("%s: did you mean %s? docs/adoption.md lists those that can; all others are made anew, beside what there is", detail, strings.ReplaceAll(best, "[0-9]*", "0"))
}

// Nearest returns the candidate that a mistyped word is likely to mean, empty if it is like none. Capitals and underscores
// make no difference.
func Nearest(word string, candidates []string) string {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	word = plain(word)
	best, distance := "", len(word)
	for _, c := range candidates {
		if d := editDistance(plain(c), word); d < distance {
			best, distance = c, d
		}
	}
	if distance > max(2, len(word)/3) {
		return ""
	}
	return best
}

// like fills the last part of a pattern with that of a name, so that what people mistyped before it is compared.
func like(pattern, name string) string {
	if head, ok := strings.CutSuffix(pattern, "-*"); ok {
		return head + "-" + name[strings.LastIndexByte("-"+name, '-'):]
	}
	return pattern
}

// editDistance is how many characters have to be put in, left out or replaced to make one word of another.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
