package kinds

var acmCertificateValidation = Facts{ID: named, ARN: noARN, Adopt: anew, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
