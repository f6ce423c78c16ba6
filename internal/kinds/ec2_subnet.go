package kinds

var ec2Subnet = Facts{
	ID: hexadecimal("subnet-"), ARN: anARN, Import: "{id}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Replaces: map[string]Condition{"ipv6CidrBlock": {
		func(c Change) bool { return c.Before["assignIpv6AddressOnCreation"] == true },
		"the subnet gives its instances IPv6 addresses",
	}},
}
