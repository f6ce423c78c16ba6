package kinds

var servicediscoveryPrivateDNSNamespace = Facts{ID: hexadecimal("ns-"), ARN: anARN, Import: "{id}:{vpc}", Adopt: ofEarlier("name"), Price: uncounted, OnDelete: onlyItself, DataAfterDelete: noData}
