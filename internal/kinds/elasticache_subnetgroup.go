package kinds

var elasticacheSubnetGroup = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt:   &Adoption{Form: "its name", Keeps: []string{"description"}},
	Refuses: map[string]Condition{"subnetIds": subnetInUse},
}
