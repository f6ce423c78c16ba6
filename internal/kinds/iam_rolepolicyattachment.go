package kinds

var iamRolePolicyAttachment = Facts{ID: named, ARN: noARN, Import: "{role}/{policyArn}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
