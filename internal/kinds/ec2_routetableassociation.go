package kinds

var ec2RouteTableAssociation = Facts{
	ID: hexadecimal("rtbassoc-"), ARN: noARN, Import: "{subnetId}/{routeTableId}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	OnUpdate: map[string]Impact{
		"routeTableId": {"the subnet goes by the routes of the other table: connections by routes that it lacks, such as to another network, break", true, AtOnce, "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"},
	},
}
