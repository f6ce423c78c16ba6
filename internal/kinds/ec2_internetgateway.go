package kinds

var ec2InternetGateway = Facts{
	ID: hexadecimal("igw-"), ARN: anARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id"},
}
