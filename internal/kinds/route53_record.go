package kinds

var route53Record = Facts{
	ID: named, ARN: noARN, Import: "{zoneId}_{name}_{type}", Adopt: createdBeside, Price: byUse, DataAfterDelete: noData,
	// Without an alias it proves a name to ACM.
	OnDelete: &Deletion{Impact: Impact{"%v leads nowhere any more", true, AtOnce, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-deleting.html"}, Of: "name", If: "alias"},
}
