package kinds

var ec2InternetGateway = Facts{ID: hexadecimal("igw-"), ARN: anARN, Adopt: byID, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
