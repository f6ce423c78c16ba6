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

// Keys of the Kubernetes Secret.
const (
	keyDocument = "secretString" // what Secrets Manager holds
	keyValue    = "value"        // the value alone
)

// addSecrets composes every credential that AWS does not make itself. (R-SEC-1)
func addSecrets(s *layer.Scope, random io.Reader) {
	for _, c := range s.Platform.Credentials() {
		if !c.MadeByAWS() {
			addSecret(s, c, random)
		}
	}
	tellTaken(s)
}

// addSecret composes a credential: the Kubernetes Secret that keeps the value, the secret in Secrets Manager, and its
// version. A new generation stands beside the former one until its version has taken over.
//
// A value that was in use and is lost is never made anew, because stores and data depend on it: a person brings it back
// (docs/secrets.md), or has another made by raising the claim's number. A first value waits for the secret in Secrets Manager:
// where there is one already, AWS refuses another, and it may hold the value that a store has. And a Secret is immutable, so
// that a value that was made twice, by a Crossplane that looked at an old state, is refused by the API server the second time.
func addSecret(s *layer.Scope, c *platform.Credential, random io.Reader) {
	p := s.Platform
	g := generationsOf(s, c)
	for _, old := range g.kept {
		if old != g.current && old != g.lost && old != g.wanted && !g.superseded(old) {
			s.Keep(c.Kept(old))
		}
	}
	if g.current >= 0 {
		s.AddSecret(c.Kept(g.current), secretData(c, s.Observe(c.Kept(g.current)).Data()))
	}
	if g.lost >= 0 {
		s.AddSecret(c.Kept(g.lost), nil)
		if adopted(s, c) && len(g.versions) == 0 {
			s.Problem("SecretNeeded", "Secret "+*p.Secrets.Namespace+"/"+s.Ref(c.Kept(g.lost)).Name+" waits for the value that is in use: docs/adoption.md says how to bring it in")
		} else {
			s.Problem("SecretLost", "Secret "+*p.Secrets.Namespace+"/"+s.Ref(c.Kept(g.lost)).Name+" has lost its value, which is in use: docs/secrets.md says how to bring it back")
		}
	}
	if g.wanted >= 0 && (p.ObserveOnly() || !g.mayMake) {
		if !s.Keep(c.Kept(g.wanted)) {
			s.Wait(c.Kept(g.wanted), "its secret in Secrets Manager")
		}
	} else if g.wanted >= 0 {
		if value, err := generators[c.Format](random); err == nil {
			s.AddSecret(c.Kept(g.wanted), secretData(c, map[string]string{keyDocument: layer.EncodeData(document(c, value))}))
		} else {
			s.Problem("NoRandomness", "cannot make a value for "+c.Name+": "+err.Error())
		}
	}

	if arn, ok := keyARN(s); s.Gate(c.Resource(), ok, "the platform's key") {
		s.Add(c.Resource(), &secretsmanager.Secret{ForProvider: secretsmanager.SecretParameters{
			Name:                 new(p.SecretName(c.Name)),
			Description:          new(c.Description),
			KMSKeyID:             new(arn),
			RecoveryWindowInDays: new(float64(*p.Secrets.RecoveryWindowDays)),
		}}, layer.OrphanIf(leftBehind(p, c)))
	}
	for _, old := range g.versions {
		if old != g.current && !g.superseded(old) {
			s.Keep(c.Version(old))
		}
	}
	if g.current >= 0 {
		s.Add(c.Version(g.current), &secretsmanager.SecretVersion{ForProvider: secretsmanager.SecretVersionParameters{
			SecretIDRef:           s.Ref(c.Resource()),
			SecretStringSecretRef: s.SecretRef(c.Kept(g.current), keyDocument),
		}}, layer.OrphanIf(true), onlyMade)
	} else if len(g.versions) == 0 && !g.there {
		s.Wait(c.Version(max(g.wanted, g.lost)), "its value")
	}
}

// onlyMade is of a version. It is never updated: its value cannot change, and the labels that it had are none to hold on to. The
// provider fills them in, and with its next look would take AWSCURRENT back from the version that follows. Nor is it deleted: the
// next one makes it AWSPREVIOUS, which a person can go back to, and it goes with its secret. The provider, which
// cannot read a value any more whose Kubernetes Secret has gone, would try to make the version anew each time it deletes it.
var onlyMade = layer.ManagementPolicies("Create", "Observe", "LateInitialize")

// password refers to the value of a store's credential, and reports whether it is there to be read.
func password(s *layer.Scope, c *platform.Credential) (*aws.SecretRef, bool) {
	g := generationsOf(s, c)
	if g.current < 0 {
		return nil, false
	}
	ok := g.lost < 0 && s.Observe(c.Kept(g.current)).Data()[keyValue] != ""
	return s.SecretRef(c.Kept(g.current), keyValue), ok
}

