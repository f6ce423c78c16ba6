package kinds

var s3BucketPublicAccessBlock = Facts{ID: named, ARN: noARN, Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
