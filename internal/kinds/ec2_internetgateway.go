package kinds

var ec2InternetGateway = Facts{ID: hexadecimal("igw-"), ARN: anARN, Import: "{id}", Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
