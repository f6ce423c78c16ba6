package platform

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/kinds"
)

// An Adoptable is a resource that a claim may take over instead of making it: what holds data, what others know by its
// address or id, and the network that those are in. Everything else (roles, policies, alarms, log groups, task definitions,
// services) is created beside what exists, under names of the platform's own. The last of the list are those that a
// platform adopts from its own earlier control plane only (Own).
type Adoptable struct {
	// Pattern is the name in the composition, where * is a part that depends on the claim.
	Pattern string
	kinds.Key
	kinds.Adoption
}

func adoptable(pattern, service, kind string) Adoptable {
	key := kinds.Key{Group: service + ".aws.upbound.io", Kind: kind}
	adoption, _ := kinds.Of(key).Adoption()
	return Adoptable{Pattern: pattern, Key: key, Adoption: adoption}
}

// Adoptables are what can be adopted. The first pattern that matches counts. What each is adopted by is a
// fact of its kind.
var Adoptables = []Adoptable{
	adoptable("vpc", "ec2", "VPC"),
	adoptable("internet-gateway", "ec2", "InternetGateway"),
	adoptable("subnet-public-*", "ec2", "Subnet"),
	adoptable("subnet-private-*", "ec2", "Subnet"),
	adoptable("nat-address-*", "ec2", "EIP"),
	adoptable("nat-*", "ec2", "NATGateway"),
	adoptable("route-table-*", "ec2", "RouteTable"),
	adoptable("route-*", "ec2", "Route"),
	adoptable("association-*", "ec2", "RouteTableAssociation"),
	adoptable("endpoint-s3", "ec2", "VPCEndpoint"),
	adoptable("endpoint-s3-*", "ec2", "VPCEndpointRouteTableAssociation"),
	adoptable("sg-default", "ec2", "DefaultSecurityGroup"),
	adoptable("sg-*-from-*", "ec2", "SecurityGroupIngressRule"),
	adoptable("sg-*-to-*", "ec2", "SecurityGroupEgressRule"),
	adoptable("sg-*", "ec2", "SecurityGroup"),
	adoptable("key", "kms", "Key"),

	adoptable("aurora", "rds", "Cluster"),
	adoptable("aurora-subnets", "rds", "SubnetGroup"),
	adoptable("aurora-parameters", "rds", "ClusterParameterGroup"),
	adoptable("aurora-[0-9]*", "rds", "ClusterInstance"),
	adoptable("redis", "elasticache", "ReplicationGroup"),
	adoptable("redis-subnets", "elasticache", "SubnetGroup"),
	adoptable("redis-parameters", "elasticache", "ParameterGroup"),
	adoptable("rabbitmq", "mq", "Broker"),
	adoptable("opensearch", "opensearch", "Domain"),
	adoptable("clickhouse-volume", "ec2", "EBSVolume"),
	adoptable("secret-redis-auth", "secretsmanager", "Secret"),
	adoptable("secret-rabbitmq", "secretsmanager", "Secret"),
	adoptable("secret-opensearch", "secretsmanager", "Secret"),
	adoptable("secret-clickhouse", "secretsmanager", "Secret"),
	adoptable("secret-jwt", "secretsmanager", "Secret"),
	adoptable("secret-encryption-master-key", "secretsmanager", "Secret"),
	adoptable("secret-service-api-key", "secretsmanager", "Secret"),
	adoptable("secret-webhook-hmac", "secretsmanager", "Secret"),

	adoptable("*-bucket", "s3", "Bucket"),
	adoptable("*-bucket-public-access", "s3", "BucketPublicAccessBlock"),
	adoptable("*-bucket-ownership", "s3", "BucketOwnershipControls"),
	adoptable("*-bucket-encryption", "s3", "BucketServerSideEncryptionConfiguration"),
	adoptable("*-bucket-versioning", "s3", "BucketVersioning"),
	adoptable("*-bucket-lifecycle", "s3", "BucketLifecycleConfiguration"),
	adoptable("*-bucket-policy", "s3", "BucketPolicy"),

	adoptable("alb", "elbv2", "LB"),
	adoptable("listener-*", "elbv2", "LBListener"),
	adoptable("rule-*", "elbv2", "LBListenerRule"),
	adoptable("target-*", "elbv2", "LBTargetGroup"),
	adoptable("cdn", "cloudfront", "Distribution"),
	adoptable("cdn-access", "cloudfront", "OriginAccessControl"),

	adoptable("flow-log", "ec2", "FlowLog"),
	adoptable("clickhouse", "ec2", "Instance"),
	adoptable("clickhouse-template", "ec2", "LaunchTemplate"),
	adoptable("backup-plan", "backup", "Plan"),
	adoptable("backup-selection", "backup", "Selection"),
	adoptable("namespace", "servicediscovery", "PrivateDNSNamespace"),
	adoptable("discovery-*", "servicediscovery", "Service"),
	adoptable("cdn-cache", "cloudfront", "CachePolicy"),
}

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
	adopt := field.NewPath("spec", "adopt")
	if a.Policy != nil && *a.Policy != v1alpha1.AdoptObserve && *a.Policy != v1alpha1.AdoptManage {
		errs = append(errs, field.Invalid(adopt.Child("policy"), *a.Policy, "must be Observe or Manage"))
	}
	owners := map[string]string{} // kind and external name, by the resource that has it
	for _, resource := range slices.Sorted(maps.Keys(a.ExternalNames)) {
		name, at := string(a.ExternalNames[resource]), adopt.Child("externalNames").Key(resource)
		what := FindAdoptable(resource)
		if what == nil {
			errs = append(errs, field.Invalid(at, name, notAdoptable(resource)))
			continue
		}
		if problem := what.check(name, accountID, region); problem != "" {
			errs = append(errs, field.Invalid(at, name, problem))
		}
		id := what.String() + " " + name
		if other, taken := owners[id]; taken {
			errs = append(errs, field.Invalid(at, name, "is "+other+" already, and two cannot be one in AWS: give each its own"))
		}
		owners[id] = resource
	}
	for _, resource := range slices.Sorted(maps.Keys(a.Keep)) {
		if _, ok := a.ExternalNames[resource]; !ok {
			errs = append(errs, field.Forbidden(adopt.Child("keep").Key(resource), "only what is in spec.adopt.externalNames can stay as AWS has it: name the resource there too, or leave this out"))
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
	case !strings.HasPrefix(name, a.Prefix) && !a.Computed:
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
