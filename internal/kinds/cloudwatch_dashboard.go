package kinds

var cloudwatchDashboard = Facts{ID: named, ARN: noARN, Import: "{external-name}", Adopt: anew, Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
