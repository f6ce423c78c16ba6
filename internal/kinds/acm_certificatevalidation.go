package kinds

var acmCertificateValidation = Facts{ID: named, ARN: noARN, NotImported: "it is not a resource of AWS, but Terraform waiting until the certificate is valid", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData}
