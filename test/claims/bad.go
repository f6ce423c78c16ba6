package claims

import (
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"
)

// A bad claim is refused.
type bad struct {
	// reason begins with "Should refuse ", and goes on with what is wrong, for people.
	reason string
	// on is the example claim that is changed: staging, or production.
	on string
	// patch is what is written into the claim.
	patch string
	// update is what is then changed in the claim, once it exists. Empty if the claim is wrong from the start.
	update string
	// others adds to the function's request what it is told of other platforms.
	others func(*fnv1.RunFunctionRequest)
	// want is what the user is told, a line each: by the API server or, where only the function can know, by the claim's
	// conditions and events.
	want []string
}

func (b bad) claim() string {
	if b.on == "" {
		return "staging"
	}
	return b.on
}

// A section of the table, and of docs/bad-claims.md.
type section struct {
	title string
	bad   []bad
}

// sections is the table.
func sections() []section {
	return slices.Concat(created, updated)
}

// created are claims that are wrong from the start.
var created = []section{
	{title: "Environment, account and region", bad: []bad{
		{
			reason: "Should refuse a claim without an environment",
			patch:  `spec: {environment: null}`,
			want: []string{
				unchecked,
				"spec.environment: Required value",
			},
		},
		{
			reason: "Should refuse an environment that there is no sizing for",
			patch:  `spec: {environment: dev}`,
			want: []string{
				unchecked,
				`spec.environment: Unsupported value: "dev": supported values: "staging", "production"`,
			},
		},
		{
			reason: "Should refuse an account id without quotes, which is a number",
			patch:  `spec: {accountId: 111122223333}`,
			want: []string{
				unchecked,
				`spec.accountId: Invalid value: "integer": spec.accountId in body must be of type string: "integer"`,
			},
		},
		{
			reason: "Should refuse an account id with hyphens, as the console prints it",
			patch:  `spec: {accountId: "1111-2222-3333"}`,
			want:   []string{`spec.accountId: Invalid value: "1111-2222-3333": accountId must be the twelve digits of an AWS account in quotes, such as "111122223333"`},
		},
		{
			reason: "Should refuse a claim without an account id",
			patch:  `spec: {accountId: null}`,
			want: []string{
				unchecked,
				"spec.accountId: Required value",
			},
		},
		{
			reason: "Should refuse a claim without a region",
			patch:  `spec: {region: null}`,
			want: []string{
				unchecked,
				"spec.region: Required value",
			},
		},
		{
			reason: "Should refuse a zone where the region belongs",
			patch:  `spec: {region: us-east-1a}`,
			want:   []string{`spec.region: Invalid value: "us-east-1a": region must be the code of a commercial AWS region, such as us-east-1 or eu-central-1 (China and GovCloud are other partitions and are not supported)`},
		},
		{
			reason: "Should refuse a region of another partition",
			patch:  `spec: {region: us-gov-west-1}`,
			want:   []string{`spec.region: Invalid value: "us-gov-west-1": region must be the code of a commercial AWS region, such as us-east-1 or eu-central-1 (China and GovCloud are other partitions and are not supported)`},
		},
		{
			reason: "Should refuse a claim without a spec",
			patch:  `spec: null`,
			want: []string{
				unchecked,
				"spec: Required value",
			},
		},
		{
			reason: "Should refuse a misspelt field",
			patch:  `spec: {deletionProtecton: true}`,
			want:   []string{`spec.deletionProtecton: unknown field "spec.deletionProtecton"`},
		},
		{
			reason: "Should refuse a field in the wrong place",
			patch:  `spec: {natGateways: 1}`,
			want:   []string{`spec.natGateways: unknown field "spec.natGateways"`},
		},
		{
			reason: "Should refuse a text where true or false belongs",
			patch:  `spec: {deletionProtection: "no"}`,
			want: []string{
				unchecked,
				`spec.deletionProtection: Invalid value: "string": spec.deletionProtection in body must be of type boolean: "string"`,
			},
		},
		{
			reason: "Should refuse an empty name of a ProviderConfig",
			patch:  `spec: {providerConfigName: ""}`,
			want:   []string{`spec.providerConfigName: Invalid value: "": spec.providerConfigName in body should be at least 1 chars long`},
		},
	}},
	{title: "Names and tags", bad: []bad{
		{
			reason: "Should refuse a claim's name with capitals",
			patch:  `metadata: {name: Morket}`,
			want: []string{
				`metadata.name: Invalid value: "Morket": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
				"metadata.name: Invalid value: metadata.name must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-, because AWS names start with it: give spec.namePrefix if the claim must keep this name",
			},
		},
		{
			reason: "Should refuse a claim's name with a dot, which Kubernetes would allow",
			patch:  `metadata: {name: staging.morket}`,
			want:   []string{"metadata.name: Invalid value: metadata.name must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-, because AWS names start with it: give spec.namePrefix if the claim must keep this name"},
		},
		{
			reason: "Should refuse a claim's name with a digit first, which Kubernetes would allow",
			patch:  `metadata: {name: 2morket}`,
			want:   []string{"metadata.name: Invalid value: metadata.name must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-, because AWS names start with it: give spec.namePrefix if the claim must keep this name"},
		},
		{
			reason: "Should refuse a claim's name with two hyphens in a row",
			patch:  `metadata: {name: morket--staging}`,
			want:   []string{"metadata.name: Invalid value: metadata.name must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-, because AWS names start with it: give spec.namePrefix if the claim must keep this name"},
		},
		{
			reason: "Should refuse a claim's name that makes AWS names begin with sg-",
			patch:  `metadata: {name: sg-morket}`,
			want:   []string{"metadata.name: Invalid value: metadata.name must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-, because AWS names start with it: give spec.namePrefix if the claim must keep this name"},
		},
		{
			reason: "Should refuse a claim's name of 64 characters",
			patch:  `metadata: {name: ` + strings.Repeat("a", 64) + `}`,
			want: []string{
				unchecked,
				"metadata.name: Too long: may not be more than 63 bytes",
			},
		},
		{
			reason: "Should refuse a name prefix with an underscore",
			patch:  `spec: {namePrefix: morket_staging}`,
			want:   []string{`spec.namePrefix: Invalid value: "morket_staging": namePrefix must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens between them, such as morket-staging`},
		},
		{
			reason: "Should refuse a name prefix with a hyphen at its end",
			patch:  `spec: {namePrefix: morket-}`,
			want:   []string{`spec.namePrefix: Invalid value: "morket-": namePrefix must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens between them, such as morket-staging`},
		},
		{
			reason: "Should refuse a name prefix that AWS keeps to itself",
			patch:  `spec: {namePrefix: internal-morket}`,
			want:   []string{`spec.namePrefix: Invalid value: "internal-morket": namePrefix must not begin with sg-, internal-, sthree- or amzn-s3-demo-, which AWS keeps to itself: choose another, such as morket-staging`},
		},
		{
			reason: "Should refuse a name prefix of more than 40 characters",
			patch:  `spec: {namePrefix: ` + strings.Repeat("a", 41) + `}`,
			want: []string{
				unchecked,
				"spec.namePrefix: Too long: may not be more than 40 bytes",
			},
		},
		{
			reason: "Should refuse a name prefix that an older claim has in the same account and region",
			patch:  `spec: {namePrefix: morket}`,
			others: olderPlatform,
			want:   []string{`spec.namePrefix: Invalid value: "morket": claim shop/morket has the AWS names that begin with it in account 111122223333, region us-east-1: give this claim a spec.namePrefix of its own (nothing of either platform was touched)`},
		},
		{
			reason: "Should refuse to own image repositories that another claim owns",
			on:     "staging",
			others: otherRepositories,
			want:   []string{`spec.compute.registry.mode: Invalid value: "Own": claim shop/morket owns the image repositories morket-* in account 111122223333, region us-east-1: set mode to Use and add "morket-staging" to the owner's spec.compute.registry.sharedWith, or create this claim with another spec.compute.registry.repositoryPrefix (nothing of either platform was touched)`},
		},
		{
			reason: "Should refuse a tag that the platform sets itself",
			patch:  `spec: {tags: {Project: shop}}`,
			want:   []string{"spec.tags: Invalid value: tags: Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"},
		},
		{
			reason: "Should refuse a tag that differs from the platform's own in capitals only",
			patch:  `spec: {tags: {environment: test}}`,
			want:   []string{"spec.tags: Invalid value: tags: Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"},
		},
		{
			reason: "Should refuse a tag whose key begins with aws:",
			patch:  `spec: {tags: {"aws:team": shop}}`,
			want:   []string{"spec.tags: Invalid value: tags: Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"},
		},
		{
			reason: "Should refuse two tags that differ in capitals only",
			patch:  `spec: {tags: {Team: shop, team: search}}`,
			want:   []string{`spec.tags.team: Invalid value: "search": IAM does not tell this key from Team: keep one of them`},
		},
		{
			reason: "Should refuse a tag with characters that IAM does not take",
			patch:  `spec: {tags: {Team: R&D}}`,
			want:   []string{"spec.tags: Invalid value: tags: AWS takes letters, digits, spaces and _ . : / = + - @ only: leave other characters out"},
		},
		{
			reason: "Should refuse a tag's value without quotes, which is a number",
			patch:  `spec: {tags: {CostCenter: 4711}}`,
			want: []string{
				unchecked,
				`spec.tags.CostCenter: Invalid value: "integer": spec.tags.CostCenter in body must be of type string: "integer"`,
			},
		},
		{
			reason: "Should refuse a tag's value of more than 256 characters",
			patch:  `spec: {tags: {Note: ` + strings.Repeat("a", 257) + `}}`,
			want: []string{
				unchecked,
				"spec.tags.Note: Too long: may not be more than 256 bytes",
			},
		},
		{
			reason: "Should refuse a tag's key of more than 128 characters",
			patch:  `spec: {tags: {` + strings.Repeat("k", 129) + `: x}}`,
			want:   []string{"spec.tags: Invalid value: tags: AWS takes keys of 1 to 128 and values of up to 256 characters: use shorter ones"},
		},
		{
			reason: "Should refuse more than 30 tags",
			patch:  `spec: {tags: {` + numbered("t%d: x", 31) + `}}`,
			want: []string{
				unchecked,
				"spec.tags: Too many: 31: must have at most 30 items",
			},
		},
	}},
	{title: "Domain and images", bad: []bad{
		{
			reason: "Should refuse production without a domain",
			on:     "production",
			patch:  `spec: {domain: null}`,
			want:   []string{"spec.domain: Required value: production needs a domain: give domain.name and domain.hostedZoneId (or the ARNs of existing certificates)"},
		},
		{
			reason: "Should refuse a domain without certificates",
			patch:  `spec: {domain: {hostedZoneId: null}}`,
			want:   []string{"spec.domain: Invalid value: domain needs certificates: give domain.hostedZoneId, so that they are issued and validated for you, or domain.certificateArn and, outside us-east-1, domain.cloudFrontCertificateArn"},
		},
		{
			reason: "Should refuse a domain with a certificate for the load balancer alone, outside us-east-1",
			patch:  `spec: {region: eu-west-1, domain: {hostedZoneId: null, certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0f9e"}}`,
			want:   []string{"spec.domain: Invalid value: domain needs certificates: give domain.hostedZoneId, so that they are issued and validated for you, or domain.certificateArn and, outside us-east-1, domain.cloudFrontCertificateArn"},
		},
		{
			reason: "Should refuse a domain without a name",
			patch:  `spec: {domain: {name: null}}`,
			want: []string{
				unchecked,
				"spec.domain.name: Required value",
			},
		},
		{
			reason: "Should refuse a URL where a domain's name belongs",
			patch:  `spec: {domain: {name: "https://staging.morket.io"}}`,
			want:   []string{`spec.domain.name: Invalid value: "https://staging.morket.io": domain.name must be a lower-case DNS name without scheme, port or trailing dot, such as staging.morket.io`},
		},
		{
			reason: "Should refuse a domain's name with a dot at its end",
			patch:  `spec: {domain: {name: staging.morket.io.}}`,
			want:   []string{`spec.domain.name: Invalid value: "staging.morket.io.": domain.name must be a lower-case DNS name without scheme, port or trailing dot, such as staging.morket.io`},
		},
		{
			reason: "Should refuse a domain's name that no certificate is issued for",
			patch:  `spec: {domain: {name: ` + strings.Repeat("a", 55) + `.morket.io}}`,
			want:   []string{"spec.domain.name: Invalid value: domain.name must have at most 64 characters, because no certificate is issued for more: use a shorter name, or give the ARNs of existing certificates and no hostedZoneId"},
		},
		{
			reason: "Should refuse a domain's name whose API gets no certificate",
			patch:  `spec: {domain: {name: ` + strings.Repeat("a", 51) + `.morket.io}}`,
			want:   []string{"spec.domain.apiName: Invalid value: domain.apiName, by default api.<name>, must have at most 64 characters, because no certificate is issued for more: give a shorter one, or the ARN of an existing certificate in certificateArn"},
		},
		{
			reason: "Should refuse an API name that no certificate is issued for",
			patch:  `spec: {domain: {apiName: ` + strings.Repeat("a", 55) + `.morket.io}}`,
			want:   []string{"spec.domain.apiName: Invalid value: domain.apiName, by default api.<name>, must have at most 64 characters, because no certificate is issued for more: give a shorter one, or the ARN of an existing certificate in certificateArn"},
		},
		{
			reason: "Should refuse an API name with capitals",
			patch:  `spec: {domain: {apiName: API.morket.io}}`,
			want:   []string{`spec.domain.apiName: Invalid value: "API.morket.io": domain.apiName must be a lower-case DNS name without scheme, port or trailing dot, such as api.staging.morket.io`},
		},
		{
			reason: "Should refuse one name for site and API",
			patch:  `spec: {domain: {apiName: staging.morket.io}}`,
			want:   []string{"spec.domain.apiName: Invalid value: domain.apiName must differ from domain.name, because the site is found there: leave it out for api.<name>, or give another name"},
		},
		{
			reason: "Should refuse a hosted zone by its path",
			patch:  `spec: {domain: {hostedZoneId: /hostedzone/Z0123456789ABCDEFGHIJ}}`,
			want:   []string{`spec.domain.hostedZoneId: Invalid value: "/hostedzone/Z0123456789ABCDEFGHIJ": domain.hostedZoneId must be the zone's id, such as Z0123456789ABCDEFGHIJ, without /hostedzone/ before it`},
		},
		{
			reason: "Should refuse a certificate in another region",
			patch:  `spec: {domain: {certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0f9e"}}`,
			want:   []string{"spec.domain.certificateArn: Invalid value: domain.certificateArn must be a certificate in spec.region, because a load balancer uses only those; the one for CloudFront goes to domain.cloudFrontCertificateArn"},
		},
		{
			reason: "Should refuse a certificate that is no ARN of ACM",
			patch:  `spec: {domain: {certificateArn: "arn:aws:iam::111122223333:server-certificate/morket"}}`,
			want:   []string{`spec.domain.certificateArn: Invalid value: "arn:aws:iam::111122223333:server-certificate/morket": domain.certificateArn must be the ARN of an ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>`},
		},
		{
			reason: "Should refuse a certificate for CloudFront outside us-east-1",
			patch:  `spec: {domain: {cloudFrontCertificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0f9e"}}`,
			want:   []string{`spec.domain.cloudFrontCertificateArn: Invalid value: "arn:aws:acm:eu-west-1:111122223333:certificate/0f9e": domain.cloudFrontCertificateArn must be the ARN of an ACM certificate in us-east-1, the only region CloudFront takes certificates from`},
		},
		{
			reason: "Should refuse an image where only its tag belongs",
			patch:  `spec: {images: {tag: "morket-backend:3f2a9c1"}}`,
			want:   []string{`spec.images.tag: Invalid value: "morket-backend:3f2a9c1": images.tag must be an image tag, such as a commit's SHA: letters, digits, _ . and -, no image name before it`},
		},
		{
			reason: "Should refuse an image tag without quotes, which is a number",
			patch:  `spec: {images: {tag: 20260501}}`,
			want: []string{
				unchecked,
				`spec.images.tag: Invalid value: "integer": spec.images.tag in body must be of type string: "integer"`,
			},
		},
		{
			reason: "Should refuse a repository with the tag behind it",
			patch:  `spec: {images: {backend: {repository: "ghcr.io/morket/backend:3f2a9c1"}}}`,
			want:   []string{`spec.images.backend.repository: Invalid value: "ghcr.io/morket/backend:3f2a9c1": repository must be an image name without tag or digest, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend; the tag goes to tag`},
		},
		{
			reason: "Should refuse a repository with a digest behind it",
			patch:  `spec: {images: {backend: {repository: "ghcr.io/morket/backend@sha256:0f9e"}}}`,
			want:   []string{`spec.images.backend.repository: Invalid value: "ghcr.io/morket/backend@sha256:0f9e": repository must be an image name without tag or digest, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend; the tag goes to tag`},
		},
		{
			reason: "Should refuse a digest that is none",
			patch:  `spec: {images: {backend: {digest: 3f2a9c1}}}`,
			want:   []string{`spec.images.backend.digest: Invalid value: "3f2a9c1": digest must be an image's digest, such as sha256: and 64 hexadecimal digits`},
		},
		{
			reason: "Should refuse a prefix of pulled-through repositories that ends in a slash",
			patch:  `spec: {compute: {registry: {pullThroughPrefixes: [docker-hub/]}}}`,
			want:   []string{"spec.compute.registry.pullThroughPrefixes: Invalid value: compute.registry.pullThroughPrefixes must be repository prefixes of pull-through cache rules, such as docker-hub, without a slash at the end"},
		},
		{
			reason: "Should refuse another repository for the Temporal server without a tag",
			patch:  `spec: {images: {temporalServer: {repository: temporalio/server, tag: null}}}`,
			want:   []string{"spec.images.temporalServer.tag: Required value: images.temporalServer.repository needs its own tag, such as 1.29.3: the tag of the application images is none of Temporal's"},
		},
	}},
	{title: "Network", bad: []bad{
		{
			reason: "Should refuse a range that is too small for the subnets",
			patch:  `spec: {network: {cidr: 10.0.0.0/23}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.0.0/23": network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller`},
		},
		{
			reason: "Should refuse a range that is larger than AWS takes",
			patch:  `spec: {network: {cidr: 10.0.0.0/8}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.0.0/8": network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller`},
		},
		{
			reason: "Should refuse a range that is not written by its base",
			patch:  `spec: {network: {cidr: 10.0.1.0/16}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.1.0/16": network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller`},
		},
		{
			reason: "Should refuse a range of public addresses",
			patch:  `spec: {network: {cidr: 52.10.0.0/16}}`,
			want:   []string{`spec.network.cidr: Invalid value: "52.10.0.0/16": network.cidr must lie in a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`},
		},
		{
			reason: "Should refuse a range of IPv6",
			patch:  `spec: {network: {cidr: "fd00::/64"}}`,
			want:   []string{`spec.network.cidr: Invalid value: "fd00::/64": network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller`},
		},
		{
			reason: "Should refuse a range that is none",
			patch:  `spec: {network: {cidr: default}}`,
			want:   []string{`spec.network.cidr: Invalid value: "default": network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller`},
		},
		{
			reason: "Should refuse a platform without a NAT gateway",
			patch:  `spec: {network: {natGateways: 0}}`,
			want:   []string{"spec.network.natGateways: Invalid value: 0: spec.network.natGateways in body should be greater than or equal to 1"},
		},
		{
			reason: "Should refuse more NAT gateways than zones",
			patch:  `spec: {network: {natGateways: 3}}`,
			want:   []string{"spec.network.natGateways: Invalid value: network.natGateways cannot exceed the number of availability zones: lower it, or name a third zone in availabilityZones"},
		},
		{
			reason: "Should refuse a single zone",
			patch:  `spec: {network: {availabilityZones: [us-east-1a]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: 1: spec.network.availabilityZones in body should have at least 2 items"},
		},
		{
			reason: "Should refuse four zones",
			patch:  `spec: {network: {availabilityZones: [us-east-1a, us-east-1b, us-east-1c, us-east-1d]}}`,
			want: []string{
				unchecked,
				"spec.network.availabilityZones: Too many: 4: must have at most 3 items",
			},
		},
		{
			reason: "Should refuse zones of another region",
			patch:  `spec: {network: {availabilityZones: [us-west-2a, us-west-2b]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: network.availabilityZones must lie in spec.region: write names such as us-east-1a for region us-east-1"},
		},
		{
			reason: "Should refuse zones by their letters",
			patch:  `spec: {network: {availabilityZones: [a, b]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: network.availabilityZones must be names of zones, such as us-east-1a"},
		},
		{
			reason: "Should refuse a zone that is there twice",
			patch:  `spec: {network: {availabilityZones: [us-east-1a, us-east-1a]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: network.availabilityZones must differ from each other: name two or three, such as us-east-1a and us-east-1b"},
		},
		{
			reason: "Should refuse a claim in us-west-1 without zones, because accounts see different ones there",
			patch:  `spec: {region: us-west-1}`,
			want:   []string{"spec.network.availabilityZones: Required value: must be given in us-west-1, where accounts see different zones: name two that `aws ec2 describe-availability-zones` lists"},
		},
		{
			reason: "Should refuse an allowed range that is not written by its base",
			patch:  `spec: {network: {allowedCidrs: [203.0.113.7/24]}}`,
			want:   []string{"spec.network.allowedCidrs: Invalid value: network.allowedCidrs must be IPv4 ranges written by their base, such as 203.0.113.0/24, 0.0.0.0/0 or, for a single address, 203.0.113.7/32"},
		},
		{
			reason: "Should refuse an allowed address without a size",
			patch:  `spec: {network: {allowedCidrs: [203.0.113.7]}}`,
			want:   []string{"spec.network.allowedCidrs: Invalid value: network.allowedCidrs must be IPv4 ranges written by their base, such as 203.0.113.0/24, 0.0.0.0/0 or, for a single address, 203.0.113.7/32"},
		},
		{
			reason: "Should refuse an empty list of allowed ranges",
			patch:  `spec: {network: {allowedCidrs: []}}`,
			want:   []string{"spec.network.allowedCidrs: Invalid value: 0: spec.network.allowedCidrs in body should have at least 1 items"},
		},
		{
			reason: "Should refuse an allowed range that is there twice",
			patch:  `spec: {network: {allowedCidrs: [203.0.113.0/24, 203.0.113.0/24]}}`,
			want:   []string{`spec.network.allowedCidrs[1]: Duplicate value: "203.0.113.0/24"`},
		},
		{
			reason: "Should refuse to keep flow logs for a time that CloudWatch does not know",
			patch:  `spec: {network: {flowLogs: {retentionDays: 42}}}`,
			want: []string{
				unchecked,
				`spec.network.flowLogs.retentionDays: Unsupported value: 42: supported values: "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"`,
			},
		},
	}},
	{title: "Compute", bad: []bad{
		{
			reason: "Should refuse a size of CPU that Fargate does not sell",
			patch:  `spec: {compute: {services: {backend: {cpu: 500, memory: 1024}}}}`,
			want: []string{
				unchecked,
				`spec.compute.services.backend.cpu: Unsupported value: 500: supported values: "256", "512", "1024", "2048", "4096", "8192", "16384"`,
			},
		},
		{
			reason: "Should refuse a pair of CPU and memory that Fargate does not sell",
			patch:  `spec: {compute: {services: {backend: {cpu: 512, memory: 512}}}}`,
			want:   []string{"spec.compute.services.backend: Invalid value: Fargate does not sell this pair of cpu and memory (in MiB), use one that it does: 256 goes with 512, 1024 or 2048; 512 with 1024 to 4096; 1024 with 2048 to 8192; 2048 with 4096 to 16384; 4096 with 8192 to 30720, all in steps of 1024; 8192 with 16384 to 61440 in steps of 4096; 16384 with 32768 to 122880 in steps of 8192"},
		},
		{
			reason: "Should refuse CPU without memory",
			patch:  `spec: {compute: {services: {backend: {cpu: 1024}}}}`,
			want:   []string{"spec.compute.services.backend: Invalid value: cpu and memory go together: give both, or neither for the sizing's"},
		},
		{
			reason: "Should refuse more tasks at least than at most",
			patch:  `spec: {compute: {services: {backend: {scaling: {min: 4, max: 2}}}}}`,
			want:   []string{"spec.compute.services.backend.scaling.min: Invalid value: scaling.min cannot exceed scaling.max: lower min or raise max"},
		},
		{
			reason: "Should refuse more tasks at least than the environment has at most",
			on:     "production",
			patch:  `spec: {compute: {services: {backend: {scaling: {min: 12}}}}}`,
			want:   []string{"spec.compute.services.backend.scaling.min: Invalid value: 12: cannot exceed scaling.max, which is 10 by default: lower min, or give a max too"},
		},
		{
			reason: "Should refuse fewer tasks at most than the environment has at least",
			on:     "production",
			patch:  `spec: {compute: {services: {frontend: {scaling: {max: 1}}}}}`,
			want:   []string{"spec.compute.services.frontend.scaling.max: Invalid value: 1: cannot be below scaling.min, which is 2: raise max, or give a lower min"},
		},
		{
			reason: "Should refuse scaling thresholds that are too close to each other",
			patch:  `spec: {compute: {services: {backend: {scaling: {scaleInPercent: 60}}}}}`,
			want:   []string{"spec.compute.services.backend.scaling.scaleInPercent: Invalid value: scaling.scaleInPercent must be at least 20 below scaleOutPercent, or the ups and downs of the load add and remove tasks: use 30 and 70"},
		},
		{
			reason: "Should refuse scaling thresholds that add a task and remove it again",
			on:     "production",
			patch:  `spec: {compute: {services: {backend: {scaling: {min: 1, scaleOutPercent: 40, scaleInPercent: 20}}}}}`,
			want:   []string{"spec.compute.services.backend.scaling.scaleInPercent: Invalid value: 20: the service would scale out and in without end: when 1 of its tasks reach 40 % (scaleOutPercent), another one is added, and the same load is then 20 % of 2 tasks, at which one is removed again. Lower scaleInPercent to at most 19, or raise scaling.min"},
		},
		{
			reason: "Should refuse a number of tasks that scaling ignores",
			on:     "production",
			patch:  `spec: {compute: {services: {backend: {desiredCount: 4}}}}`,
			want:   []string{"spec.compute.services.backend.desiredCount: Invalid value: 4: scaling is on, and chooses between 2 and 10 tasks whatever desiredCount says: leave desiredCount out and set scaling.min, or set scaling.enabled to false"},
		},
		{
			reason: "Should refuse Spot for a single task",
			patch:  `spec: {compute: {services: {scraper: {spot: true}}}}`,
			want:   []string{"spec.compute.services.scraper.spot: Invalid value: true: the service has a single task, and AWS gives no Spot capacity at times: nothing of the service would run then. Leave spot out, or give at least two tasks (desiredCount or scaling.min), of which one is not on Spot"},
		},
		{
			reason: "Should refuse more variables than a task definition has room for",
			patch:  `spec: {compute: {services: {backend: {environment: {` + numbered("V%d: "+strings.Repeat("x", 4000), 13) + `}}}}}`,
			want:   []string{"spec.compute.services.backend.environment: Invalid value: the variables have 52328 bytes, and a task definition has room for 49152 (64 KiB, less what the platform puts there): keep large values in a file of the image or in S3, and give the container where to find them"},
		},
		{
			reason: "Should refuse to scale the Temporal server",
			patch:  `spec: {compute: {services: {temporalServer: {scaling: {enabled: true}}}}}`,
			want:   []string{"spec.compute.services.temporalServer.scaling.enabled: Invalid value: services.temporalServer cannot scale itself: the server runs as one task; give it more cpu and memory instead"},
		},
		{
			reason: "Should refuse two Temporal servers",
			patch:  `spec: {compute: {services: {temporalServer: {desiredCount: 2}}}}`,
			want:   []string{"spec.compute.services.temporalServer.desiredCount: Invalid value: services.temporalServer.desiredCount must be 0 or 1: the server runs as one task; give it more cpu and memory instead"},
		},
		{
			reason: "Should refuse a number of tasks in quotes",
			patch:  `spec: {compute: {services: {backend: {desiredCount: "2"}}}}`,
			want: []string{
				unchecked,
				`spec.compute.services.backend.desiredCount: Invalid value: "string": spec.compute.services.backend.desiredCount in body must be of type integer: "string"`,
			},
		},
		{
			reason: "Should refuse a service that the platform does not have",
			patch:  `spec: {compute: {services: {worker: {desiredCount: 2}}}}`,
			want:   []string{`spec.compute.services.worker: unknown field "spec.compute.services.worker"`},
		},
		{
			reason: "Should refuse an environment variable with a hyphen in its name",
			patch:  `spec: {compute: {services: {backend: {environment: {LOG-LEVEL: debug}}}}}`,
			want:   []string{"spec.compute.services.backend.environment: Invalid value: environment: names of variables must be letters, digits and _, not beginning with a digit, such as LOG_LEVEL"},
		},
		{
			reason: "Should refuse an environment variable without quotes, which is a number",
			patch:  `spec: {compute: {services: {backend: {environment: {WORKERS: 4}}}}}`,
			want: []string{
				unchecked,
				`spec.compute.services.backend.environment.WORKERS: Invalid value: "integer": spec.compute.services.backend.environment.WORKERS in body must be of type string: "integer"`,
			},
		},
		{
			reason: "Should refuse a secret's variable with a hyphen in its name",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE-KEY: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3"}}}}}}`,
			want:   []string{"spec.compute.services.backend.secrets: Invalid value: secrets: names of variables must be letters, digits and _, not beginning with a digit, such as STRIPE_KEY"},
		},
		{
			reason: "Should refuse a secret's name where its ARN belongs",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE_KEY: {arn: shop/stripe}}}}}}`,
			want:   []string{`spec.compute.services.backend.secrets[STRIPE_KEY].arn: Invalid value: "shop/stripe": arn must be the whole ARN of a secret, such as arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3`},
		},
		{
			reason: "Should refuse a secret's field that ECS would read otherwise",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3", key: "a:b"}}}}}}`,
			want:   []string{`spec.compute.services.backend.secrets[STRIPE_KEY].key: Invalid value: "a:b": key must be a field of the secret's JSON: letters, digits, _ . and -`},
		},
		{
			reason: "Should refuse a key's alias for a secret",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3", kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:alias/shop"}}}}}}`,
			want:   []string{`spec.compute.services.backend.secrets[STRIPE_KEY].kmsKeyArn: Invalid value: "arn:aws:kms:us-east-1:111122223333:alias/shop": kmsKeyArn must be the ARN of a key, not of an alias, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`},
		},
		{
			reason: "Should refuse a secret of another account",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:us-east-1:444455556666:secret:shop/stripe-a1B2c3"}}}}}}`,
			want:   []string{`spec.compute.services.backend.secrets.STRIPE_KEY.arn: Invalid value: "arn:aws:secretsmanager:us-east-1:444455556666:secret:shop/stripe-a1B2c3": is of another account or region: tasks read secrets of account 111122223333 in us-east-1 only. Create the secret there, or replicate it to that region, and give that ARN`},
		},
		{
			reason: "Should refuse a key of another region for a secret",
			patch:  `spec: {compute: {services: {backend: {secrets: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3", kmsKeyArn: "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}}}}}`,
			want:   []string{`spec.compute.services.backend.secrets.STRIPE_KEY.kmsKeyArn: Invalid value: "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab": is of another account or region: give the key in account 111122223333, us-east-1, that encrypts the secret there`},
		},
		{
			reason: "Should refuse a variable that is a secret too",
			patch:  `spec: {compute: {services: {backend: {environment: {STRIPE_KEY: x}, secrets: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3"}}}}}}`,
			want:   []string{"spec.compute.services.backend.secrets.STRIPE_KEY: Forbidden: environment has this name too, and ECS takes a name only once: leave one of them out"},
		},
		{
			reason: "Should refuse a secret of the name that one of the platform's has",
			patch:  `spec: {compute: {services: {backend: {secrets: {JWT_SECRET: {arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3"}}}}}}`,
			want:   []string{"spec.compute.services.backend.secrets.JWT_SECRET: Forbidden: the platform has a secret of this name for the service: choose another name"},
		},
		{
			reason: "Should refuse to keep logs for a time that CloudWatch does not know",
			patch:  `spec: {compute: {logRetentionDays: 42}}`,
			want: []string{
				unchecked,
				`spec.compute.logRetentionDays: Unsupported value: 42: supported values: "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"`,
			},
		},
		{
			reason: "Should refuse a setting that Container Insights does not have",
			patch:  `spec: {compute: {containerInsights: "on"}}`,
			want: []string{
				unchecked,
				`spec.compute.containerInsights: Unsupported value: "on": supported values: "enabled", "enhanced", "disabled"`,
			},
		},
		{
			reason: "Should refuse a registry mode that there is not",
			patch:  `spec: {compute: {registry: {mode: Share}}}`,
			want: []string{
				unchecked,
				`spec.compute.registry.mode: Unsupported value: "Share": supported values: "Own", "Use"`,
			},
		},
		{
			reason: "Should refuse a repository prefix with capitals",
			patch:  `spec: {compute: {registry: {repositoryPrefix: Morket}}}`,
			want:   []string{`spec.compute.registry.repositoryPrefix: Invalid value: "Morket": compute.registry.repositoryPrefix must be lower-case letters and digits, with single . _ / or - between them, such as morket`},
		},
		{
			reason: "Should refuse to share images with an ARN",
			patch:  `spec: {compute: {registry: {sharedWith: ["arn:aws:iam::111122223333:root"]}}}`,
			want:   []string{"spec.compute.registry.sharedWith: Invalid value: compute.registry.sharedWith must be name prefixes of claims, such as morket-production"},
		},
		{
			reason: "Should refuse an outdated TLS policy",
			patch:  `spec: {compute: {loadBalancer: {tlsPolicy: ELBSecurityPolicy-2016-08}}}`,
			want:   []string{`spec.compute.loadBalancer.tlsPolicy: Invalid value: "ELBSecurityPolicy-2016-08": compute.loadBalancer.tlsPolicy must be a policy of TLS 1.2 or better, such as ELBSecurityPolicy-TLS13-1-2-2021-06`},
		},
		{
			reason: "Should refuse a timeout that is longer than the load balancer's longest",
			patch:  `spec: {compute: {loadBalancer: {idleTimeoutSeconds: 7200}}}`,
			want:   []string{"spec.compute.loadBalancer.idleTimeoutSeconds: Invalid value: 7200: spec.compute.loadBalancer.idleTimeoutSeconds in body should be less than or equal to 4000"},
		},
		{
			reason: "Should refuse a number of history shards that is no power of two",
			patch:  `spec: {compute: {temporal: {historyShards: 500}}}`,
			want: []string{
				unchecked,
				`spec.compute.temporal.historyShards: Unsupported value: 500: supported values: "4", "16", "64", "128", "256", "512", "1024", "2048", "4096"`,
			},
		},
		{
			reason: "Should refuse a variable of a claim that bears the name of a secret",
			patch:  `spec: {compute: {services: {temporalWorker: {environment: {REDIS_PASSWORD: x}}}}}`,
			want:   []string{"spec.compute.services.temporalWorker.environment.REDIS_PASSWORD: Forbidden: comes from Secrets Manager, and ECS takes a name only once: leave it out, or choose another name"},
		},
	}},
	{title: "Data stores", bad: []bad{
		{
			reason: "Should refuse another major version of Aurora",
			patch:  `spec: {data: {aurora: {engineVersion: "16.4"}}}`,
			want:   []string{`spec.data.aurora.engineVersion: Invalid value: "16.4": data.aurora.engineVersion must be 15 or a minor version of it in quotes, such as "15.10": the parameter group is of family aurora-postgresql15`},
		},
		{
			reason: "Should refuse a version without quotes, which is a number",
			patch:  `spec: {data: {aurora: {engineVersion: 15.10}}}`,
			want: []string{
				unchecked,
				`spec.data.aurora.engineVersion: Invalid value: "number": spec.data.aurora.engineVersion in body must be of type string: "number"`,
			},
		},
		{
			reason: "Should refuse an EC2 type where an RDS class belongs",
			patch:  `spec: {data: {aurora: {instanceClass: r6g.large}}}`,
			want:   []string{`spec.data.aurora.instanceClass: Invalid value: "r6g.large": data.aurora.instanceClass must be an RDS class, such as db.r6g.large`},
		},
		{
			reason: "Should refuse more readers than Aurora takes",
			patch:  `spec: {data: {aurora: {readers: 16}}}`,
			want:   []string{"spec.data.aurora.readers: Invalid value: 16: spec.data.aurora.readers in body should be less than or equal to 15"},
		},
		{
			reason: "Should refuse a database's name that PostgreSQL uses itself",
			patch:  `spec: {data: {aurora: {databaseName: postgres}}}`,
			want:   []string{`spec.data.aurora.databaseName: Invalid value: data.aurora.databaseName must begin with a lower-case letter and hold lower-case letters, digits and _, and not be postgres, db or database: choose one such as morket; only a cluster in spec.adopt.externalNames may have another`},
		},
		{
			reason: "Should refuse a database's name of which AWS creates none",
			patch:  `spec: {data: {aurora: {databaseName: my-shop}}}`,
			want:   []string{`spec.data.aurora.databaseName: Invalid value: data.aurora.databaseName must begin with a lower-case letter and hold lower-case letters, digits and _, and not be postgres, db or database: choose one such as morket; only a cluster in spec.adopt.externalNames may have another`},
		},
		{
			reason: "Should refuse a database's name that Temporal uses, also of an adopted cluster",
			patch:  `spec: {adopt: {externalNames: {aurora: shop}}, data: {aurora: {databaseName: temporal}}}`,
			want:   []string{`spec.data.aurora.databaseName: Invalid value: "temporal": data.aurora.databaseName must hold letters, digits, _ and - only, and not be a name that PostgreSQL, RDS or Temporal uses: choose one such as morket`},
		},
		{
			reason: "Should refuse an administrator's name that PostgreSQL reserves",
			patch:  `spec: {data: {aurora: {masterUsername: admin}}}`,
			want:   []string{`spec.data.aurora.masterUsername: Invalid value: data.aurora.masterUsername must begin with a lower-case letter and hold lower-case letters, digits and _, and not be admin or user, which PostgreSQL reserves: choose one such as morket_admin or postgres; only a cluster in spec.adopt.externalNames may have another`},
		},
		{
			reason: "Should refuse an administrator's name that RDS keeps to itself",
			patch:  `spec: {data: {aurora: {masterUsername: rdsadmin}}}`,
			want:   []string{`spec.data.aurora.masterUsername: Invalid value: "rdsadmin": data.aurora.masterUsername must begin with a letter, hold letters, digits and _, and not be rdsadmin, which is RDS's own: choose one such as morket_admin`},
		},
		{
			reason: "Should refuse to keep no backups",
			patch:  `spec: {data: {aurora: {backupRetentionDays: 0}}}`,
			want:   []string{"spec.data.aurora.backupRetentionDays: Invalid value: 0: spec.data.aurora.backupRetentionDays in body should be greater than or equal to 1"},
		},
		{
			reason: "Should refuse a backup window on a day of the week",
			patch:  `spec: {data: {aurora: {backupWindow: "sun:03:00-sun:04:00"}}}`,
			want:   []string{`spec.data.aurora.backupWindow: Invalid value: "sun:03:00-sun:04:00": data.aurora.backupWindow must be hh:mm-hh:mm in UTC, at least half an hour, such as 03:00-04:00`},
		},
		{
			reason: "Should refuse a backup window of less than half an hour",
			patch:  `spec: {data: {aurora: {backupWindow: "03:00-03:15"}}}`,
			want:   []string{`spec.data.aurora.backupWindow: Invalid value: "03:00-03:15": must be hh:mm-hh:mm in UTC and at least half an hour, such as 03:00-04:00`},
		},
		{
			reason: "Should refuse a backup window that overlaps the maintenance window",
			patch:  `spec: {data: {aurora: {backupWindow: "04:00-05:00"}}}`,
			want:   []string{`spec.data.aurora.maintenanceWindow: Invalid value: "sun:04:30-sun:05:30": overlaps the backup window, 04:00-05:00 each day, which RDS refuses: move one of them, maintenance to sun:05:00-sun:06:00 for example`},
		},
		{
			reason: "Should refuse a maintenance window without a day",
			patch:  `spec: {data: {aurora: {maintenanceWindow: "04:30-05:30"}}}`,
			want:   []string{`spec.data.aurora.maintenanceWindow: Invalid value: "04:30-05:30": data.aurora.maintenanceWindow must be ddd:hh:mm-ddd:hh:mm in UTC, such as sun:04:30-sun:05:30`},
		},
		{
			reason: "Should refuse a Graviton instance for ClickHouse",
			patch:  `spec: {data: {clickHouse: {instanceType: m7g.xlarge}}}`,
			want:   []string{`spec.data.clickHouse.instanceType: Invalid value: "m7g.xlarge": data.clickHouse.instanceType must be an x86-64 type, such as m6i.xlarge: the image that is installed is not built for Graviton`},
		},
		{
			reason: "Should refuse ClickHouse on a type of the Xen generations",
			patch:  `spec: {data: {clickHouse: {instanceType: m4.xlarge}}}`,
			want:   []string{`spec.data.clickHouse.instanceType: Invalid value: "m4.xlarge": data.clickHouse.instanceType must be a type of the Nitro generations, such as m6i.xlarge: the others do not show the instance which of its disks is the data volume`},
		},
		{
			reason: "Should refuse a size that is no EC2 type",
			patch:  `spec: {data: {clickHouse: {instanceType: xlarge}}}`,
			want:   []string{`spec.data.clickHouse.instanceType: Invalid value: "xlarge": data.clickHouse.instanceType must be an EC2 type, such as m6i.xlarge`},
		},
		{
			reason: "Should refuse a volume that is too small",
			patch:  `spec: {data: {clickHouse: {volume: {sizeGiB: 10}}}}`,
			want:   []string{"spec.data.clickHouse.volume.sizeGiB: Invalid value: 10: spec.data.clickHouse.volume.sizeGiB in body should be greater than or equal to 20"},
		},
		{
			reason: "Should refuse more throughput than the volume's IOPS carry",
			patch:  `spec: {data: {clickHouse: {volume: {throughputMiBps: 1000}}}}`,
			want:   []string{"spec.data.clickHouse.volume.throughputMiBps: Invalid value: volume.throughputMiBps can be a quarter of volume.iops at most, 750 of 3000: raise iops or lower throughputMiBps"},
		},
		{
			reason: "Should refuse more IOPS than the volume's size carries",
			patch:  `spec: {data: {clickHouse: {volume: {sizeGiB: 20, iops: 16000}}}}`,
			want:   []string{"spec.data.clickHouse.volume.iops: Invalid value: volume.iops can be 500 for each GiB of volume.sizeGiB at most: lower iops or raise sizeGiB"},
		},
		{
			reason: "Should refuse a ClickHouse release that is no number",
			patch:  `spec: {data: {clickHouse: {version: latest}}}`,
			want:   []string{`spec.data.clickHouse.version: Invalid value: "latest": data.clickHouse.version must be a release in quotes, such as "25.8"`},
		},
		{
			reason: "Should refuse another major version of Redis",
			patch:  `spec: {data: {redis: {engineVersion: "6.2"}}}`,
			want: []string{
				unchecked,
				`spec.data.redis.engineVersion: Unsupported value: "6.2": supported values: "7.0", "7.1"`,
			},
		},
		{
			reason: "Should refuse a Redis node type without cache. before it",
			patch:  `spec: {data: {redis: {nodeType: r6g.large}}}`,
			want:   []string{`spec.data.redis.nodeType: Invalid value: "r6g.large": data.redis.nodeType must be an ElastiCache type, such as cache.r6g.large`},
		},
		{
			reason: "Should refuse Redis without nodes",
			patch:  `spec: {data: {redis: {nodes: 0}}}`,
			want:   []string{"spec.data.redis.nodes: Invalid value: 0: spec.data.redis.nodes in body should be greater than or equal to 1"},
		},
		{
			reason: "Should refuse RabbitMQ 3.11, which AWS creates no more",
			patch:  `spec: {data: {rabbitmq: {engineVersion: "3.11"}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: "3.11": data.rabbitmq.engineVersion is past its end of support, and AWS creates no such brokers: use "3.13"`},
		},
		{
			reason: "Should refuse a patch version of RabbitMQ, which is AWS's to choose",
			patch:  `spec: {data: {rabbitmq: {engineVersion: "3.13.2"}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: "3.13.2": data.rabbitmq.engineVersion must be major.minor in quotes, such as "3.13": AWS chooses the patch`},
		},
		{
			reason: "Should refuse a RabbitMQ deployment mode that only ActiveMQ has",
			patch:  `spec: {data: {rabbitmq: {deploymentMode: ACTIVE_STANDBY_MULTI_AZ}}}`,
			want: []string{
				unchecked,
				`spec.data.rabbitmq.deploymentMode: Unsupported value: "ACTIVE_STANDBY_MULTI_AZ": supported values: "SINGLE_INSTANCE", "CLUSTER_MULTI_AZ"`,
			},
		},
		{
			reason: "Should refuse a cluster of brokers that AWS runs alone",
			patch:  `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ, instanceType: mq.t3.micro}}}`,
			want:   []string{"spec.data.rabbitmq.instanceType: Invalid value: data.rabbitmq.instanceType mq.t3.micro runs single instances only: use mq.m5.large for CLUSTER_MULTI_AZ"},
		},
		{
			reason: "Should refuse such a broker in production, which has a cluster",
			on:     "production",
			patch:  `spec: {data: {rabbitmq: {instanceType: mq.t3.micro}}}`,
			want:   []string{`spec.data.rabbitmq.instanceType: Invalid value: "mq.t3.micro": runs single instances only, and deploymentMode is CLUSTER_MULTI_AZ: use mq.m5.large`},
		},
		{
			reason: "Should refuse a cluster in staging, which has such a broker",
			patch:  `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ}}}`,
			want:   []string{`spec.data.rabbitmq.deploymentMode: Invalid value: "CLUSTER_MULTI_AZ": needs a larger broker than mq.t3.micro, which is staging's: give instanceType mq.m5.large too`},
		},
		{
			reason: "Should refuse RabbitMQ 4 on a type that AWS does not run it on",
			patch:  `spec: {data: {rabbitmq: {engineVersion: "4.2", instanceType: mq.m5.large}}}`,
			want:   []string{"spec.data.rabbitmq.instanceType: Invalid value: data.rabbitmq.instanceType must be an mq.m7g type for RabbitMQ 4, such as mq.m7g.large: AWS runs it on no other"},
		},
		{
			reason: "Should refuse RabbitMQ 4 on the environment's own type",
			patch:  `spec: {data: {rabbitmq: {engineVersion: "4.2"}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: "4.2": needs a type of mq.m7g, and staging's is mq.t3.micro: give instanceType mq.m7g.large too`},
		},
		{
			reason: "Should refuse a broker type without mq. before it",
			patch:  `spec: {data: {rabbitmq: {instanceType: m5.large}}}`,
			want:   []string{`spec.data.rabbitmq.instanceType: Invalid value: "m5.large": data.rabbitmq.instanceType must be an Amazon MQ type, such as mq.m5.large`},
		},
		{
			reason: "Should refuse Elasticsearch",
			patch:  `spec: {data: {openSearch: {engineVersion: Elasticsearch_7.10}}}`,
			want:   []string{`spec.data.openSearch.engineVersion: Invalid value: "Elasticsearch_7.10": data.openSearch.engineVersion must be an OpenSearch 2.x, such as OpenSearch_2.19`},
		},
		{
			reason: "Should refuse an odd number of OpenSearch nodes",
			patch:  `spec: {data: {openSearch: {nodes: 3}}}`,
			want:   []string{"spec.data.openSearch.nodes: Invalid value: 3: data.openSearch.nodes must be 1 or an even number, so that both zones hold as many: use 2 or 4"},
		},
		{
			reason: "Should refuse an OpenSearch type without .search behind it",
			patch:  `spec: {data: {openSearch: {instanceType: r6g.large}}}`,
			want:   []string{`spec.data.openSearch.instanceType: Invalid value: "r6g.large": data.openSearch.instanceType must be an OpenSearch type, such as r6g.large.search`},
		},
		{
			reason: "Should refuse a type of OpenSearch master without .search behind it",
			patch:  `spec: {data: {openSearch: {dedicatedMasters: true, masterInstanceType: m6g.large}}}`,
			want:   []string{`spec.data.openSearch.masterInstanceType: Invalid value: "m6g.large": data.openSearch.masterInstanceType must be an OpenSearch type, such as m6g.large.search`},
		},
	}},
	{title: "Edge, secrets and monitoring", bad: []bad{
		{
			reason: "Should refuse exports that expire before they are archived",
			patch:  `spec: {edge: {exports: {expireAfterDays: 60}}}`,
			want:   []string{"spec.edge.exports.archiveAfterDays: Invalid value: edge.exports.archiveAfterDays must be less than expireAfterDays: raise expireAfterDays or lower archiveAfterDays"},
		},
		{
			reason: "Should refuse a price class that CloudFront does not have",
			patch:  `spec: {edge: {cdn: {priceClass: PriceClass_50}}}`,
			want: []string{
				unchecked,
				`spec.edge.cdn.priceClass: Unsupported value: "PriceClass_50": supported values: "PriceClass_100", "PriceClass_200", "PriceClass_All"`,
			},
		},
		{
			reason: "Should refuse a negative time to live",
			patch:  `spec: {edge: {cdn: {defaultTTLSeconds: -1}}}`,
			want:   []string{"spec.edge.cdn.defaultTTLSeconds: Invalid value: -1: spec.edge.cdn.defaultTTLSeconds in body should be greater than or equal to 0"},
		},
		{
			reason: "Should refuse a recovery window that Secrets Manager does not have",
			patch:  `spec: {secrets: {recoveryWindowDays: 3}}`,
			want:   []string{"spec.secrets.recoveryWindowDays: Invalid value: 3: secrets.recoveryWindowDays must be 0, which deletes at once, or 7 to 30"},
		},
		{
			reason: "Should refuse a recovery window that is too long",
			patch:  `spec: {secrets: {recoveryWindowDays: 90}}`,
			want:   []string{"spec.secrets.recoveryWindowDays: Invalid value: 90: spec.secrets.recoveryWindowDays in body should be less than or equal to 30"},
		},
		{
			reason: "Should refuse a namespace with capitals",
			patch:  `spec: {secrets: {namespace: Crossplane}}`,
			want:   []string{`spec.secrets.namespace: Invalid value: "Crossplane": secrets.namespace must be the name of a namespace, such as crossplane-system`},
		},
		{
			reason: "Should refuse true where the number of a rotation belongs",
			patch:  `spec: {secrets: {rotation: {jwt: true}}}`,
			want: []string{
				unchecked,
				`spec.secrets.rotation.jwt: Invalid value: "boolean": spec.secrets.rotation.jwt in body must be of type integer: "boolean"`,
			},
		},
		{
			reason: "Should refuse a rotation of the encryption key, which there is none of",
			patch:  `spec: {secrets: {rotation: {encryptionKey: 1}}}`,
			want:   []string{`spec.secrets.rotation.encryptionKey: unknown field "spec.secrets.rotation.encryptionKey"`},
		},
		{
			reason: "Should refuse an e-mail address without a domain",
			patch:  `spec: {monitoring: {emails: [oncall]}}`,
			want:   []string{"spec.monitoring.emails: Invalid value: monitoring.emails must be e-mail addresses, such as oncall@morket.io"},
		},
		{
			reason: "Should refuse an e-mail address that is there twice",
			patch:  `spec: {monitoring: {emails: [oncall@morket.io, oncall@morket.io]}}`,
			want:   []string{`spec.monitoring.emails[1]: Duplicate value: "oncall@morket.io"`},
		},
		{
			reason: "Should refuse an e-mail address that is no list",
			patch:  `spec: {monitoring: {emails: oncall@morket.io}}`,
			want: []string{
				unchecked,
				`spec.monitoring.emails: Invalid value: "string": spec.monitoring.emails in body must be of type array: "string"`,
			},
		},
		{
			reason: "Should refuse a threshold of more than all",
			patch:  `spec: {monitoring: {alarms: {auroraCPUPercent: 120}}}`,
			want:   []string{"spec.monitoring.alarms.auroraCPUPercent: Invalid value: 120: spec.monitoring.alarms.auroraCPUPercent in body should be less than or equal to 100"},
		},
	}},
}

