package kinds

var elasticacheReplicationGroup = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", OnDelete: onlyItself,
	Adopt: &Adoption{Form: "its id", Keeps: []string{"description"}},
	OnUpdate: map[string]Impact{
		"securityGroupIds":         {otherGroups, true, AtOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/elasticache-vpc-accessing.html"},
		"nodeType":                 {"nodes are replaced: with automatic failover it is away for seconds, with a single node for minutes, and what is cached is kept if it fits", true, InWindow, redisScale},
		"engineVersion":            {"nodes are upgraded one by one: with automatic failover it is away for seconds, with a single node for minutes", true, InWindow, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html"},
		"numCacheClusters":         {"it answers meanwhile", false, AtOnce, redisScale},
		"authTokenSecretRef":       {"the former token is taken too until the next change, so that clients can move", false, AtOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html"},
		"transitEncryptionEnabled": {"clients must speak TLS from then on", true, AtOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html"},
	},
	OnLower: map[string]Impact{
		"snapshotRetentionLimit": {"snapshots that are older are deleted", false, AtOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"},
	},
	Replaces: map[string]Condition{
		"engine":                   {func(c Change) bool { return c.Old != "redis" || c.New != "valkey" }, "Redis becomes Valkey, and nothing else something else"},
		"engineVersion":            {older, "caches are upgraded only"},
		"nodeGroupConfiguration":   {always, "shards stay where they are"},
		"transitEncryptionEnabled": {func(c Change) bool { return compare(c.After.Text("engineVersion"), "7.0.5") < 0 }, "Redis before 7.0.5 is encrypted when it is created, or never"},
	},
	DataAfterDelete: []Outcome{{"finalSnapshotIdentifier", intoSnapshot}, {"", "its data is lost"}},
	Price: func(b *Bill, _ string, p Parameters) {
		b.instances("Redis", "redis", p.Text("nodeType"), p.Number("numCacheClusters"))
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"primaryEndpointAddress": "master." + id + ".cache.amazonaws.com"}
	},
}

const redisScale = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.RedisStandalone.ScaleUp.html"
