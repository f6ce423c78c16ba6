package data

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/secretsmanager"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Names of the secrets, in Secrets Manager after the platform's prefix.
const (
	redisAuth           = "redis-auth"
	rabbitMQ            = "rabbitmq"
	openSearch          = "opensearch"
	clickHouse          = "clickhouse"
	jwt                 = "jwt"
	encryptionMasterKey = "encryption-master-key"
	serviceAPIKey       = "service-api-key"
	webhookHMAC         = "webhook-hmac"
)

// username is the user of the stores that have one.
const username = "morket"

// A credential is a secret that the platform makes: once, and again only when the claim raises its generation.
type credential struct {
	name, description string
	// generate makes a value.
	generate func(io.Reader) (string, error)
	// field is the value's in the JSON that Secrets Manager holds. Empty: Secrets Manager holds the value alone.
	field string
	// username stands beside the value, if not empty.
	username string
	// raw says whether a provider reads the value by itself, without the JSON around it.
	raw bool
	// store is the resource that is only made with the value, if one is.
	store string
	// generation is the claim's number. A higher one than before makes a new value.
	generation int32
	// irreplaceable is a value that data is lost without. It is left behind with the data.
	irreplaceable bool
}

// credentials lists the secrets that the platform makes. Aurora's is RDS' own. (R-SEC-1)
func credentials(p *platform.Platform) []credential {
	r := &p.Secrets.Rotation
	return []credential{
		{name: redisAuth, description: "AUTH token of Redis", generate: alphanumeric32, raw: true, store: "redis", generation: *r.Redis},
		// Amazon MQ takes a broker's password at its creation only.
		{name: rabbitMQ, description: "User of RabbitMQ", generate: alphanumeric32, username: username, field: "password", raw: true, store: "rabbitmq"},
		{name: openSearch, description: "Master user of OpenSearch", generate: mixed24, username: username, field: "password", raw: true, store: "opensearch", generation: *r.OpenSearch},
		{name: clickHouse, description: "User of ClickHouse", generate: alphanumeric32, username: username, field: "password", generation: *r.ClickHouse},
		{name: jwt, description: "Signs tokens", generate: bytes48, field: "secret", generation: *r.JWT},
		// Never made a second time: what it encrypted would be lost.
		{name: encryptionMasterKey, description: "Encrypts what the backend stores", generate: hex32, field: "key", irreplaceable: true},
		{name: serviceAPIKey, description: "Key that services show each other (X-Service-Key)", generate: bytes48, field: "key", generation: *r.ServiceAPIKey},
		{name: webhookHMAC, description: "Signs webhooks", generate: bytes48, field: "secret", generation: *r.WebhookHMAC},
	}
}

// Names of what a credential is composed of: the secret in Secrets Manager; and for each generation of the value its
// version there, and the Kubernetes Secret that keeps it.
func (c *credential) resource() string     { return "secret-" + c.name }
func (c *credential) version(g int) string { return c.resource() + "-version-" + strconv.Itoa(g) }
func (c *credential) kept(g int) string    { return "credentials-" + c.name + "-" + strconv.Itoa(g) }

// Keys of the Kubernetes Secret.
const (
	keyDocument = "secretString" // what Secrets Manager holds
	keyValue    = "value"        // the value alone
)

// addSecrets composes every credential. (R-SEC-1)
func addSecrets(s *layer.Scope, random io.Reader) {
	for _, c := range credentials(s.Platform) {
		addSecret(s, &c, random)
	}
}

