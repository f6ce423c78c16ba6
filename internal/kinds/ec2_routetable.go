package kinds

var ec2RouteTable = Facts{ID: hexadecimal("rtb-"), ARN: anARN, Import: "{id}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
