package kinds

var snsTopic = Facts{ID: named, ARN: "arn:aws:sns:{region}:{account}:{id}", Adopt: anew, Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
