package platform

// Names of composed resources that more than one package asks for. They are an API: spec.adopt uses them, and a resource
// under another name is another resource.
const (
	// VPC is the network, Key what encrypts the platform's data, LoadBalancer what leads to the services.
	VPC          = "vpc"
	Key          = "key"
	LoadBalancer = "alb"

	// SecretPrefix begins the names of the secrets in Secrets Manager; VersionInfix stands between a secret's and the
	// generation of its value, in the name of the version that stores it.
	SecretPrefix = "secret-"
	VersionInfix = "-version-"
)

// SecurityGroup is the name of a security group, such as that of a store.
func SecurityGroup(group string) string { return "sg-" + group }
