package kinds

var appautoscalingPolicy = Facts{ID: named, ARN: anARN, Import: "{serviceNamespace}/{resourceId}/{scalableDimension}/{external-name}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
