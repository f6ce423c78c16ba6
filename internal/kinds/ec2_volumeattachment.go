package kinds

var ec2VolumeAttachment = Facts{ID: hexadecimal("vai-"), ARN: noARN, Import: "{deviceName}:{volumeId}:{instanceId}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
