package kinds

var servicediscoveryPrivateDNSNamespace = Facts{ID: hexadecimal("ns-"), ARN: anARN, Adopt: anew, Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
