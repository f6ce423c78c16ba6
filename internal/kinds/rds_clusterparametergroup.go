package kinds

var rdsClusterParameterGroup = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its name", Keeps: []string{"description"}},
	OnUpdate: map[string]Impact{
		"parameter": {"a parameter whose method is pending-reboot takes effect when instances are restarted, which nobody does by itself", false, AtOnce, auroraParameters},
	},
}

const auroraParameters = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html"
