package kinds

var cloudwatchlogsGroup = Facts{
	ID: named, ARN: "arn:aws:logs:{region}:{account}:log-group:{id}", Import: "{external-name}", Adopt: createdBeside, Price: byUse, OnDelete: onlyItself,
	OnLower: map[string]Impact{
		"retentionInDays": {"log lines that are older are deleted", false, AtOnce, "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"},
	},
	DataAfterDelete: []Outcome{{"", "its logs are lost"}},
}
