package kinds

var secretsmanagerSecretVersion = Facts{
	ID: named, ARN: anARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	PartOf: "secretId", // it is the secret's former value until the next one
	Answer: func(id string, _ Parameters) map[string]any { return map[string]any{"versionId": hash(id, 32)} },
}
