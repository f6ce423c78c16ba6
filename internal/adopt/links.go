package adopt

import (
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
)

// A link is a field by which resources of a kind name others.
type link struct {
	of    kinds.Key
	field string // its path in forProvider
	// computed is a path in Terraform's state instead, of what no field of forProvider says.
	computed string
	to       kinds.Key
	// uses reports whether the field only says what is used: a load balancer may write its logs into a bucket of another
	// environment and still be the claim's. All others say where the resource itself belongs.
	uses bool
}

func aws(service, kind string) kinds.Key {
	return kinds.Key{Group: service + ".aws.upbound.io", Kind: kind}
}

var (
	vpc           = aws("ec2", "VPC")
	subnet        = aws("ec2", "Subnet")
	securityGroup = aws("ec2", "SecurityGroup")
	routeTable    = aws("ec2", "RouteTable")
	encryptionKey = aws("kms", "Key")
	bucket        = aws("s3", "Bucket")
	balancer      = aws("elbv2", "LB")
	cluster       = aws("rds", "Cluster")
	distribution  = aws("cloudfront", "Distribution")
)

// links say what resources are in and what they use. The names of attributes follow from the fields.
var links = []link{
	{of: subnet, field: "vpcId", to: vpc},
	{of: securityGroup, field: "vpcId", to: vpc},
	{of: routeTable, field: "vpcId", to: vpc},
	{of: aws("ec2", "InternetGateway"), field: "vpcId", to: vpc},
	{of: aws("ec2", "DefaultSecurityGroup"), field: "vpcId", to: vpc},
	{of: aws("ec2", "VPCEndpoint"), field: "vpcId", to: vpc},
	{of: aws("ec2", "NATGateway"), field: "subnetId", to: subnet},
	{of: aws("ec2", "NATGateway"), field: "allocationId", to: aws("ec2", "EIP"), uses: true},
	{of: aws("ec2", "Route"), field: "routeTableId", to: routeTable},
	{of: aws("ec2", "RouteTableAssociation"), field: "subnetId", to: subnet},
	{of: aws("ec2", "RouteTableAssociation"), field: "routeTableId", to: routeTable},
	{of: aws("ec2", "VPCEndpointRouteTableAssociation"), field: "vpcEndpointId", to: aws("ec2", "VPCEndpoint")},
	{of: aws("ec2", "SecurityGroupIngressRule"), field: "securityGroupId", to: securityGroup},
	{of: aws("ec2", "SecurityGroupEgressRule"), field: "securityGroupId", to: securityGroup},
	{of: aws("ec2", "EBSVolume"), field: "kmsKeyId", to: encryptionKey},

	{of: cluster, field: "dbSubnetGroupName", to: aws("rds", "SubnetGroup")},
	{of: cluster, field: "vpcSecurityGroupIds", to: securityGroup},
	{of: cluster, field: "kmsKeyId", to: encryptionKey},
	{of: cluster, field: "dbClusterParameterGroupName", to: aws("rds", "ClusterParameterGroup"), uses: true},
	{of: aws("rds", "SubnetGroup"), computed: "vpc_id", to: vpc},
	{of: aws("rds", "SubnetGroup"), field: "subnetIds", to: subnet},
	{of: aws("rds", "ClusterInstance"), field: "clusterIdentifier", to: cluster},
	{of: aws("elasticache", "ReplicationGroup"), field: "subnetGroupName", to: aws("elasticache", "SubnetGroup")},
	{of: aws("elasticache", "ReplicationGroup"), field: "securityGroupIds", to: securityGroup},
	{of: aws("elasticache", "ReplicationGroup"), field: "kmsKeyId", to: encryptionKey},
	{of: aws("elasticache", "ReplicationGroup"), field: "parameterGroupName", to: aws("elasticache", "ParameterGroup"), uses: true},
	{of: aws("elasticache", "SubnetGroup"), computed: "vpc_id", to: vpc},
	{of: aws("elasticache", "SubnetGroup"), field: "subnetIds", to: subnet},
	{of: aws("mq", "Broker"), field: "subnetIds", to: subnet},
	{of: aws("mq", "Broker"), field: "securityGroups", to: securityGroup},
	{of: aws("mq", "Broker"), field: "encryptionOptions.kmsKeyId", to: encryptionKey},
	{of: aws("opensearch", "Domain"), computed: "vpc_options.vpc_id", to: vpc},
	{of: aws("opensearch", "Domain"), field: "vpcOptions.subnetIds", to: subnet},
	{of: aws("opensearch", "Domain"), field: "vpcOptions.securityGroupIds", to: securityGroup},
	{of: aws("opensearch", "Domain"), field: "encryptAtRest.kmsKeyId", to: encryptionKey},
	{of: aws("secretsmanager", "Secret"), field: "kmsKeyId", to: encryptionKey},

	{of: balancer, computed: "vpc_id", to: vpc},
	{of: balancer, field: "subnets", to: subnet},
	{of: balancer, field: "subnetMapping.subnetId", to: subnet},
	{of: balancer, field: "securityGroups", to: securityGroup},
	{of: balancer, field: "accessLogs.bucket", to: bucket, uses: true},
	{of: aws("elbv2", "LBListener"), field: "loadBalancerArn", to: balancer},
	{of: aws("elbv2", "LBListenerRule"), field: "listenerArn", to: aws("elbv2", "LBListener")},
	{of: aws("elbv2", "LBTargetGroup"), field: "vpcId", to: vpc},
	{of: distribution, field: "origin.originAccessControlId", to: aws("cloudfront", "OriginAccessControl"), uses: true},
	{of: distribution, field: "origin.domainName", to: bucket, uses: true},
	{of: distribution, field: "origin.domainName", to: balancer, uses: true},

	{of: aws("s3", "BucketPublicAccessBlock"), field: "bucket", to: bucket},
	{of: aws("s3", "BucketOwnershipControls"), field: "bucket", to: bucket},
	{of: aws("s3", "BucketServerSideEncryptionConfiguration"), field: "bucket", to: bucket},
	{of: aws("s3", "BucketServerSideEncryptionConfiguration"), field: "rule.applyServerSideEncryptionByDefault.kmsMasterKeyId", to: encryptionKey},
	{of: aws("s3", "BucketVersioning"), field: "bucket", to: bucket},
	{of: aws("s3", "BucketLifecycleConfiguration"), field: "bucket", to: bucket},
	{of: aws("s3", "BucketPolicy"), field: "bucket", to: bucket},
}

