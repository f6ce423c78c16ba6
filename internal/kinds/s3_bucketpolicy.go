package kinds

var s3BucketPolicy = Facts{
	ID: named, ARN: noARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "the bucket's name"},
}
