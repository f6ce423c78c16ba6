package kinds

var backupVault = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Adopt: createdBeside, Price: byUse, OnDelete: onlyItself,
	DataAfterDelete: []Outcome{{"forceDestroy", "every backup in it is lost"}, {"", "AWS refuses while there are backups in it"}},
}
