package kinds

var ec2VPC = Facts{
	ID: hexadecimal("vpc-"), ARN: anARN, Import: "{id}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "the VPC's id"},
	Replaces: map[string]Condition{"instanceTenancy": {
		func(c Change) bool { return c.Old != "dedicated" || c.New != "default" },
		"it only goes back from dedicated to default",
	}},
	Answer: func(id string, p Parameters) map[string]any {
		return map[string]any{"ownerId": p.account(), "defaultSecurityGroupId": "sg-" + hash(id, 17)}
	},
}
