package kinds

var cloudfrontCachePolicy = Facts{ID: uuid, ARN: anARN, Adopt: ofEarlier(), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
