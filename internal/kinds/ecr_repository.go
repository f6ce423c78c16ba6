package kinds

var ecrRepository = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Adopt: createdBeside, Price: byUse, OnDelete: onlyItself,
	DataAfterDelete: []Outcome{{"forceDelete", "every image in it is lost"}, {"", "AWS refuses while there are images in it"}},
}
