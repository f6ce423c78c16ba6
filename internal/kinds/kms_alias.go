package kinds

var kmsAlias = Facts{ID: named, ARN: "arn:aws:kms:{region}:{account}:{id}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
