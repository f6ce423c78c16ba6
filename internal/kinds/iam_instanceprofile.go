package kinds

var iamInstanceProfile = Facts{ID: named, ARN: anARN, Import: "{external-name}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