// generations is what there is of a credential's values, and what is to be done. Numbers are -1 for none.
type generations struct {
	kept     []int // of which there is a Kubernetes Secret
	versions []int // of which there is a version in Secrets Manager

	current int  // the newest whose value is there
	active  bool // its version in Secrets Manager is ready
	lost    int  // one that was in use, and whose value is gone
	wanted  int  // one to make a value for
	mayMake bool // there is nothing in Secrets Manager that the value would contradict
	there   bool // Secrets Manager has the value, and nothing else needs it
}

// superseded says whether an older generation can go.
func (g *generations) superseded(old int) bool { return g.active && old < g.current }

func generationsOf(s *layer.Scope, c *platform.Credential) generations {
	g := generations{
		kept:     numbers(s, c.KeptPrefix()),
		versions: numbers(s, c.VersionPrefix()),
		current:  -1, lost: -1, wanted: -1,
	}
	for _, n := range g.kept {
		if s.Observe(c.Kept(n)).Data()[keyDocument] != "" {
			g.current = max(g.current, n)
		}
	}
	used := -1 // the newest that was in use
	for _, n := range g.versions {
		used = max(used, n)
		g.active = g.active || n == g.current && s.Observe(c.Version(n)).Ready()
	}
	claimed := int(c.Generation)
	_, made := s.Observe(c.Resource()).String("arn")
	g.mayMake = made || g.current >= 0 || used >= 0
	switch {
	case g.current >= used && g.current >= claimed:
	case c.Irreplaceable && s.Adopted(c.Resource()) && !made && g.kept == nil && used < 0: // whose it is, AWS has to say
		g.wanted = claimed
	case s.LeftToUs(c):
		g.there = true
	case g.current < 0 && used < 0 && inUse(s, c): // which one it was is not known
		g.lost = max(claimed, last(g.kept))
	case used > g.current && (claimed <= used || c.Irreplaceable):
		g.lost = used
	default:
		g.wanted = claimed
	}
	return g
}

// inUse says whether there is something that exists only once there is a value: what was published, or the store.
func inUse(s *layer.Scope, c *platform.Credential) bool {
	return s.Reported("secretArns."+c.Name) != "" || c.Store != "" && s.Observe(c.Store).Exists() || adopted(s, c)
}

// adopted says whether the value is that of something which the claim takes over: the store has it already, or Secrets
// Manager does.
func adopted(s *layer.Scope, c *platform.Credential) bool {
	return s.Adopted(c.Resource()) || c.Store != "" && s.Adopted(c.Store)
}

// arn is where the secret is kept, empty until it holds a value there. What was published once stays published.
func arn(s *layer.Scope, c *platform.Credential) string {
	if c.MadeByAWS() {
		arn, _ := s.Value(c.ARN)
		return arn
	}
	if generationsOf(s, c).there {
		arn, _ := s.Observe(c.Resource()).String("arn")
		return arn
	}
	for _, n := range numbers(s, c.VersionPrefix()) {
		if arn, ok := s.Observe(c.Resource()).String("arn"); ok && s.Observe(c.Version(n)).Ready() {
			return arn
		}
	}
	return s.Reported("secretArns." + c.Name)
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
func leftBehind(p *platform.Platform, c *platform.Credential) bool {
	return p.Protected() || c.Irreplaceable && p.KeepsData()
}

// secretData is what a Kubernetes Secret holds, encoded. A provider reads the value alone: where only the document was brought
// back it is taken from there.
func secretData(c *platform.Credential, existing map[string]string) map[string]string {
	data := map[string]string{keyDocument: existing[keyDocument]}
	if c.Store == "" {
		return data
	}
	value := existing[keyValue]
	if value == "" {
		value = valueOf(c, existing[keyDocument])
	}
	if value != "" {
		data[keyValue] = value
	}
	return data
}

// document is what Secrets Manager holds.
func document(c *platform.Credential, value string) string {
	if c.Field == "" {
		return value
	}
	fields := map[string]string{c.Field: value}
	if c.Username != "" {
		fields["username"] = c.Username
	}
	raw, err := json.Marshal(fields)
	if err != nil { // strings always encode
		return ""
	}
	return string(raw)
}

// valueOf reads the value alone out of a document, both encoded; empty if it cannot be read.
func valueOf(c *platform.Credential, document string) string {
	if c.Field == "" {
		return document
	}
	raw, err := base64.StdEncoding.DecodeString(document)
	if err != nil {
		return ""
	}
	var fields map[string]string
	if err := json.Unmarshal(raw, &fields); err != nil || fields[c.Field] == "" {
		return ""
	}
	return layer.EncodeData(fields[c.Field])
}
