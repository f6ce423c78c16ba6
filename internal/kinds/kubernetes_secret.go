package kinds

var kubernetesSecret = Facts{
	ID: named, ARN: noARN, Adopt: createdBeside, Price: free, OnDelete: onlyItself,
	DataAfterDelete: []Outcome{{"", "its values are lost"}},
}
