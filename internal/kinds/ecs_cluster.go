package kinds

var ecsCluster = Facts{ID: named, ARN: anARN, Import: "{external-name}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
