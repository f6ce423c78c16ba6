package kinds

var cloudfrontDistribution = Facts{
	ID: cloudFront, ARN: anARN, Import: "{id}", Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id", Keeps: []string{"comment"}},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"domainName": "d" + hash(id, 13) + ".cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
	},
}
