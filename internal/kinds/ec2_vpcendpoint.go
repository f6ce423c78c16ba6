package kinds

var ec2VPCEndpoint = Facts{
	ID: hexadecimal("vpce-"), ARN: anARN, Import: "{id}", Adopt: byID, DataAfterDelete: noData,
	OnDelete: &Deletion{Impact: Impact{"open connections to S3 break, and new ones go out through the NAT gateways, which costs by the gigabyte", true, AtOnce, "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html"}},
	Price: func(b *Bill, _ string, p Parameters) {
		if p["vpcEndpointType"] == "Interface" {
			b.hourly("VPC endpoints", max(1, float64(length(p["subnetIds"]))), b.InterfaceEndpointHour)
		}
	},
}
