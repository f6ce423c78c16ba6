package kinds

var s3BucketPolicy = Facts{ID: named, ARN: noARN, Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
