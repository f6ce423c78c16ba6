package kinds

var elbv2LBTargetGroup = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN, Keeps: []string{"name"}},
	OnUpdate: map[string]Impact{
		"healthCheck": {"targets are judged by another check: those that fail it no longer get requests", true, AtOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"},
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"arnSuffix": "targetgroup/" + id + "/" + hash(id, 16)}
	},
}
