package kinds

var s3BucketPolicy = Facts{ID: named, ARN: noARN, Import: "{bucket}", Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