// terraform is the path of attributes that a field has in Terraform's state.
func (l link) terraform() []string {
	if l.computed != "" {
		return strings.Split(l.computed, ".")
	}
	var out []string
	fields := strings.Split(l.field, ".")
	for i := range fields {
		out = append(out, kinds.Lookup(l.of, strings.Join(fields[:i+1], ".")).Terraform)
	}
	return out
}

// values are the names that a resource has in the field.
func (l link) values(r *Resource) []string {
	all := r.all(l.terraform()...)
	if l.of != distribution || l.to != bucket {
		return all
	}
	var out []string
	for _, domain := range all {
		if name, _, ok := strings.Cut(domain, ".s3"); ok { // such as NAME.s3.us-east-1.amazonaws.com
			out = append(out, name)
		}
	}
	return out
}

// identities are the attributes by which others name a resource.
var identities = []string{"id", "arn", "name", "key_id", "bucket", "dns_name", "allocation_id"}

// A tie is a link of one resource: the values of the field, and those of them that are in the state.
type tie struct {
	link
	values []string
	to     []*Resource
}

// tiesOf ties each resource of a state to what it names.
func tiesOf(state []*Resource) map[*Resource][]tie {
	type named struct{ kind, identity string }
	known := map[named][]*Resource{}
	for _, r := range state {
		var seen []string
		for _, attribute := range identities {
			if value := r.text(attribute); value != "" && !slices.Contains(seen, value) {
				seen = append(seen, value)
				known[named{kind(r), value}] = append(known[named{kind(r), value}], r)
			}
		}
	}
	out := map[*Resource][]tie{}
	for _, r := range state {
		for _, l := range links {
			if kinds.Terraform(l.of) != kind(r) {
				continue
			}
			t := tie{link: l, values: l.values(r)}
			for _, value := range t.values {
				t.to = append(t.to, known[named{kinds.Terraform(l.to), value}]...)
			}
			if len(t.values) > 0 {
				out[r] = append(out[r], t)
			}
		}
	}
	return out
}

// named are the values by which a resource names others of a kind, and those of them that are in the state.
func (f *fence) named(r *Resource, to kinds.Key) (values []string, found []*Resource) {
	for _, t := range f.ties[r] {
		if t.link.to == to {
			values, found = append(values, t.values...), append(found, t.to...)
		}
	}
	return values, found
}
