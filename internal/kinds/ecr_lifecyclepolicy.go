package kinds

var ecrLifecyclePolicy = Facts{ID: named, ARN: noARN, Import: "{repository}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
