package kinds

var kubernetesSecret = Facts{
	ID: named, ARN: noARN, Adopt: anew, Price: free, OnDelete: onlyItself,
	DataAfterDelete: []Outcome{{"", "its values are lost"}},
}
