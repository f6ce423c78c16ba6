package platform

// Names of composed resources that more than one package asks for. They are an API: spec.adopt uses them, and a resource
// under another name is another resource. A store's name is in its entry, that of its secret in its credential.
const (
	// VPC is the network, Key what encrypts the platform's data, LoadBalancer what leads to the services.
	VPC          = "vpc"
	Key          = "key"
	LoadBalancer = "alb"
	// Guard and GuardClaim refuse the deletion of a protected composite resource and of its claim.
	Guard      = "guard"
	GuardClaim = "guard-claim"

	// PrivateSubnetPrefix begins the names of private subnets; the zone's letter follows.
	PrivateSubnetPrefix = "subnet-private-"
	// SecretPrefix begins the names of the secrets in Secrets Manager; VersionInfix stands between a secret's and the
	// generation of its value, in the name of the version that stores it.
	SecretPrefix = "secret-"
	VersionInfix = "-version-"

	// ServicesGroup is the security group of all services, Exports the bucket of exported data: arguments of SecurityGroup
	// and Bucket.
	ServicesGroup = "ecs"
	Exports       = "exports"
)

// SecurityGroup is the name of a security group, such as that of a store.
func SecurityGroup(group string) string { return "sg-" + group }

// Bucket is the name of an S3 bucket.
func Bucket(resource string) string { return resource + "-bucket" }

// NATGateway is the name of the NAT gateway in the zone of a letter.
func NATGateway(letter string) string { return "nat-" + letter }

// PublicSubnet and PrivateSubnet are the names of the zone's subnets.
func (z Zone) PublicSubnet() string { return "subnet-public-" + z.Letter }

// PrivateSubnet is as PublicSubnet.
func (z Zone) PrivateSubnet() string { return PrivateSubnetPrefix + z.Letter }

// PublicSubnets are the names of all zones' public subnets, in the zones' order.
func (p *Platform) PublicSubnets() []string { return p.perZone(Zone.PublicSubnet) }

// PrivateSubnets are as PublicSubnets.
func (p *Platform) PrivateSubnets() []string { return p.perZone(Zone.PrivateSubnet) }

func (p *Platform) perZone(name func(Zone) string) []string {
	names := make([]string, len(p.Zones))
	for i, z := range p.Zones {
		names[i] = name(z)
	}
	return names
}

// LabelTakenOver marks the managed resources of image repositories that the platform took over from another claim.
const LabelTakenOver = "platform.morket.io/taken-over"
