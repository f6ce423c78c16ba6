package kinds

var opensearchDomainPolicy = Facts{ID: named, ARN: noARN, Import: "{domainName}", Refers: map[string]string{"domainName": "domain_name"}, Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
