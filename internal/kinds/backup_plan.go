package kinds

var backupPlan = Facts{ID: named, ARN: anARN, Adopt: anew, Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