// addSecret composes a credential: the Kubernetes Secret that keeps the value, the secret in Secrets Manager, and its
// version. A new generation stands beside the former one until its version has taken over.
//
// A value that was in use and is lost is never made anew, because stores and data depend on it: a person brings it back
// (docs/secrets.md), or has another made by raising the claim's number. And a Secret is immutable, so that a value that
// was made twice, by a Crossplane that looked at an old state, is refused by the API server the second time.
func addSecret(s *layer.Scope, c *credential, random io.Reader) {
	p := s.Platform
	g := generationsOf(s, c)
	for _, old := range g.kept {
		if old != g.current && old != g.lost && old != g.wanted && !g.superseded(old) {
			s.Keep(c.kept(old))
		}
	}
	if g.current >= 0 {
		s.AddSecret(c.kept(g.current), c.data(s.Observe(c.kept(g.current)).Data()))
	}
	if g.lost >= 0 {
		s.AddSecret(c.kept(g.lost), nil)
		if c.adopted(s) && len(g.versions) == 0 {
			s.Problem("SecretNeeded", "Secret "+*p.Secrets.Namespace+"/"+s.Ref(c.kept(g.lost)).Name+" waits for the value that is in use: docs/adoption.md says how to bring it in")
		} else {
			s.Problem("SecretLost", "Secret "+*p.Secrets.Namespace+"/"+s.Ref(c.kept(g.lost)).Name+" has lost its value, which is in use: docs/secrets.md says how to bring it back")
		}
	}
	if g.wanted >= 0 && p.ObserveOnly() {
		if !s.Keep(c.kept(g.wanted)) {
			s.Wait(c.kept(g.wanted), "a value")
		}
	} else if g.wanted >= 0 {
		if value, err := c.generate(random); err == nil {
			s.AddSecret(c.kept(g.wanted), c.data(map[string]string{keyDocument: layer.EncodeData(c.document(value))}))
		} else {
			s.Problem("NoRandomness", "cannot make a value for "+c.name+": "+err.Error())
		}
	}

	if arn, ok := keyARN(s); s.Gate(c.resource(), ok, "the platform's key") {
		s.Add(c.resource(), &secretsmanager.Secret{ForProvider: secretsmanager.SecretParameters{
			Name:                 new(p.SecretName(c.name)),
			Description:          new(c.description),
			KMSKeyID:             new(arn),
			RecoveryWindowInDays: new(float64(*p.Secrets.RecoveryWindowDays)),
		}}, layer.OrphanIf(c.leftBehind(p)))
	}
	for _, old := range g.versions {
		if old != g.current && !g.superseded(old) {
			s.Keep(c.version(old))
		}
	}
	if g.current >= 0 {
		s.Add(c.version(g.current), &secretsmanager.SecretVersion{ForProvider: secretsmanager.SecretVersionParameters{
			SecretIDRef:           s.Ref(c.resource()),
			SecretStringSecretRef: s.SecretRef(c.kept(g.current), keyDocument),
		}}, layer.OrphanIf(true), onlyMade)
	} else if len(g.versions) == 0 {
		s.Wait(c.version(max(g.wanted, g.lost)), "its value")
	}
}

// onlyMade is of a version. It is never updated: its value cannot change, and the labels that it had are none to hold on to. The
// provider fills them in, and with its next look would take AWSCURRENT back from the version that follows. Nor is it deleted: the
// next one makes it AWSPREVIOUS, which a person can go back to, and it goes with its secret. The provider, which
// cannot read a value any more whose Kubernetes Secret has gone, would try to make the version anew each time it deletes it.
var onlyMade = layer.ManagementPolicies("Create", "Observe", "LateInitialize")

// password refers to the value of a store's credential, and says whether it is there to be read.
func password(s *layer.Scope, name string) (*aws.SecretRef, bool) {
	for _, c := range credentials(s.Platform) {
		if c.name != name {
			continue
		}
		g := generationsOf(s, &c)
		ok := g.current >= 0 && g.lost < 0 && s.Observe(c.kept(g.current)).Data()[keyValue] != ""
		return s.SecretRef(c.kept(g.current), keyValue), ok
	}
	return nil, false
}

// generations is what there is of a credential's values, and what is to be done. Numbers are -1 for none.
type generations struct {
	kept     []int // of which there is a Kubernetes Secret
	versions []int // of which there is a version in Secrets Manager

	current int  // the newest whose value is there
	active  bool // its version in Secrets Manager is ready
	lost    int  // one that was in use, and whose value is gone
	wanted  int  // one to make a value for
}

