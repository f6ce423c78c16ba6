package kinds

var elbv2LBListenerRule = Facts{
	ID: named, ARN: anARN, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN},
}
