package kinds

var ec2SecurityGroup = Facts{
	ID: hexadecimal("sg-"), ARN: anARN, Import: "{id}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id", Keeps: []string{"name", "description"}},
}
