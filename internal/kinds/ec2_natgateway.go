package kinds

var ec2NATGateway = Facts{
	ID: hexadecimal("nat-"), ARN: noARN, Import: "{id}", Adopt: byID, DataAfterDelete: noData,
	OnDelete: &Deletion{Impact: Impact{"connections that still go out through it break", true, AtOnce, natGateway}},
	Replaces: map[string]Condition{"secondaryPrivateIpAddressCount": {
		func(c Change) bool { return c.After["connectivityType"] == "private" },
		"a private gateway keeps its number of addresses",
	}},
	Price:  func(b *Bill, _ string, _ Parameters) { b.hourly("NAT gateways", 1, b.NATGatewayHour) },
	Answer: func(id string, _ Parameters) map[string]any { return map[string]any{"publicIp": address(id)} },
}

const natGateway = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
