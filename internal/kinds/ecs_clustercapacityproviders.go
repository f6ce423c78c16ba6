package kinds

var ecsClusterCapacityProviders = Facts{ID: named, ARN: noARN, Import: "{clusterName}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
