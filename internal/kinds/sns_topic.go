package kinds

var snsTopic = Facts{ID: named, ARN: "arn:aws:sns:{region}:{account}:{id}", Import: "{arn}", Adopt: anew, Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
