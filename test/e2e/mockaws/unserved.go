package mockaws

// Unserved are the kinds whose status the run has to write itself, because the provider on this mock never makes
// them, with the reason. There are none any more, and none may come back.
var Unserved = map[string]string{}

// Slow are the kinds that take longer than all others on this mock, with the reason: the run has to wait for them, or
// write their status as if they were in Unserved.
var Slow = map[string]string{
	"Domain":       "the Terraform provider waits ten minutes before it first looks at a domain that it made, whatever the domain's state",
	"DomainPolicy": "it is of a domain",
}
