package kinds

var iamRole = Facts{ID: named, ARN: anARN, Import: "{external-name}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
