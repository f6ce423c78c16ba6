package kinds

var snsTopicSubscription = Facts{ID: named, ARN: anARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
