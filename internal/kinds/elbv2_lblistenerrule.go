package kinds

var elbv2LBListenerRule = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN},
	OnUpdate: map[string]Impact{
		"action":    {"requests that it matches get another answer, such as from another target group", true, AtOnce, listenerUpdate},
		"condition": {"it matches other requests: the others go to the next rule", true, AtOnce, listenerUpdate},
		"priority":  {"rules are tried in another order", false, AtOnce, listenerUpdate},
	},
}
