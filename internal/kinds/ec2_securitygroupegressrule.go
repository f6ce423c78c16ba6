package kinds

var ec2SecurityGroupEgressRule = Facts{
	ID: hexadecimal("sgr-"), ARN: anARN, Import: "{id}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt:    ruleAdoption,
	Replaces: otherSide,
	Answer:   ruleAnswer,
}
