package kinds

var snsTopic = Facts{ID: named, ARN: "arn:aws:sns:{region}:{account}:{id}", Import: "{arn}", Adopt: createdBeside, Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData}
