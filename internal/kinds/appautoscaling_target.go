package kinds

var appautoscalingTarget = Facts{ID: named, ARN: anARN, Import: "{serviceNamespace}/{resourceId}/{scalableDimension}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
