package kinds

var ec2RouteTableAssociation = Facts{ID: hexadecimal("rtbassoc-"), ARN: noARN, Import: "{subnetId}/{routeTableId}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
