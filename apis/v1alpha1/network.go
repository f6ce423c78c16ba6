package v1alpha1

// Network is the VPC: its address range, zones, way out to the internet and flow logs.
//
// +kubebuilder:validation:XValidation:rule="!has(self.natGateways) || self.natGateways <= (has(self.availabilityZones) ? size(self.availabilityZones) : 2)",fieldPath=".natGateways",message="network.natGateways cannot exceed the number of availability zones: lower it, or name a third zone in availabilityZones"
type Network struct {
	// CIDR is the VPC's IPv4 range, a private one of /16 to /22; public and private subnets of a sixteenth each are
	// carved out of it. Choose ranges that do not overlap where VPCs are to be peered. Immutable.
	//
	// +kubebuilder:validation:MaxLength=43
	// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self).ip().family() == 4 && cidr(self).prefixLength() >= 16 && cidr(self).prefixLength() <= 22 && cidr(self) == cidr(self).masked()",message="network.cidr must be the base of an IPv4 range between /16 and /22, such as 10.0.0.0/16: AWS takes none larger, and the subnets fit in none smaller"
	// +kubebuilder:validation:XValidation:rule="!isCIDR(self) || cidr(self).ip().family() != 4 || ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].exists(r, cidr(r).containsCIDR(self))",message="network.cidr must lie in a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="network.cidr cannot be changed after creation, because AWS would have to replace the VPC and everything in it: create a second claim with the new range and move over"
	CIDR *string `json:"cidr,omitempty"`

	// AvailabilityZones are the two or three zones that get a public and a private subnet each. The letters that an
	// account has differ; `aws ec2 describe-availability-zones` lists them. A third one can be appended later, nothing
	// removed or reordered. Default: the region's first two. Example: [us-east-1a, us-east-1b].
	//
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MaxLength=32
	// +listType=atomic
	// +kubebuilder:validation:XValidation:rule="self.all(z, z.matches('^[a-z]{2}-[a-z]+-[0-9][a-z]$'))",message="network.availabilityZones must be names of zones, such as us-east-1a"
	// +kubebuilder:validation:XValidation:rule="self.all(z, self.exists_one(o, o == z))",message="network.availabilityZones must differ from each other: name two or three, such as us-east-1a and us-east-1b"
	// +kubebuilder:validation:XValidation:rule="size(self) >= size(oldSelf) && self[0] == oldSelf[0] && self[1] == oldSelf[1] && (size(oldSelf) < 3 || self[2] == oldSelf[2])",message="network.availabilityZones cannot be removed or reordered after creation, because subnets cannot move between zones: keep the first ones as they were and append"
	AvailabilityZones []string `json:"availabilityZones,omitempty"`

	// NATGateways is how many NAT gateways there are, one per zone at most. A private subnet uses the one in its own
	// zone where there is one.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3
	NATGateways *int32 `json:"natGateways,omitempty"`

	// AllowedCIDRs are the IPv4 ranges that may reach the load balancer on ports 80 and 443; 0.0.0.0/0 is the
	// internet. Example: [203.0.113.0/24].
	//
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=43
	// +listType=set
	// +kubebuilder:validation:XValidation:rule="self.all(c, isCIDR(c) && cidr(c).ip().family() == 4 && cidr(c) == cidr(c).masked())",message="network.allowedCidrs must be IPv4 ranges written by their base, such as 203.0.113.0/24, 0.0.0.0/0 or, for a single address, 203.0.113.7/32"
	AllowedCIDRs []string `json:"allowedCidrs,omitempty"`

	// FlowLogs is the record of the VPC's traffic in CloudWatch Logs.
	FlowLogs FlowLogs `json:"flowLogs,omitempty"`

	// S3Endpoint adds a gateway endpoint for S3, which costs nothing: image layers and exports then bypass the NAT
	// gateways.
	S3Endpoint *bool `json:"s3Endpoint,omitempty"`
}

// FlowLogs is the record of the VPC's traffic.
type FlowLogs struct {
	// RetentionDays is how long records are kept, in days.
	//
	// +kubebuilder:validation:Enum=1;3;5;7;14;30;60;90;120;150;180;365;400;545;731;1096;1827;2192;2557;2922;3288;3653
	RetentionDays *int32 `json:"retentionDays,omitempty"`
}
