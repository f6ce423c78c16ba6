package kinds

var ec2FlowLog = Facts{ID: hexadecimal("fl-"), ARN: anARN, Adopt: anew, Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
