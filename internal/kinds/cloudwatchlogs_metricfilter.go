package kinds

var cloudwatchlogsMetricFilter = Facts{ID: named, ARN: noARN, Import: "{logGroupName}:{external-name}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