// unchecked is what the API server adds when an object is too wrong to evaluate the rules on it.
const unchecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// otherRepositories tells the function of a repository that another platform composed.
func otherRepositories(req *fnv1.RunFunctionRequest) {
	xr := req.GetObserved().GetComposite().GetResource()
	xr.Fields["metadata"].GetStructValue().Fields["creationTimestamp"] = structpb.NewStringValue("2026-05-02T00:00:00Z")
	repository, _ := structpb.NewStruct(map[string]any{
		"metadata": map[string]any{
			"name":        "morket-a1b2c-repository-backend",
			"labels":      map[string]any{"crossplane.io/composite": "morket-a1b2c", "crossplane.io/claim-name": "morket", "crossplane.io/claim-namespace": "shop"},
			"annotations": map[string]any{"crossplane.io/external-name": "morket-backend"},
		},
		"spec": map[string]any{"forProvider": map[string]any{"region": "us-east-1"}},
	})
	req.RequiredResources = map[string]*fnv1.Resources{
		"owners-of-these-repositories": {Items: []*fnv1.Resource{{Resource: repository}}},
	}
}

// olderPlatform tells the function of a claim with the same prefix that was there first.
func olderPlatform(req *fnv1.RunFunctionRequest) {
	xr := req.GetObserved().GetComposite().GetResource()
	xr.Fields["metadata"].GetStructValue().Fields["creationTimestamp"] = structpb.NewStringValue("2026-05-02T00:00:00Z")
	older, _ := structpb.NewStruct(map[string]any{
		"metadata": map[string]any{
			"name":              "morket-a1b2c",
			"creationTimestamp": "2026-05-01T00:00:00Z",
			"labels":            map[string]any{"crossplane.io/claim-name": "morket", "crossplane.io/claim-namespace": "shop"},
		},
		"spec": map[string]any{"accountId": "111122223333", "region": "us-east-1"},
	})
	req.RequiredResources = map[string]*fnv1.Resources{
		"platforms-named-like-this-prefix": {Items: []*fnv1.Resource{{Resource: older}}},
	}
}
