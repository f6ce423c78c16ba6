package kinds

var servicediscoveryService = Facts{ID: named, ARN: anARN, Import: "{id}", Adopt: ofEarlier("name"), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
