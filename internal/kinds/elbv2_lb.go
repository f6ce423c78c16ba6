package kinds

import "slices"

var elbv2LB = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its ARN", Prefix: elbARN, Keeps: []string{"name"}},
	OnUpdate: map[string]Impact{
		"securityGroups": {otherGroups, true, AtOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html"},
	},
	OnChange: map[string]func(was, will any) []Consequence{"subnets": leavesSubnets},
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

// leavesSubnets is of a load balancer that leaves subnets.
func leavesSubnets(was, will any) []Consequence {
	if len(missing(was, will)) == 0 {
		return nil
	}
	return []Consequence{{Impact: Impact{"its addresses in the former subnets are gone: connections through them break", true, AtOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html"}}}
}

// missing lists the texts of a list that another lacks.
func missing(was, will any) []string {
	before, _ := was.([]any)
	after, _ := will.([]any)
	var out []string
	for _, v := range before {
		if s, ok := v.(string); ok && !slices.Contains(after, any(s)) {
			out = append(out, s)
		}
	}
	return out
}

// notApplication reports whether a load balancer is not one for HTTP, which is what it is by default.
func notApplication(c Change) bool {
	t := c.After.Text("loadBalancerType")
	return t != "" && t != "application"
}
