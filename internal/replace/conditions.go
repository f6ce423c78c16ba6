package replace

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A condition is when a field that Sometimes forces replacement does. Terraform decides that in code, so these are written by
// hand, after the source that the table is generated from; a test holds them against the table.
type condition struct {
	// forces says whether this change does. It is given the value before and after, and all parameters before and after.
	forces func(c change) bool
	// reason says when, for people.
	reason string
}

// A change of a field.
type change struct {
	old, new                     any
	oldParameters, newParameters map[string]any
}

var conditions = map[string]map[string]condition{
	"BucketServerSideEncryptionConfiguration.s3.aws.upbound.io": {"expectedBucketOwner": {always, "it names another owner"}},
	"BucketVersioning.s3.aws.upbound.io":                        {"expectedBucketOwner": {always, "it names another owner"}},
	"Cluster.rds.aws.upbound.io": {"storageType": {
		func(c change) bool { return !strings.HasPrefix(text(c.newParameters["engine"]), "aurora") },
		"only Aurora changes its storage type",
	}},
	"Domain.opensearch.aws.upbound.io": {
		"advancedSecurityOptions.enabled": {switchedOff, "it is switched off"},
		"encryptAtRest.enabled":           {switchedOff, "it is switched off"},
		"nodeToNodeEncryption.enabled":    {switchedOff, "it is switched off"},
		// The provider asks AWS which versions it upgrades to. None of them is older.
		"engineVersion": {older, "domains are upgraded only"},
		"ipAddressType": {func(c change) bool { return c.old == "dualstack" }, "a domain does not go back from dualstack"},
	},
	"Instance.ec2.aws.upbound.io": {
		"enablePrimaryIpv6": {switchedOff, "it is switched off"},
		// The provider asks AWS which processors both types have.
		"instanceType":           {otherProcessor, "Graviton and x86 run different software"},
		"ipv6Addresses":          {always, "an instance keeps its addresses"},
		"launchTemplate.version": {always, "an instance stays what it was launched as"},
		"userData":               {replacesOnUserData, "userDataReplaceOnChange is set"},
		"userDataBase64":         {replacesOnUserData, "userDataReplaceOnChange is set"},
	},
	"LB.elbv2.aws.upbound.io": {
		"secondaryIpsAutoAssignedPerSubnet": {func(c change) bool { return number(c.new) < number(c.old) }, "there are fewer of them"},
		"securityGroups":                    {securityGroups, "a network load balancer that was created without security groups cannot get any, and none can lose all"},
		"subnetMapping":                     {notApplication, "only an application load balancer moves"},
		"subnets":                           {subnets, "a network load balancer gets more subnets, and loses none"},
	},
	"NATGateway.ec2.aws.upbound.io": {"secondaryPrivateIpAddressCount": {
		func(c change) bool { return c.newParameters["connectivityType"] == "private" },
		"a private gateway keeps its number of addresses",
	}},
	"ReplicationGroup.elasticache.aws.upbound.io": {
		"engine":                   {func(c change) bool { return c.old != "redis" || c.new != "valkey" }, "Redis becomes Valkey, and nothing else something else"},
		"engineVersion":            {older, "caches are upgraded only"},
		"nodeGroupConfiguration":   {always, "shards stay where they are"},
		"transitEncryptionEnabled": {func(c change) bool { return compare(text(c.newParameters["engineVersion"]), "7.0.5") < 0 }, "Redis before 7.0.5 is encrypted when it is created, or never"},
	},
	"SecurityGroupEgressRule.ec2.aws.upbound.io":  otherSide,
	"SecurityGroupIngressRule.ec2.aws.upbound.io": otherSide,
	"Subnet.ec2.aws.upbound.io": {"ipv6CidrBlock": {
		func(c change) bool { return c.oldParameters["assignIpv6AddressOnCreation"] == true },
		"the subnet gives its instances IPv6 addresses",
	}},
	"VPC.ec2.aws.upbound.io": {"instanceTenancy": {
		func(c change) bool { return c.old != "dedicated" || c.new != "default" },
		"it only goes back from dedicated to default",
	}},
}

// otherSide is of a security group's rule, whose values change in place, but not their kind: a range instead of a group.
var otherSide = map[string]condition{
	"cidrIpv4":                     {appears, "a rule's other side cannot become one of another kind"},
	"cidrIpv6":                     {appears, "a rule's other side cannot become one of another kind"},
	"prefixListId":                 {appears, "a rule's other side cannot become one of another kind"},
	"referencedSecurityGroupId":    {appears, "a rule's other side cannot become one of another kind"},
	"referencedSecurityGroupIdRef": {appears, "a rule's other side cannot become one of another kind"},
}

// versions are of what AWS upgrades and never the other way. Terraform would ask for that; the conditions above are of those where it
// would not.
var versions = []string{"Broker.mq.aws.upbound.io", "Cluster.rds.aws.upbound.io"}

// backwards says why AWS refuses a value that the provider asks for, and whether it does.
func backwards(kind, path string, old, updated any) (reason string, refused bool) {
	switch {
	case kind == "EBSVolume.ec2.aws.upbound.io" && path == "size" && updated != nil && number(updated) < number(old):
		return "AWS does not make it smaller: EBS volumes only grow", true
	case path == "engineVersion" && slices.Contains(versions, kind) && text(updated) != "" && compare(text(updated), text(old)) < 0 && !strings.HasPrefix(text(old), text(updated)+"."):
		return "AWS does not go back to an older version", true
	default:
		return "", false
	}
}

func always(change) bool               { return true }
func appears(c change) bool            { return c.old == nil || c.new == nil }
func switchedOff(c change) bool        { return truthy(c.old) && !truthy(c.new) }
func older(c change) bool              { return compare(text(c.new), text(c.old)) < 0 }
func otherProcessor(c change) bool     { return graviton(text(c.old)) != graviton(text(c.new)) }
func replacesOnUserData(c change) bool { return truthy(c.newParameters["userDataReplaceOnChange"]) }
func securityGroups(c change) bool {
	return notApplication(c) && (length(c.old) == 0) != (length(c.new) == 0)
}
func subnets(c change) bool { return notApplication(c) && length(c.new) <= length(c.old) }

// notApplication is of a load balancer that is none for HTTP, which is what it is unless told otherwise.
func notApplication(c change) bool {
	t := text(c.newParameters["loadBalancerType"])
	return t != "" && t != "application"
}

// graviton says whether an instance type has an ARM processor: AWS marks it by a g after the generation.
func graviton(instanceType string) bool {
	family, _, _ := strings.Cut(instanceType, ".")
	i := strings.IndexAny(family, "0123456789")
	return i > 0 && strings.Contains(family[i:], "g") || strings.HasPrefix(family, "a1")
}

// compare compares versions such as 7.1 and OpenSearch_2.19, number by number.
func compare(a, b string) int {
	x, y := numbers(a), numbers(b)
	for len(x) < len(y) {
		x = append(x, 0)
	}
	for len(y) < len(x) {
		y = append(y, 0)
	}
	return slices.Compare(x, y)
}

func numbers(version string) []int {
	var out []int
	for part := range strings.SplitSeq(version[strings.LastIndexByte(version, '_')+1:], ".") {
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}

func truthy(v any) bool { return v == true || v == "true" }

func text(v any) string {
	s, _ := v.(string)
	return s
}

func number(v any) float64 {
	n, _ := v.(float64)
	return n
}

func length(v any) int {
	l, _ := v.([]any)
	return len(l)
}

// conditional lists the fields with conditions.
func conditional(kind string) []string { return slices.Sorted(maps.Keys(conditions[kind])) }
