package kinds

var elbv2LBTargetGroup = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN, Keeps: []string{"name"}},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"arnSuffix": "targetgroup/" + id + "/" + hash(id, 16)}
	},
}
