package kinds

var servicediscoveryService = Facts{ID: named, ARN: anARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
