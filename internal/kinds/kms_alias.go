package kinds

var kmsAlias = Facts{ID: named, ARN: "arn:aws:kms:{region}:{account}:{id}", Import: "alias/{external-name}", NamePrefix: "alias/", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
