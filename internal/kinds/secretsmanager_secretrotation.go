package kinds

var secretsmanagerSecretRotation = Facts{ID: named, ARN: noARN, Import: "{secretId}", Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
