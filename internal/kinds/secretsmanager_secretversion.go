package kinds

var secretsmanagerSecretVersion = Facts{
	ID: named, ARN: anARN, NotImported: "Terraform would read the value of the secret into its state", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	PartOf: "secretId", // it is the secret's former value until the next one
	Answer: func(id string, _ Parameters) map[string]any { return map[string]any{"versionId": hash(id, 32)} },
}
