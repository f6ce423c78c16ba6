package kinds

var ec2FlowLog = Facts{ID: hexadecimal("fl-"), ARN: anARN, Import: "{id}", Adopt: ofEarlier(), Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
