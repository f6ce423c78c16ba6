package kinds

var s3BucketServerSideEncryptionConfiguration = Facts{
	ID: named, ARN: noARN, Import: "{bucket}", Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Replaces: map[string]Condition{"expectedBucketOwner": {always, "it names another owner"}},
}
