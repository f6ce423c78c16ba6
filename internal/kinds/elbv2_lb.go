package kinds

var elbv2LB = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN, Keeps: []string{"name"}},
	Replaces: map[string]Condition{
		"secondaryIpsAutoAssignedPerSubnet": {func(c Change) bool { return number(c.New) < number(c.Old) }, "there are fewer of them"},
		"securityGroups": {
			func(c Change) bool { return notApplication(c) && (length(c.Old) == 0) != (length(c.New) == 0) },
			"a network load balancer that was created without security groups cannot get any, and none can lose all",
		},
		"subnetMapping": {notApplication, "only an application load balancer moves"},
		"subnets": {
			func(c Change) bool { return notApplication(c) && length(c.New) <= length(c.Old) },
			"a network load balancer gets more subnets, and loses none",
		},
	},
	Price: func(b *Bill, _ string, p Parameters) {
		b.hourly("load balancer", 1, b.LoadBalancerHour)
		if p["internal"] != true {
			b.hourly("public addresses", float64(max(length(p["subnets"]), length(p["subnetRefs"]))), b.PublicIPv4Hour)
		}
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"dnsName": id + "-1234567890.elb.amazonaws.com", "zoneId": "Z35SXDOTRQ7X7K", "arnSuffix": "app/" + id + "/" + hash(id, 16)}
	},
}

const elbARN = "arn:aws:elasticloadbalancing:"

// notApplication reports whether a load balancer is not one for HTTP, which is what it is by default.
func notApplication(c Change) bool {
	t := c.After.Text("loadBalancerType")
	return t != "" && t != "application"
}
