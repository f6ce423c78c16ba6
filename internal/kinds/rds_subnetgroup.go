package kinds

// subnetInUse is of groups of subnets that lose one.
var subnetInUse = Condition{
	func(c Change) bool { return len(missing(c.Old, c.New)) > 0 },
	"AWS removes no subnet from a group while something of the group is in it",
}

var rdsSubnetGroup = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt:   &Adoption{Form: "its name", Keeps: []string{"description"}},
	Refuses: map[string]Condition{"subnetIds": subnetInUse},
}
