package kinds

var backupPlan = Facts{ID: named, ARN: anARN, Import: "{id}", Adopt: ofEarlier("name"), Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
