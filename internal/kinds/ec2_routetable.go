package kinds

var ec2RouteTable = Facts{
	ID: hexadecimal("rtb-"), ARN: anARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id"},
}
