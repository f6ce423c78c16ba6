package kinds

var backupSelection = Facts{ID: named, ARN: noARN, Adopt: ofEarlier("name"), Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
