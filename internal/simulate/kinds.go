package simulate

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// account is whose resources they are in made-up ARNs. The simulation is not told the real one.
const account = "111122223333"

// idPrefixes are what the ids of kinds begin with that AWS names itself. 17 hexadecimal digits follow.
var idPrefixes = map[string]string{
	"VPC":                              "vpc-",
	"Subnet":                           "subnet-",
	"InternetGateway":                  "igw-",
	"EIP":                              "eipalloc-",
	"NATGateway":                       "nat-",
	"RouteTable":                       "rtb-",
	"RouteTableAssociation":            "rtbassoc-",
	"Route":                            "r-",
	"SecurityGroup":                    "sg-",
	"DefaultSecurityGroup":             "sg-",
	"SecurityGroupIngressRule":         "sgr-",
	"SecurityGroupEgressRule":          "sgr-",
	"FlowLog":                          "fl-",
	"VPCEndpoint":                      "vpce-",
	"VPCEndpointRouteTableAssociation": "a-vpce-",
}

// withoutARN are the kinds whose status has no ARN. `make validate` checks what is simulated against the provider's
// schemas, and finds those that are missing here.
var withoutARN = map[string]bool{
	"Dashboard":                        true,
	"MetricFilter":                     true,
	"NATGateway":                       true,
	"RolePolicy":                       true,
	"Route":                            true,
	"RouteTableAssociation":            true,
	"VPCEndpointRouteTableAssociation": true,
}

// identify makes up the id that AWS gives a resource of a kind.
func identify(kind, name string) string {
	if prefix, ok := idPrefixes[kind]; ok {
		return prefix + hash(name, 17)
	}
	if kind == "Key" {
		h := hash(name, 32)
		return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
	}
	return name
}

// inventions are the fields, beside id and ARN, that AWS makes up for a kind and that something reads.
var inventions = map[string]func(external string) map[string]string{
	"VPC": func(id string) map[string]string {
		return map[string]string{"ownerId": account, "defaultSecurityGroupId": "sg-" + hash(id, 17)}
	},
	"EIP": func(id string) map[string]string {
		return map[string]string{"allocationId": id, "publicIp": address(id)}
	},
	"NATGateway": func(id string) map[string]string { return map[string]string{"publicIp": address(id)} },
	"Key":        func(id string) map[string]string { return map[string]string{"keyId": id} },
	"SecurityGroupIngressRule": func(id string) map[string]string {
		return map[string]string{"securityGroupRuleId": id}
	},
	"SecurityGroupEgressRule": func(id string) map[string]string {
		return map[string]string{"securityGroupRuleId": id}
	},
}

// address makes up a public address, out of the range that documentation may use (RFC 5737).
func address(id string) string {
	var n byte
	for i := range len(id) {
		n = n*31 + id[i]
	}
	return fmt.Sprintf("203.0.113.%d", n)
}

// arn makes up a resource's ARN.
func arn(o *structpb.Struct, external string) string {
	group, _, _ := strings.Cut(field(o, "apiVersion").GetStringValue(), ".")
	region := field(o, "spec", "forProvider", "region").GetStringValue()
	kind := strings.ToLower(field(o, "kind").GetStringValue())
	switch kind {
	case "group":
		return fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s", region, account, external)
	case "topic":
		return fmt.Sprintf("arn:aws:sns:%s:%s:%s", region, account, external)
	case "metricalarm":
		return fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:%s", region, account, external)
	case "alias":
		return fmt.Sprintf("arn:aws:kms:%s:%s:%s", region, account, external)
	default:
		return fmt.Sprintf("arn:aws:%s:%s:%s:%s/%s", group, region, account, kind, external)
	}
}
