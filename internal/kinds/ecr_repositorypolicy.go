package kinds

var ecrRepositoryPolicy = Facts{ID: named, ARN: noARN, Import: "{repository}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
