package kinds

var ec2RouteTable = Facts{ID: hexadecimal("rtb-"), ARN: anARN, Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
