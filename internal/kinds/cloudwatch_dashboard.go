package kinds

var cloudwatchDashboard = Facts{ID: named, ARN: noARN, Adopt: anew, Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
