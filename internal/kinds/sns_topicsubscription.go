package kinds

var snsTopicSubscription = Facts{ID: named, ARN: anARN, Import: "{arn}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
