package kinds

var secretsmanagerSecretRotation = Facts{ID: named, ARN: noARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
