package kinds

var kmsKey = Facts{
	ID: uuid, ARN: anARN, Import: "{id}", OnDelete: onlyItself,
	Adopt: &Adoption{Form: "its id, no ARN and no alias", Keeps: []string{"description"}},
	DataAfterDelete: []Outcome{
		{"deletionWindowInDays", "whatever it encrypted cannot be read any more after %v days, until which the deletion can be cancelled"},
		{"", "whatever it encrypted cannot be read any more after 30 days, until which the deletion can be cancelled"},
	},
	Price:  func(b *Bill, _ string, _ Parameters) { b.Items["keys"] += b.KeyMonth },
	Answer: func(id string, _ Parameters) map[string]any { return map[string]any{"keyId": id} },
}
