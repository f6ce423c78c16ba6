package kinds

var elbv2LBListener = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, DataAfterDelete: noData,
	Adopt:    &Adoption{Form: "its ARN", Prefix: elbARN},
	OnDelete: &Deletion{Impact: Impact{"the load balancer answers on port %v no more", true, AtOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/delete-listener.html"}, Of: "port"},
}
