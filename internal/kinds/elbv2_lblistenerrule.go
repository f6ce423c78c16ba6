package kinds

var elbv2LBListenerRule = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN},
}
