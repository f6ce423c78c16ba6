package kinds

var cloudfrontOriginAccessControl = Facts{
	ID: cloudFront, ARN: anARN, Import: "{id}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id", Keeps: []string{"name", "description"}},
}
