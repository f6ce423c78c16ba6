package kinds

var iamRole = Facts{ID: named, ARN: anARN, Import: "{external-name}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
