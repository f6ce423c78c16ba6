package kinds

var ec2VolumeAttachment = Facts{ID: hexadecimal("vai-"), ARN: noARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
