package kinds

var ec2SecurityGroupIngressRule = Facts{
	ID: hexadecimal("sgr-"), ARN: anARN, Import: "{id}", Price: free, DataAfterDelete: noData,
	Adopt:    ruleAdoption,
	OnDelete: &Deletion{Impact: Impact{"whom no other rule lets in is shut out", true, AtOnce, "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"}},
	Replaces: otherSide,
	Answer:   ruleAnswer,
}

// These are of rules of both directions.
var (
	ruleAdoption = &Adoption{Form: "its id", Attribute: "security_group_rule_id", Keeps: []string{"description"}}

	// A rule's values change in place, but not their kind: a range instead of a group.
	otherSide = map[string]Condition{
		"cidrIpv4": otherKind, "cidrIpv6": otherKind, "prefixListId": otherKind,
		"referencedSecurityGroupId": otherKind, "referencedSecurityGroupIdRef": otherKind,
	}
	otherKind = Condition{
		func(c Change) bool { return c.Old == nil || c.New == nil },
		"a rule's other side cannot become one of another kind",
	}
)

func ruleAnswer(id string, _ Parameters) map[string]any {
	return map[string]any{"securityGroupRuleId": id}
}
