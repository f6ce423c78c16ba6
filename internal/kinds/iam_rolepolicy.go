package kinds

var iamRolePolicy = Facts{ID: named, ARN: noARN, Import: "{role}:{external-name}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
