package kinds

var ecsCluster = Facts{ID: named, ARN: anARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
