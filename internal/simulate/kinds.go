package simulate

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
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
	"PrivateDNSNamespace":              "ns-",
	"EBSVolume":                        "vol-",
	"Instance":                         "i-",
	"LaunchTemplate":                   "lt-",
	"VolumeAttachment":                 "vai-",
	"Broker":                           "b-",
}

// withoutARN are the kinds whose status has no ARN. `make validate` checks what is simulated against the provider's
// schemas, and finds those that are missing here.
var withoutARN = map[string]bool{
	"BucketLifecycleConfiguration":            true,
	"BucketOwnershipControls":                 true,
	"BucketPolicy":                            true,
	"BucketPublicAccessBlock":                 true,
	"BucketServerSideEncryptionConfiguration": true,
	"BucketVersioning":                        true,
	"CertificateValidation":                   true,
	"ClusterCapacityProviders":                true,
	"Dashboard":                               true,
	"DomainPolicy":                            true,
	"LifecyclePolicy":                         true,
	"MetricFilter":                            true,
	"NATGateway":                              true,
	"Record":                                  true,
	"RepositoryPolicy":                        true,
	"RolePolicy":                              true,
	"RolePolicyAttachment":                    true,
	"Route":                                   true,
	"RouteTableAssociation":                   true,
	"SecretRotation":                          true,
	"Selection":                               true,
	"VPCEndpointRouteTableAssociation":        true,
	"VolumeAttachment":                        true,
}

// identify makes up the id that AWS gives a resource of a kind.
func identify(kind, name string) string {
	if prefix, ok := idPrefixes[kind]; ok {
		return prefix + hash(name, 17)
	}
	if kind == "Distribution" || kind == "OriginAccessControl" {
		return "E" + strings.ToUpper(hash(name, 13))
	}
	if kind == "Key" || kind == "CachePolicy" || kind == "Certificate" {
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
	"ClusterInstance": func(id string) map[string]string {
		return map[string]string{"endpoint": id + ".c0ffee.rds.amazonaws.com"}
	},
	"Distribution": func(id string) map[string]string {
		return map[string]string{"domainName": "d" + hash(id, 13) + ".cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
	},
	"EIP": func(id string) map[string]string {
		return map[string]string{"allocationId": id, "publicIp": address(id)}
	},
	"LB": func(id string) map[string]string {
		return map[string]string{"dnsName": id + "-1234567890.elb.amazonaws.com", "zoneId": "Z35SXDOTRQ7X7K", "arnSuffix": "app/" + id + "/" + hash(id, 16)}
	},
	"LBTargetGroup": func(id string) map[string]string {
		return map[string]string{"arnSuffix": "targetgroup/" + id + "/" + hash(id, 16)}
	},
	"NATGateway": func(id string) map[string]string { return map[string]string{"publicIp": address(id)} },
	"Domain": func(id string) map[string]string {
		return map[string]string{"endpoint": "vpc-" + id + ".es.amazonaws.com"}
	},
	"Instance": func(string) map[string]string { return map[string]string{"privateIp": "10.0.128.10"} },
	"ReplicationGroup": func(id string) map[string]string {
		return map[string]string{"primaryEndpointAddress": "master." + id + ".cache.amazonaws.com"}
	},
	"Key":           func(id string) map[string]string { return map[string]string{"keyId": id} },
	"SecretVersion": func(id string) map[string]string { return map[string]string{"versionId": hash(id, 32)} },
	"SecurityGroupIngressRule": func(id string) map[string]string {
		return map[string]string{"securityGroupRuleId": id}
	},
	"SecurityGroupEgressRule": func(id string) map[string]string {
		return map[string]string{"securityGroupRuleId": id}
	},
}

// answers are what AWS makes up for a kind out of its parameters.
var answers = map[string]func(external string, parameters *structpb.Struct) map[string]*structpb.Value{
	"Broker": func(id string, _ *structpb.Struct) map[string]*structpb.Value {
		return map[string]*structpb.Value{"instances": list(nested(map[string]*structpb.Value{
			"endpoints": list(structpb.NewStringValue("amqps://" + id + ".mq.amazonaws.com:" + strconv.Itoa(platform.RabbitMQPort))),
		}))}
	},
	"Cluster": func(id string, parameters *structpb.Struct) map[string]*structpb.Value {
		if fields.At(parameters, "engine") == nil { // ECS has clusters too
			return nil
		}
		region := fields.Text(parameters, "region")
		return map[string]*structpb.Value{
			"endpoint":       structpb.NewStringValue(id + ".cluster-c0ffee." + region + ".rds.amazonaws.com"),
			"readerEndpoint": structpb.NewStringValue(id + ".cluster-ro-c0ffee." + region + ".rds.amazonaws.com"),
			"masterUserSecret": list(nested(map[string]*structpb.Value{
				"secretArn": structpb.NewStringValue(fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:rds!cluster-%s", region, account, hash(id, 8))),
			})),
		}
	},
	"LaunchTemplate": func(string, *structpb.Struct) map[string]*structpb.Value {
		return map[string]*structpb.Value{"latestVersion": structpb.NewNumberValue(1)}
	},
	"Certificate": func(_ string, parameters *structpb.Struct) map[string]*structpb.Value {
		var options []*structpb.Value
		for _, v := range fields.At(parameters, "subjectAlternativeNames").GetListValue().GetValues() {
			domain := v.GetStringValue()
			base := strings.TrimPrefix(domain, "*.")
			h := hash(base, 32)
			options = append(options, structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
				"domainName":          structpb.NewStringValue(domain),
				"resourceRecordName":  structpb.NewStringValue("_" + h + "." + base + "."),
				"resourceRecordType":  structpb.NewStringValue("CNAME"),
				"resourceRecordValue": structpb.NewStringValue("_" + hash(h, 32) + ".acm-validations.aws."),
			}}))
		}
		return map[string]*structpb.Value{"domainValidationOptions": structpb.NewListValue(&structpb.ListValue{Values: options})}
	},
}

func list(values ...*structpb.Value) *structpb.Value {
	return structpb.NewListValue(&structpb.ListValue{Values: values})
}

func nested(fields map[string]*structpb.Value) *structpb.Value {
	return structpb.NewStructValue(&structpb.Struct{Fields: fields})
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
	group, _, _ := strings.Cut(fields.Text(o, "apiVersion"), ".")
	region := fields.Text(o, "spec", "forProvider", "region")
	kind := strings.ToLower(fields.Text(o, "kind"))
	switch kind {
	case "group":
		return fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s", region, account, external)
	case "secret":
		// Secrets Manager ends an ARN with six characters of its own.
		return fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%s", region, account, fields.Text(o, "spec", "forProvider", "name"), hash(external, 6))
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
