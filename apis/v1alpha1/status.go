package v1alpha1

// ConditionType of each layer. Each is False with a reason that names what is waited for until its layer is ready.
const (
	ConditionNetworkReady       = "NetworkReady"
	ConditionDataReady          = "DataReady"
	ConditionComputeReady       = "ComputeReady"
	ConditionEdgeReady          = "EdgeReady"
	ConditionObservabilityReady = "ObservabilityReady"
)

// MorketPlatformStatus is what is known of the platform. Conditions (Ready, Synced and one per layer) stand beside it.
type MorketPlatformStatus struct {
	// NamePrefix is what every AWS name of the platform starts with.
	NamePrefix string `json:"namePrefix,omitempty"`
	// Sizing is every knob as it was resolved: the claim's value where it gives one, else the environment's.
	Sizing Sizing `json:"sizing,omitempty"`
	// Network is the VPC and what belongs to it.
	Network NetworkStatus `json:"network,omitempty"`
	// Endpoints is where things are found.
	Endpoints EndpointsStatus `json:"endpoints,omitempty"`
	// Repositories are the URLs of the ECR repositories by service.
	Repositories map[string]string `json:"repositories,omitempty"`
	// RepositoriesTakenOver reports that the platform did not create its ECR repositories, but took them over when its
	// compute.registry.mode changed from Use to Own. They stay in AWS when the platform is deleted.
	RepositoriesTakenOver bool `json:"repositoriesTakenOver,omitempty"`
	// Buckets are the S3 buckets by what they are for: frontend, exports and albLogs.
	Buckets map[string]BucketStatus `json:"buckets,omitempty"`
	// SecretARNs are the ARNs in Secrets Manager by secret.
	SecretARNs map[string]string `json:"secretArns,omitempty"`
	// KMSKeyARN is the key that encrypts the platform's data.
	KMSKeyARN string `json:"kmsKeyArn,omitempty"`
	// Monitoring is where to look, and who is told.
	Monitoring MonitoringStatus `json:"monitoring,omitempty"`
}

// Sizing is every knob of the claim that has a default, resolved. A sizing profile
// (internal/platform/profiles/<environment>.yaml) is a Sizing too: the values that depend on the environment.
type Sizing struct {
	// DeletionProtection as resolved.
	DeletionProtection *bool `json:"deletionProtection,omitempty"`
	// Network as resolved.
	Network Network `json:"network,omitempty"`
	// Compute as resolved.
	Compute Compute `json:"compute,omitempty"`
	// Data as resolved.
	Data Data `json:"data,omitempty"`
	// Edge as resolved.
	Edge Edge `json:"edge,omitempty"`
	// Secrets as resolved.
	Secrets Secrets `json:"secrets,omitempty"`
	// Monitoring as resolved.
	Monitoring Monitoring `json:"monitoring,omitempty"`
}

// NetworkStatus is what AWS calls the network's parts.
type NetworkStatus struct {
	// VPCID is the VPC's id. Example: vpc-0123456789abcdef0.
	VPCID string `json:"vpcId,omitempty"`
	// AvailabilityZones are the zones in use, in the order of the subnet ids.
	//
	// +listType=atomic
	AvailabilityZones []string `json:"availabilityZones,omitempty"`
	// PublicSubnetIDs are the ids of the public subnets, one per zone.
	//
	// +listType=atomic
	PublicSubnetIDs []string `json:"publicSubnetIds,omitempty"`
	// PrivateSubnetIDs are the ids of the private subnets, one per zone.
	//
	// +listType=atomic
	PrivateSubnetIDs []string `json:"privateSubnetIds,omitempty"`
	// NATPublicIPs are the addresses that the platform's requests come from, for other people's allow lists.
	//
	// +listType=atomic
	NATPublicIPs []string `json:"natPublicIps,omitempty"`
	// SecurityGroupIDs are the ids of the security groups by name: alb, ecs, aurora, redis, rabbitmq, opensearch,
	// clickhouse and temporal.
	SecurityGroupIDs map[string]string `json:"securityGroupIds,omitempty"`
}

// EndpointsStatus is where the platform's parts are found.
type EndpointsStatus struct {
	// Site is the site's URL.
	Site string `json:"site,omitempty"`
	// API is the API's URL.
	API string `json:"api,omitempty"`
	// LoadBalancer is the load balancer's DNS name.
	LoadBalancer string `json:"loadBalancer,omitempty"`
	// CloudFront is the distribution's domain name.
	CloudFront string `json:"cloudFront,omitempty"`
	// CloudFrontDistributionID is the distribution's id, for invalidations. Example: E2EXAMPLE.
	CloudFrontDistributionID string `json:"cloudFrontDistributionId,omitempty"`
	// AuroraWriter is host:port of the writer.
	AuroraWriter string `json:"auroraWriter,omitempty"`
	// AuroraReader is host:port that spreads over the readers.
	AuroraReader string `json:"auroraReader,omitempty"`
	// Redis is host:port of the primary node (TLS).
	Redis string `json:"redis,omitempty"`
	// RabbitMQ is the broker's amqps:// URL, without credentials.
	RabbitMQ string `json:"rabbitmq,omitempty"`
	// OpenSearch is the domain's https:// URL, without credentials.
	OpenSearch string `json:"openSearch,omitempty"`
	// ClickHouse is the instance's private address; HTTP is on 8123, the native protocol on 9000.
	ClickHouse string `json:"clickHouse,omitempty"`
	// Temporal is host:port of the workflow engine.
	Temporal string `json:"temporal,omitempty"`
}

// BucketStatus is what AWS calls a bucket.
type BucketStatus struct {
	// Name is the bucket's name.
	Name string `json:"name,omitempty"`
	// ARN is the bucket's ARN.
	ARN string `json:"arn,omitempty"`
}

// MonitoringStatus is where to look, and who is told.
type MonitoringStatus struct {
	// Dashboard is the URL of the CloudWatch dashboard.
	Dashboard string `json:"dashboard,omitempty"`
	// AlarmTopicARN is the SNS topic that alarms are published to, for what else should be told: a pager, a chat.
	AlarmTopicARN string `json:"alarmTopicArn,omitempty"`
	// UnconfirmedEmails are told of nothing until somebody follows the link in the mail that AWS sent them.
	//
	// +listType=atomic
	UnconfirmedEmails []string `json:"unconfirmedEmails,omitempty"`
}
