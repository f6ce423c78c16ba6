package kinds

var ec2LaunchTemplate = Facts{
	ID: hexadecimal("lt-"), ARN: anARN, Import: "{id}", Adopt: ofEarlier("name"), OnDelete: onlyItself, DataAfterDelete: noData,
	OnUpdate: map[string]Impact{
		"": {"a new version of the template: only an instance that is launched later has it", false, AtOnce, "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html"},
	},
	Price: func(b *Bill, _ string, p Parameters) { // of the root volume of the instance that is launched from it
		size, _ := p.At("blockDeviceMappings", "ebs", "volumeSize").(float64)
		b.Items["ClickHouse volumes"] += size * b.GP3GBMonth
	},
	Answer: func(string, Parameters) map[string]any { return map[string]any{"latestVersion": 1} },
}
