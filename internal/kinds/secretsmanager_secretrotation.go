package kinds

var secretsmanagerSecretRotation = Facts{ID: named, ARN: noARN, Import: "{secretId}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
