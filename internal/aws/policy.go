package aws

import (
	"bytes"
	"encoding/json"
)

// A Policy is an IAM policy document, for roles, keys and resources. Its JSON is the same for the same document.
type Policy struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// A Statement allows or denies actions. Lists keep their order.
type Statement struct {
	Sid       string     `json:"Sid,omitempty"`
	Effect    Effect     `json:"Effect"`
	Principal *Principal `json:"Principal,omitempty"`
	Action    []string   `json:"Action"`
	Resource  []string   `json:"Resource,omitempty"`
	Condition Condition  `json:"Condition,omitempty"`
}

// An Effect is what a statement does.
type Effect string

// Effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Principal is whom a statement is about.
type Principal struct {
	AWS     []string `json:"AWS,omitempty"`
	Service []string `json:"Service,omitempty"`
}

// A Condition maps operators to keys to values.
type Condition map[string]map[string][]string

// NewPolicy returns a document of the current policy language.
func NewPolicy(s ...Statement) Policy {
	return Policy{Version: "2012-10-17", Statement: s}
}

// AssumedBy is the trust policy of a role that a service takes on for resources of one account, optionally only those
// whose ARN is like source.
func AssumedBy(service, account, source string) Policy {
	c := Condition{"StringEquals": {"aws:SourceAccount": {account}}}
	if source != "" {
		c["ArnLike"] = map[string][]string{"aws:SourceArn": {source}}
	}
	return NewPolicy(Statement{
		Effect:    Allow,
		Principal: &Principal{Service: []string{service}},
		Action:    []string{"sts:AssumeRole"},
		Condition: c,
	})
}

// JSON is the document as AWS takes it.
func (p Policy) JSON() *string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)              // AWS answers with < and & as they are
	if err := e.Encode(p); err != nil { // strings in structs, lists and maps always encode
		return nil
	}
	s := string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return &s
}
