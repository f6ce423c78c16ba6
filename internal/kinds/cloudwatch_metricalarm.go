package kinds

var cloudwatchMetricAlarm = Facts{
	ID: named, ARN: "arn:aws:cloudwatch:{region}:{account}:alarm:{id}", Import: "{external-name}", Adopt: createdBeside, OnDelete: onlyItself, DataAfterDelete: noData,
	Price: func(b *Bill, _ string, _ Parameters) { b.Items["alarms"] += b.AlarmMonth },
}
