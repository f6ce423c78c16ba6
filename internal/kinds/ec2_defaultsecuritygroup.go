package kinds

var ec2DefaultSecurityGroup = Facts{ID: hexadecimal("sg-"), ARN: anARN, Import: "{id}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
