package kinds

var iamInstanceProfile = Facts{ID: named, ARN: anARN, Import: "{external-name}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
