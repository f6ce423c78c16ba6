package kinds

var secretsmanagerSecret = Facts{
	ID: named, Import: "{arn}", OnDelete: onlyItself,
	ARN:   "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hash}", // Secrets Manager adds six characters of its own
	Adopt: &Adoption{Form: "its ARN", Prefix: "arn:aws:secretsmanager:", Keeps: []string{"name", "description"}},
	OnUpdate: map[string]Impact{
		"kmsKeyId": {"whoever reads it needs the right to decrypt with that key, and is refused without", true, AtOnce, "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"},
	},
	DataAfterDelete: []Outcome{{"recoveryWindowInDays", "can be restored for %v days"}, {"", "its value is lost at once"}},
	Price:           func(b *Bill, _ string, _ Parameters) { b.Items["secrets"] += b.SecretMonth },
}
