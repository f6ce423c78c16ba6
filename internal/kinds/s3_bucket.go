package kinds

var s3Bucket = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Adopt: &Adoption{Form: "its name"}, Price: byUse, OnDelete: onlyItself,
	DataAfterDelete: []Outcome{{"forceDestroy", "every object in it is lost"}, {"", "AWS refuses while there are objects in it"}},
}
