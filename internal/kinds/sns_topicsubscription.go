package kinds

var snsTopicSubscription = Facts{ID: named, ARN: anARN, Import: "{arn}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
