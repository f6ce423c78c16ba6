package kinds

var s3BucketOwnershipControls = Facts{
	ID: named, ARN: noARN, Import: "{bucket}", Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	OnUpdate: map[string]Impact{
		"rule": {"access that only an access control list gives is lost", true, AtOnce, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"},
	},
}
