package kinds

var backupPlan = Facts{ID: named, ARN: anARN, Adopt: ofEarlier("name"), Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
