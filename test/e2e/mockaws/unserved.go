package mockaws

// Unserved are the kinds whose status the run has to write itself, because provider-aws v2.5.0 on this mock never makes
// them, with the reason. The list may only shrink.
var Unserved = map[string]string{
	"Instance":         devices,
	"VolumeAttachment": "it is of an instance",
}

// devices is a bug of the provider: it reads an instance's tags after an update, and panics if a volume is attached that the
// instance's own parameters do not name. AWS has made the update by then, and the next look finds nothing to do. What made it
// update for ever was moto's root volume, which the server here mends since; that an instance then comes to rest has still
// to be seen.
const devices = `provider-aws v2.5.0 panics after an update of an instance with an attached volume ("can't use ElementIterator on null value", KeyValueTags.ResolveDuplicates), which moto's root volume made it try for ever`

// Slow are the kinds that take longer than all others on this mock, with the reason: the run has to wait for them, or
// write their status as if they were in Unserved.
var Slow = map[string]string{
	"Domain":       "the Terraform provider waits ten minutes before it first looks at a domain that it made, whatever the domain's state",
	"DomainPolicy": "it is of a domain",
}
