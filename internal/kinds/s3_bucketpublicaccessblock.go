package kinds

var s3BucketPublicAccessBlock = Facts{
	ID: named, ARN: noARN, Import: "{bucket}", Adopt: ofBucket, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	OnChange: map[string]func(was, will any) []Consequence{
		"ignorePublicAcls": closes, "restrictPublicBuckets": closes, // the others are of what is put later
	},
}

// closes is of a switch that closes a bucket to the public.
func closes(was, will any) []Consequence {
	if set(was) || !set(will) {
		return nil
	}
	return []Consequence{{Impact: Impact{"anyone who reads the bucket as the public does, without an account, loses access", true, AtOnce, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"}}}
}