// superseded says whether an older generation can go.
func (g *generations) superseded(old int) bool { return g.active && old < g.current }

func generationsOf(s *layer.Scope, c *credential) generations {
	g := generations{
		kept:     numbers(s, "credentials-"+c.name+"-"),
		versions: numbers(s, c.resource()+"-version-"),
		current:  -1, lost: -1, wanted: -1,
	}
	for _, n := range g.kept {
		if s.Observe(c.kept(n)).Data()[keyDocument] != "" {
			g.current = max(g.current, n)
		}
	}
	used := -1 // the newest that was in use
	for _, n := range g.versions {
		used = max(used, n)
		g.active = g.active || n == g.current && s.Observe(c.version(n)).Ready()
	}
	claimed := int(c.generation)
	switch {
	case g.current >= used && g.current >= claimed:
	case g.current < 0 && used < 0 && c.inUse(s): // which one it was is not known
		g.lost = max(claimed, last(g.kept))
	case used > g.current && (claimed <= used || c.irreplaceable):
		g.lost = used
	default:
		g.wanted = claimed
	}
	return g
}

// inUse says whether there is something that exists only once there is a value: what was published, or the store.
func (c *credential) inUse(s *layer.Scope) bool {
	return s.Reported("secretArns."+c.name) != "" || c.store != "" && s.Observe(c.store).Exists() || c.adopted(s)
}

// adopted says whether the value is that of something which the claim takes over: the store has it already, or Secrets
// Manager does.
func (c *credential) adopted(s *layer.Scope) bool {
	return s.Adopted(c.resource()) || c.store != "" && s.Adopted(c.store)
}

// arn is where the secret is kept, empty until it holds a value there. What was published once stays published.
func (c *credential) arn(s *layer.Scope) string {
	for _, n := range numbers(s, c.resource()+"-version-") {
		if arn, ok := s.Observe(c.resource()).String("arn"); ok && s.Observe(c.version(n)).Ready() {
			return arn
		}
	}
	return s.Reported("secretArns." + c.name)
}

// numbers lists the numbers after a prefix in the names of what exists, in order.
func numbers(s *layer.Scope, prefix string) []int {
	var out []int
	for _, name := range s.Observed(prefix) {
		digits := strings.TrimPrefix(name, prefix)
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 && strconv.Itoa(n) == digits {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func last(n []int) int {
	if len(n) == 0 {
		return -1
	}
	return n[len(n)-1]
}

// leftBehind says whether the value outlives the claim: with protected data, and for ever what kept data is lost without.
func (c *credential) leftBehind(p *platform.Platform) bool {
	return p.Protected() || c.irreplaceable && p.KeepsData()
}

// data is what a Kubernetes Secret holds, encoded. A provider reads the value alone: where only the document was brought
// back it is taken from there.
func (c *credential) data(existing map[string]string) map[string]string {
	data := map[string]string{keyDocument: existing[keyDocument]}
	if !c.raw {
		return data
	}
	value := existing[keyValue]
	if value == "" {
		value = c.value(existing[keyDocument])
	}
	if value != "" {
		data[keyValue] = value
	}
	return data
}

// document is what Secrets Manager holds.
func (c *credential) document(value string) string {
	if c.field == "" {
		return value
	}
	fields := map[string]string{c.field: value}
	if c.username != "" {
		fields["username"] = c.username
	}
	raw, err := json.Marshal(fields)
	if err != nil { // strings always encode
		return ""
	}
	return string(raw)
}

// value reads the value alone out of a document, both encoded; empty if it cannot be read.
func (c *credential) value(document string) string {
	if c.field == "" {
		return document
	}
	raw, err := base64.StdEncoding.DecodeString(document)
	if err != nil {
		return ""
	}
	var fields map[string]string
	if err := json.Unmarshal(raw, &fields); err != nil || fields[c.field] == "" {
		return ""
	}
	return layer.EncodeData(fields[c.field])
}
