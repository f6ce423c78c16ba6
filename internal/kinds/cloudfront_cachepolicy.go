package kinds

var cloudfrontCachePolicy = Facts{ID: uuid, ARN: anARN, Import: "{id}", Adopt: ofEarlier(), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
