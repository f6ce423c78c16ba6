package kinds

var cloudfrontCachePolicy = Facts{ID: uuid, ARN: anARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
