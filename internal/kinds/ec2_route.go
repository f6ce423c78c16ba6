package kinds

var ec2Route = Facts{
	ID: hexadecimal("r-"), ARN: noARN, Import: "{routeTableId}_{destinationCidrBlock}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "Terraform's id of it, r-rtb-…; it is found by its table and destination", Prefix: "r-rtb-"},
	OnUpdate: map[string]Impact{
		"gatewayId":    {"connections through the previous gateway break", true, AtOnce, "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"},
		"natGatewayId": {"connections through the previous gateway break, and clients have to reconnect; new ones come from another address", true, AtOnce, natGateway},
	},
}
