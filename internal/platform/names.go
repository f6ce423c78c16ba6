package platform

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The longest names that AWS takes, in characters, of the kinds whose names the platform gives. Sources: the API
// references of the services ("Length Constraints").
const (
	MaxOpenSearchDomain = 28
	MaxLoadBalancer     = 32 // target groups too
	MaxReplicationGroup = 40
	MaxBroker           = 50
	MaxBackup           = 50 // vaults, plans and selections
	MaxFinalSnapshot    = 50 // of ElastiCache; RDS takes 255
	MaxDBIdentifier     = 63 // clusters, instances, subnet and parameter groups
	MaxBucket           = 63
	MaxRole             = 64 // policies take 128
	MaxAccessControl    = 64 // CloudFront's origin access controls
	MaxCachePolicy      = 128
	MaxComment          = 128 // a CloudFront distribution's
	MaxLaunchTemplate   = 128
	MaxSecurityGroup    = 255
	MaxParameterGroup   = 255
	MaxECSName          = 255 // clusters, services, task definition families
	MaxAlarm            = 255
	MaxTagValue         = 256
	MaxKMSAlias         = 256
	MaxTopic            = 256
	MaxDashboard        = 255
	MaxLogGroup         = 512
	MaxMetricFilter     = 512
)

// maxPrefix is the longest name prefix: a claim's name has at most 63 characters.
const maxPrefix = 63

// hashLength is how many hexadecimal digits tell shortened names apart: 32 bits, for a handful of names per account.
const hashLength = 8

// Shorten returns name if it has at most limit characters, else its beginning and a hash of the whole, so that two long
// names that begin alike stay apart. limit must leave room for the hash.
func Shorten(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	return strings.TrimRight(name[:limit-hashLength-1], "-") + "-" + Hash(name)
}

// Hash tells contents apart in the names of what cannot be changed, by eight hexadecimal digits.
func Hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])[:hashLength]
}

// Name is the Kubernetes name of one of the platform's resources: <composite>-<resource>. Composites have unique names,
// so these are unique too, and references by name work before anything exists.
func (p *Platform) Name(resource string) string {
	return p.XRName + "-" + resource
}

// AWSName is the AWS name of one of the platform's resources, <prefix>-<resource>, of at most limit characters. An empty
// resource gives the prefix alone.
func (p *Platform) AWSName(resource string, limit int) string {
	if resource == "" {
		return Shorten(p.Prefix, limit)
	}
	return Shorten(p.Prefix+"-"+resource, limit)
}

// GlobalName is the AWS name of a resource whose names an account has once for all regions, such as an IAM role:
// <prefix>-<resource>-<region>, so that platforms with one prefix in two regions stay apart.
func (p *Platform) GlobalName(resource string, limit int) string {
	return p.GlobalNameOf(p.Prefix, resource, limit)
}

// GlobalNameOf is the GlobalName of another platform's resource in the same region, given its name prefix.
func (p *Platform) GlobalNameOf(prefix, resource string, limit int) string {
	return Shorten(prefix+"-"+resource+"-"+p.Region, limit)
}

// ARN is the ARN of a regional resource in the platform's account.
func (p *Platform) ARN(service, resource string) string {
	return "arn:" + Partition + ":" + service + ":" + p.Region + ":" + p.AccountID + ":" + resource
}

// GlobalARN is the ARN of a resource that belongs to no region, such as an IAM role, in the platform's account.
func (p *Platform) GlobalARN(service, resource string) string {
	return "arn:" + Partition + ":" + service + "::" + p.AccountID + ":" + resource
}

// KeyAlias is the name of the platform's key, by which a field can name it before AWS has given it an id.
func (p *Platform) KeyAlias() string {
	return "alias/" + p.AWSName("", MaxKMSAlias-len("alias/"))
}

// SecretName is the name of one of the platform's secrets in Secrets Manager, or the ARN of one that the claim takes over and that
// has another name.
func (p *Platform) SecretName(secret string) string {
	if arn, ok := p.foreignSecret(secret); ok {
		return arn
	}
	return p.ownSecretName(secret)
}

// SecretARN is the ARN of a secret as a policy may name it before the secret exists: AWS ends it with a hyphen and six
// characters of its own. That of one that the claim takes over is known, unless it has the name that the platform gives it.
func (p *Platform) SecretARN(secret string) string {
	if arn, ok := p.foreignSecret(secret); ok {
		return arn
	}
	return p.ARN("secretsmanager", "secret:"+p.ownSecretName(secret)+"-??????")
}

// ownSecretName is the name that the platform gives a secret.
func (p *Platform) ownSecretName(secret string) string { return p.Prefix + "/" + secret }

// foreignSecret returns the ARN of a secret that the claim takes over, if its name is not the one that the platform gives it: what an
// earlier control plane of the same claim made stays as it was.
func (p *Platform) foreignSecret(secret string) (arn string, ok bool) {
	const invented = 6 // characters that AWS adds
	if arn, ok = p.Adopted(SecretPrefix + secret); !ok {
		return "", false
	}
	own := p.ARN("secretsmanager", "secret:"+p.ownSecretName(secret)+"-")
	return arn, !strings.HasPrefix(arn, own) || len(arn) != len(own)+invented
}

// RootARN is the platform's account as a principal.
func (p *Platform) RootARN() string {
	return p.GlobalARN("iam", "root")
}

// reservedPrefixes are beginnings that AWS keeps to itself: of security groups, load balancers and buckets.
var reservedPrefixes = []string{"sg-", "internal-", "sthree-", "amzn-s3-demo-"}

// validPrefix says whether every AWS name may begin with s: a lower-case letter, then lower-case letters, digits and
// single hyphens, not at the end. RDS and OpenSearch are the strictest.
func validPrefix(s string) bool {
	if s == "" || len(s) > maxPrefix || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, r := range reservedPrefixes {
		if strings.HasPrefix(s+"-", r) {
			return false
		}
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == '-' && s[i-1] != '-' && i != len(s)-1:
		default:
			return false
		}
	}
	return true
}

// LogGroup is the CloudWatch log group of a service, in which its tasks log and its errors are counted.
func (p *Platform) LogGroup(service string) string { return "/ecs/" + p.Prefix + "/" + service }
