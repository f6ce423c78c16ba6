package kinds

var servicediscoveryService = Facts{ID: named, ARN: anARN, Adopt: ofEarlier("name"), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
