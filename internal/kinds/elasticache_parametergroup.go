package kinds

var elasticacheParameterGroup = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its name", Keeps: []string{"name", "description"}},
}
