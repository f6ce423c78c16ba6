package kinds

var ec2RouteTableAssociation = Facts{
	ID: hexadecimal("rtbassoc-"), ARN: noARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id"},
}
