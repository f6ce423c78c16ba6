package kinds

var appautoscalingPolicy = Facts{ID: named, ARN: anARN, Import: "{serviceNamespace}/{resourceId}/{scalableDimension}/{external-name}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
