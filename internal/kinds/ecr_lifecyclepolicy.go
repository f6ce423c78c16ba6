package kinds

import "strings"

var ecrLifecyclePolicy = Facts{
	ID: named, ARN: noARN, Import: "{repository}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	OnAnyUpdate: func(_ Parameters, old map[string]string) *Impact {
		if strings.Contains(old["policy"], "imageCountMoreThan") {
			return &Impact{"ECR deletes images that the new rules no longer keep within a day, and nothing brings them back", false, AtOnce, "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html"}
		}
		return nil
	},
}
