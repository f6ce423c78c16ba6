package kinds

var snsTopicPolicy = Facts{ID: named, ARN: anARN, Import: "{arn}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
