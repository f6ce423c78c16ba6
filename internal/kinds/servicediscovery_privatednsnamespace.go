package kinds

var servicediscoveryPrivateDNSNamespace = Facts{ID: hexadecimal("ns-"), ARN: anARN, Adopt: ofEarlier("name"), Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
