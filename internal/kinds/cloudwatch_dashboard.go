package kinds

var cloudwatchDashboard = Facts{ID: named, ARN: noARN, Import: "{external-name}", Adopt: createdBeside, Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
