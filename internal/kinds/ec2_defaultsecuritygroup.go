package kinds

var ec2DefaultSecurityGroup = Facts{
	ID: hexadecimal("sg-"), ARN: anARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id"},
}
