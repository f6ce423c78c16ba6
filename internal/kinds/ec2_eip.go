package kinds

var ec2EIP = Facts{
	ID: hexadecimal("eipalloc-"), ARN: anARN, Import: "{id}", Adopt: &Adoption{Form: "its allocation id"}, DataAfterDelete: noData,
	OnDelete: &Deletion{Impact: Impact{"the address is given back, and does not come again: whoever lets the platform in by it has to know the other one", false, AtOnce, "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html"}},
	Price:    func(b *Bill, _ string, _ Parameters) { b.hourly("public addresses", 1, b.PublicIPv4Hour) },
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"allocationId": id, "publicIp": address(id)}
	},
}
