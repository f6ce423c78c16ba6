package kinds

var s3BucketServerSideEncryptionConfiguration = Facts{
	ID: named, ARN: noARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt:    &Adoption{Form: "the bucket's name"},
	Replaces: map[string]Condition{"expectedBucketOwner": {always, "it names another owner"}},
}
