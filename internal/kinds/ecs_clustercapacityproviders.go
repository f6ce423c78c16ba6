package kinds

var ecsClusterCapacityProviders = Facts{ID: named, ARN: noARN, Import: "{clusterName}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
