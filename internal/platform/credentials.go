package platform

import "strconv"

// A Credential is a secret that the platform makes: once, and again only when the claim raises its generation. Where AWS
// makes it, ARN says where AWS keeps it, and nothing else is known of it but its name.
type Credential struct {
	// Name is the secret's, in Secrets Manager after the platform's prefix.
	Name, Description string
	// Format is what a value looks like.
	Format Format
	// Field is the value's field in the JSON that Secrets Manager holds. Empty: Secrets Manager holds the value alone.
	Field string
	// Username stands beside the value, if not empty.
	Username string
	// Store is the resource that is only created with the value, which its provider reads without the JSON; empty if none is.
	Store string
	// Generation is the claim's number. A higher one than before makes a new value.
	Generation int32
	// Irreplaceable is a value that data is lost without. It is left behind with the data.
	Irreplaceable bool
	// Variable is the environment variable of the services that use an application's secret. A store's are in its UsedBy.
	Variable SecretVariable

	// ARN is the ARN of the secret that AWS makes, keeps and rotates for a store; zero where the platform makes it.
	ARN Value
}

// A Format is what a generated value looks like.
type Format int

const (
	// Alphanumeric32 is 32 letters and digits.
	Alphanumeric32 Format = iota
	// Mixed24 is 24 characters, with at least one of each class.
	Mixed24
	// Bytes48 is 48 bytes in URL-safe base64.
	Bytes48
	// Hex32 is 32 bytes in hexadecimal digits.
	Hex32
)

// Username is the user of the stores that have one.
const Username = "morket"

// login are the variables of a service that logs in with a user and a password.
func login(prefix string) []SecretVariable {
	return []SecretVariable{{prefix + "_USER", "username"}, {prefix + "_PASSWORD", "password"}}
}

// applicationSecrets lists the secrets of the application itself. (R-SEC-1)
func applicationSecrets(p *Platform) []*Credential {
	r := &p.Secrets.Rotation
	return []*Credential{
		{
			Name: "jwt", Description: "Signs tokens", Format: Bytes48, Field: "secret", Generation: *r.JWT,
			Variable: SecretVariable{"JWT_SECRET", "secret"},
		},
		{ // never made a second time: what it encrypted would be lost
			Name: "encryption-master-key", Description: "Encrypts what the backend stores", Format: Hex32, Field: "key", Irreplaceable: true,
			Variable: SecretVariable{"ENCRYPTION_MASTER_KEY", "key"},
		},
		{
			Name: "service-api-key", Description: "Key that services show each other (X-Service-Key)", Format: Bytes48, Field: "key", Generation: *r.ServiceAPIKey,
			Variable: SecretVariable{"SERVICE_API_KEY", "key"},
		},
		{
			Name: "webhook-hmac", Description: "Signs webhooks", Format: Bytes48, Field: "secret", Generation: *r.WebhookHMAC,
			Variable: SecretVariable{"WEBHOOK_HMAC_SECRET", "secret"},
		},
	}
}

// MadeByAWS reports whether AWS makes and keeps the secret, not the platform.
func (c *Credential) MadeByAWS() bool { return c.ARN.Resource != "" }

// Names of what a credential is composed of: the secret in Secrets Manager; and for each generation of the value its
// version there, and the Kubernetes Secret that keeps it. The prefixes are for those of all generations.

// Resource is the name of the secret in Secrets Manager.
func (c *Credential) Resource() string { return SecretPrefix + c.Name }

// VersionPrefix begins the names of the versions.
func (c *Credential) VersionPrefix() string { return c.Resource() + VersionInfix }

// Version is the name of a generation's version in Secrets Manager.
func (c *Credential) Version(g int) string { return c.VersionPrefix() + strconv.Itoa(g) }

// KeptPrefix begins the names of the Kubernetes Secrets.
func (c *Credential) KeptPrefix() string { return "credentials-" + c.Name + "-" }

// Kept is the name of the Kubernetes Secret that keeps a generation's value.
func (c *Credential) Kept(g int) string { return c.KeptPrefix() + strconv.Itoa(g) }
