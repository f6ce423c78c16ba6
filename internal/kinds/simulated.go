package kinds

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// account is whose resources they are in what is made up, where nobody says whose.
const account = "111122223333"

// AccountID is the parameter by which an Answer knows the account. No kind has one of this name.
const AccountID = "accountId"

// account is whose resources they are.
func (p Parameters) account() string { return cmp.Or(p.Text(AccountID), account) }

// An ID is the form of the names that AWS knows the resources of a kind by.
type ID struct {
	prefix string
	rest   func(name string) string
}

// The forms of ids.
var (
	named      = ID{rest: func(name string) string { return name }} // the name that we give it
	cloudFront = ID{"E", func(name string) string { return strings.ToUpper(hash(name, 13)) }}
	uuid       = ID{rest: func(name string) string {
		h := hash(name, 32)
		return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
	}}
)

func hexadecimal(prefix string) ID {
	return ID{prefix, func(name string) string { return hash(name, 17) }}
}

// Of makes up the id of a resource out of its name.
func (id ID) Of(name string) string {
	if id.rest == nil { // of a kind that we do not compose
		return name
	}
	return id.prefix + id.rest(name)
}

// The forms of ARNs that several kinds have. They are made up: what reads one only passes it on.
const (
	anARN = "arn:aws:{service}:{region}:{account}:{kind}/{id}"
	noARN = "none" // the status has none; `make validate` checks what is simulated against the provider's schemas
)

// ARN makes up the ARN of a resource in an account, empty if its kind has none. name is the one in its parameters.
func (k Key) ARN(in, id, region, name string) string {
	form := Of(k).ARN
	if form == noARN {
		return ""
	}
	service, _, _ := strings.Cut(k.Group, ".")
	return strings.NewReplacer(
		"{service}", service, "{region}", region, "{account}", cmp.Or(in, account), "{kind}", strings.ToLower(k.Kind), "{id}", id, "{name}", name, "{hash}", hash(id, 6),
	).Replace(form)
}

// hash returns n hexadecimal digits that depend on a name.
func hash(name string, n int) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])[:n]
}

// address makes up a public address, out of the range that documentation may use (RFC 5737).
func address(id string) string {
	var n byte
	for i := range len(id) {
		n = n*31 + id[i]
	}
	return fmt.Sprintf("203.0.113.%d", n)
}
