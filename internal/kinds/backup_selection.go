package kinds

var backupSelection = Facts{ID: named, ARN: noARN, Import: "{planId}|{id}", Adopt: ofEarlier("name"), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
