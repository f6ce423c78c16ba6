package kinds

var s3BucketLifecycleConfiguration = Facts{
	ID: named, ARN: noARN, Import: "{bucket}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "the bucket's name", Attribute: "bucket"},
	OnLower: map[string]Impact{
		"rule.expiration.days": {"objects that are older are deleted", false, AtOnce, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html"},
	},
}
