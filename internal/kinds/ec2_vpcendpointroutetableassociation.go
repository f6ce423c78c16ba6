package kinds

var ec2VPCEndpointRouteTableAssociation = Facts{
	ID: hexadecimal("a-vpce-"), ARN: noARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "the endpoint's id, a slash and the route table's id", Prefix: "vpce-"},
}
