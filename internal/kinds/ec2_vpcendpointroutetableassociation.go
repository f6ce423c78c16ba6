package kinds

var ec2VPCEndpointRouteTableAssociation = Facts{
	ID: hexadecimal("a-vpce-"), ARN: noARN, Import: "{vpcEndpointId}/{routeTableId}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "Terraform's id of it; it is found by endpoint and table", Prefix: "a-vpce-", Computed: true},
}
