package kinds

var s3BucketOwnershipControls = Facts{ID: named, ARN: noARN, Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
