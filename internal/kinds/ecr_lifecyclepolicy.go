package kinds

var ecrLifecyclePolicy = Facts{ID: named, ARN: noARN, Import: "{repository}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
