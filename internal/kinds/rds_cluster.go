package kinds

import "strings"

var rdsCluster = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Adopt: &Adoption{Form: "the cluster's identifier"}, OnDelete: onlyItself,
	OnUpdate: map[string]Impact{
		"vpcSecurityGroupIds":         {otherGroups, true, AtOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.RDSSecurityGroups.html"},
		"dbClusterParameterGroupName": {"parameters that need a restart take effect when instances are restarted, which nobody does by itself", false, AtOnce, auroraParameters},
		"manageMasterUserPassword":    {"RDS makes a new password for the administrator at once, and keeps it in Secrets Manager: whoever logs in with the former one is refused", true, AtOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"},
		"engineVersion":               {"all instances are upgraded and restart: a minor version takes seconds to minutes, a major one up to an hour", true, InWindow, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.html"},
		"port":                        {"all instances restart, and every client has to know the new port", true, InWindow, auroraModify},
	},
	OnLower: map[string]Impact{
		"backupRetentionPeriod": {"backups that are older are deleted: to no earlier time can it be restored any more", false, AtOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html"},
	},
	Replaces: map[string]Condition{"storageType": {
		func(c Change) bool { return !strings.HasPrefix(c.After.Text("engine"), "aurora") },
		"only Aurora changes its storage type",
	}},
	Refuses: map[string]Condition{"engineVersion": downgrade},
	DataAfterDelete: []Outcome{
		{"deletionProtection", "AWS refuses: it is protected against deletion"},
		{"skipFinalSnapshot", "its data is lost, and its automated backups too"},
		{"finalSnapshotIdentifier", intoSnapshot},
		{"", "AWS refuses: its final snapshot has no name"},
	},
	Price: func(b *Bill, _ string, _ Parameters) { b.Items["secrets"] += b.SecretMonth }, // RDS' own
	Answer: func(id string, p Parameters) map[string]any {
		host := "." + p.Text("region") + ".rds.amazonaws.com"
		return map[string]any{
			"endpoint":       id + ".cluster-c0ffee" + host,
			"readerEndpoint": id + ".cluster-ro-c0ffee" + host,
			"masterUserSecret": []any{map[string]any{
				"secretArn": "arn:aws:secretsmanager:" + p.Text("region") + ":" + p.account() + ":secret:rds!cluster-" + hash(id, 8),
			}},
		}
	},
}
