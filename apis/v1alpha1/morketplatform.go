package v1alpha1

// GroupVersion and kinds of this API.
const (
	Group         = "platform.morket.io"
	Version       = "v1alpha1"
	APIVersion    = Group + "/" + Version
	KindComposite = "XMorketPlatform"
	KindClaim     = "MorketPlatform"
)

// MorketPlatformSpec is what a team wants of its platform. Four fields have to be given: environment, accountId,
// region and, in production, domain. Everything else has a default.
//
// +kubebuilder:validation:XValidation:rule="has(self.namePrefix) == has(oldSelf.namePrefix)",fieldPath=".namePrefix",message="namePrefix cannot be added or removed after creation, because every AWS name starts with it: leave it as it was, or create a second claim with the new prefix and move over"
// +kubebuilder:validation:XValidation:rule="self.environment != oldSelf.environment || (has(self.data) && has(self.data.rabbitmq) && has(self.data.rabbitmq.deploymentMode) ? self.data.rabbitmq.deploymentMode : self.environment == 'production' ? '$(production.data.rabbitmq.deploymentMode)' : '$(staging.data.rabbitmq.deploymentMode)') == (has(oldSelf.data) && has(oldSelf.data.rabbitmq) && has(oldSelf.data.rabbitmq.deploymentMode) ? oldSelf.data.rabbitmq.deploymentMode : oldSelf.environment == 'production' ? '$(production.data.rabbitmq.deploymentMode)' : '$(staging.data.rabbitmq.deploymentMode)')",fieldPath=".data.rabbitmq.deploymentMode",message="data.rabbitmq.deploymentMode cannot be changed after creation, because AWS would have to replace the broker and lose its queues: create a second claim with the other mode and move over"
// +kubebuilder:validation:XValidation:rule="self.environment != oldSelf.environment || (has(self.data) && has(self.data.clickHouse) && has(self.data.clickHouse.volume) && has(self.data.clickHouse.volume.sizeGiB) ? self.data.clickHouse.volume.sizeGiB : self.environment == 'production' ? $(production.data.clickHouse.volume.sizeGiB) : $(staging.data.clickHouse.volume.sizeGiB)) >= (has(oldSelf.data) && has(oldSelf.data.clickHouse) && has(oldSelf.data.clickHouse.volume) && has(oldSelf.data.clickHouse.volume.sizeGiB) ? oldSelf.data.clickHouse.volume.sizeGiB : oldSelf.environment == 'production' ? $(production.data.clickHouse.volume.sizeGiB) : $(staging.data.clickHouse.volume.sizeGiB))",fieldPath=".data.clickHouse.volume.sizeGiB",message="data.clickHouse.volume.sizeGiB cannot shrink, because EBS volumes only grow: keep the size (by default staging has $(staging.data.clickHouse.volume.sizeGiB), production $(production.data.clickHouse.volume.sizeGiB)), or move the data to a new platform"
// +kubebuilder:validation:XValidation:rule="self.environment != 'production' || has(self.domain)",fieldPath=".domain",reason=FieldValueRequired,message="production needs a domain: give domain.name and domain.hostedZoneId (or the ARNs of existing certificates)"
// +kubebuilder:validation:XValidation:rule="!has(self.domain) || has(self.domain.hostedZoneId) || (has(self.domain.certificateArn) && (self.region == 'us-east-1' || has(self.domain.cloudFrontCertificateArn)))",fieldPath=".domain",message="domain needs certificates: give domain.hostedZoneId, so that they are issued and validated for you, or domain.certificateArn and, outside us-east-1, domain.cloudFrontCertificateArn"
// +kubebuilder:validation:XValidation:rule="!has(self.network) || !has(self.network.availabilityZones) || self.network.availabilityZones.all(z, !z.matches('^[a-z]{2}-') || z.startsWith(self.region))",fieldPath=".network.availabilityZones",message="network.availabilityZones must lie in spec.region: write names such as us-east-1a for region us-east-1"
// +kubebuilder:validation:XValidation:rule="(!has(self.data) || !has(self.data.aurora) || !has(self.data.aurora.databaseName)) || (has(self.adopt) && has(self.adopt.externalNames) && 'aurora' in self.adopt.externalNames) || (self.data.aurora.databaseName.matches('^[a-z][a-z0-9_]*$') && !(self.data.aurora.databaseName in ['postgres', 'db', 'database']))",fieldPath=".data.aurora.databaseName",message="data.aurora.databaseName must begin with a lower-case letter and hold lower-case letters, digits and _, and not be postgres, db or database: choose one such as morket; only a cluster in spec.adopt.externalNames may have another"
// +kubebuilder:validation:XValidation:rule="(!has(self.data) || !has(self.data.aurora) || !has(self.data.aurora.masterUsername)) || (has(self.adopt) && has(self.adopt.externalNames) && 'aurora' in self.adopt.externalNames) || (self.data.aurora.masterUsername.matches('^[a-z][a-z0-9_]*$') && !(self.data.aurora.masterUsername in ['admin', 'user']))",fieldPath=".data.aurora.masterUsername",message="data.aurora.masterUsername must begin with a lower-case letter and hold lower-case letters, digits and _, and not be admin or user, which PostgreSQL reserves: choose one such as morket_admin or postgres; only a cluster in spec.adopt.externalNames may have another"
// +kubebuilder:validation:XValidation:rule="!has(self.domain) || !has(self.domain.certificateArn) || !self.domain.certificateArn.startsWith('arn:aws:acm:') || self.domain.certificateArn.contains(':acm:' + self.region + ':')",fieldPath=".domain.certificateArn",message="domain.certificateArn must be a certificate in spec.region, because a load balancer uses only those; the one for CloudFront goes to domain.cloudFrontCertificateArn"
type MorketPlatformSpec struct {
	// Environment selects the sizing: `staging` is small, single-node and leaves nothing behind when it is deleted;
	// `production` is highly available, scales itself and protects what holds data. Any single knob can be overridden
	// below. Immutable.
	//
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:Enum=staging;production
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="environment cannot be changed after creation: create a second claim for the other environment"
	// +kubebuilder:example=staging
	Environment string `json:"environment"`

	// AccountID is the AWS account, twelve digits in quotes. It guards against the wrong account and makes ARNs
	// computable. Immutable. Example: "111122223333".
	//
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{12}$')",message="accountId must be the twelve digits of an AWS account in quotes, such as \"111122223333\""
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="accountId cannot be changed after creation: create a second claim in the other account"
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:example="111122223333"
	AccountID string `json:"accountId"`

	// Region is the AWS region of everything but what AWS keeps elsewhere (CloudFront's certificate lives in us-east-1).
	// Immutable. Example: us-east-1.
	//
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[0-9]$')",message="region must be the code of a commercial AWS region, such as us-east-1 or eu-central-1 (China and GovCloud are other partitions and are not supported)"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="region cannot be changed after creation: create a second claim in the other region and move the data"
	// +kubebuilder:example="us-east-1"
	Region string `json:"region"`

	// NamePrefix is what every AWS name starts with. A control plane that is built again from Git finds by it what AWS knows
	// by a name; what AWS knows by an id, such as the VPC, the key and ClickHouse's volume, `morket export` writes down. See
	// docs/tasks/lost.md. Default: the claim's name. Give one when two claims of one name (in two namespaces) share an account
	// and region. Lower-case letters, digits and single hyphens, beginning with a letter. Immutable. Example: morket-staging.
	//
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9]*(-[a-z0-9]+)*$')",message="namePrefix must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens between them, such as morket-staging"
	// +kubebuilder:validation:XValidation:rule="!['sg-', 'internal-', 'sthree-', 'amzn-s3-demo-'].exists(p, (self + '-').startsWith(p))",message="namePrefix must not begin with sg-, internal-, sthree- or amzn-s3-demo-, which AWS keeps to itself: choose another, such as morket-staging"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="namePrefix cannot be changed after creation, because every AWS name starts with it: create a second claim with the new prefix and move over"
	NamePrefix *string `json:"namePrefix,omitempty"`

	// ProviderConfigName is the ProviderConfig.aws.upbound.io with the credentials for accountId.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ProviderConfigName *string `json:"providerConfigName,omitempty"`

	// DeletionProtection guards the claim and what holds data: the API server refuses to delete the claim, AWS to
	// delete databases, and the provider to put an empty one in the place of one that is gone. Lift it (false), wait
	// until the claim is Ready, then delete. A production platform leaves final snapshots, backups and what it takes to
	// read them behind even then; docs/deletion.md says what becomes of each store.
	DeletionProtection *bool `json:"deletionProtection,omitempty"`

	// Tags are put on every AWS resource that can be tagged, beside the platform's own (Project, Environment, ManagedBy,
	// Claim, Name). Example: {CostCenter: "4711"}.
	//
	// +kubebuilder:validation:MaxProperties=30
	// +kubebuilder:validation:XValidation:rule="self.all(k, size(k) >= 1 && size(k) <= 128 && size(self[k]) <= 256)",message="tags: AWS takes keys of 1 to 128 and values of up to 256 characters: use shorter ones"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !(k.lowerAscii() in ['project', 'environment', 'managedby', 'claim', 'name']) && !k.lowerAscii().startsWith('aws:') && !k.lowerAscii().startsWith('crossplane-'))",message="tags: Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.matches(r'^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$') && self[k].matches(r'^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$'))",message="tags: AWS takes letters, digits, spaces and _ . : / = + - @ only: leave other characters out"
	Tags map[string]TagValue `json:"tags,omitempty"`

	// Domain is where the platform is found. Without one (staging only) site and API each have a name and certificate of
	// CloudFront's, to be found in status.endpoints. Behind the API's, the load balancer speaks plain HTTP on port 80, and
	// not to CloudFront alone but to whoever network.allowedCidrs lets in, which must not shut CloudFront out: leave it at
	// 0.0.0.0/0. CloudFront waits 60 seconds for an answer of the API. Good to try things out; give a domain for data that
	// matters.
	Domain *Domain `json:"domain,omitempty"`

	// Images says which container images run.
	Images Images `json:"images,omitempty"`

	// Network is the VPC and what belongs to it.
	Network Network `json:"network,omitempty"`

	// Compute is the container registry, the ECS services and the load balancer.
	Compute Compute `json:"compute,omitempty"`

	// Data is the data stores.
	Data Data `json:"data,omitempty"`

	// Edge is the buckets and the content delivery network.
	Edge Edge `json:"edge,omitempty"`

	// Secrets is how generated credentials are kept and rotated.
	Secrets Secrets `json:"secrets,omitempty"`

	// Monitoring is alarms, their thresholds and who is told.
	Monitoring Monitoring `json:"monitoring,omitempty"`

	// Adopt brings resources that exist in AWS already under the claim, without making any of them anew.
	Adopt *Adopt `json:"adopt,omitempty"`
}

// A TagValue is the value of an AWS tag.
//
// +kubebuilder:validation:MaxLength=256
type TagValue string

// Domain is the platform's DNS name and the certificates for it.
//
// +kubebuilder:validation:XValidation:rule="!has(self.apiName) || self.apiName != self.name",fieldPath=".apiName",message="domain.apiName must differ from domain.name, because the site is found there: leave it out for api.<name>, or give another name"
// +kubebuilder:validation:XValidation:rule="!has(self.hostedZoneId) || size(self.name) <= 64",fieldPath=".name",message="domain.name must have at most 64 characters, because no certificate is issued for more: use a shorter name, or give the ARNs of existing certificates and no hostedZoneId"
// +kubebuilder:validation:XValidation:rule="!has(self.hostedZoneId) || has(self.certificateArn) || (has(self.apiName) ? size(self.apiName) <= 64 : size(self.name) <= 60 || size(self.name) > 64)",fieldPath=".apiName",message="domain.apiName, by default api.<name>, must have at most 64 characters, because no certificate is issued for more: give a shorter one, or the ARN of an existing certificate in certificateArn"
type Domain struct {
	// Name is the site's host name, which leads to CloudFront; the API answers at api.<name>, which leads straight to the
	// load balancer. Another name can be given later: the old one answers until the new one does. Example: staging.morket.io.
	//
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$')",message="domain.name must be a lower-case DNS name without scheme, port or trailing dot, such as staging.morket.io"
	Name string `json:"name"`

	// HostedZoneID is the public Route 53 zone that holds name. When it is given, certificates are issued and validated
	// and alias records for the site and the API are kept there; records of these names that are there already are
	// replaced. Without it, have name lead to status.endpoints.cloudFront and apiName to status.endpoints.loadBalancer.
	// Example: Z0123456789ABCDEFGHIJ.
	//
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^Z[A-Z0-9]{1,31}$')",message="domain.hostedZoneId must be the zone's id, such as Z0123456789ABCDEFGHIJ, without /hostedzone/ before it"
	HostedZoneID *string `json:"hostedZoneId,omitempty"`

	// APIName is the API's host name. Default: api.<name>.
	//
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$')",message="domain.apiName must be a lower-case DNS name without scheme, port or trailing dot, such as api.staging.morket.io"
	APIName *string `json:"apiName,omitempty"`

	// CertificateARN is an existing ACM certificate for name and apiName in spec.region, used instead of one that the
	// platform issues. Example: arn:aws:acm:eu-west-1:111122223333:certificate/0f9e….
	//
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$')",message="domain.certificateArn must be the ARN of an ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>"
	CertificateARN *string `json:"certificateArn,omitempty"`

	// CloudFrontCertificateARN is an existing ACM certificate for name in us-east-1, the only region CloudFront takes
	// certificates from. Default: certificateArn when spec.region is us-east-1, else one that the platform issues.
	//
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:acm:us-east-1:[0-9]{12}:certificate/.+$')",message="domain.cloudFrontCertificateArn must be the ARN of an ACM certificate in us-east-1, the only region CloudFront takes certificates from"
	CloudFrontCertificateARN *string `json:"cloudFrontCertificateArn,omitempty"`
}

// Images says which container image each service runs. One tag for all is the rule; each service may have its own.
//
// +kubebuilder:validation:XValidation:rule="!has(self.temporalServer) || !has(self.temporalServer.repository) || has(self.temporalServer.tag) || has(self.temporalServer.digest)",fieldPath=".temporalServer.tag",reason=FieldValueRequired,message="images.temporalServer.repository needs its own tag, such as 1.29.3: the tag of the application images is none of Temporal's"
type Images struct {
	// Tag is the tag of all application images. Use one that is never moved, <environment>-<commit>: a changed tag is what
	// rolls services out, and the repositories keep the newest images of each environment. Example: staging-3f2a9c1.
	//
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$')",message="images.tag must be an image tag, such as a commit's SHA: letters, digits, _ . and -, no image name before it"
	Tag *string `json:"tag,omitempty"`

	// Backend overrides the backend's image. Default: the platform's ECR repository with images.tag.
	Backend *Image `json:"backend,omitempty"`
	// Scraper overrides the scraper's image. Default: the platform's ECR repository with images.tag.
	Scraper *Image `json:"scraper,omitempty"`
	// Frontend overrides the frontend's image. Default: the platform's ECR repository with images.tag.
	Frontend *Image `json:"frontend,omitempty"`
	// TemporalWorker overrides the Temporal worker's image. Default: the backend's.
	TemporalWorker *Image `json:"temporalWorker,omitempty"`

	// TemporalServer is the Temporal server's image. The upstream auto-setup image is deprecated: its successor goes here.
	TemporalServer *Image `json:"temporalServer,omitempty"`
}

// An Image is a container image other than the platform's default.
type Image struct {
	// Repository is the image without its tag. Default: the service's own. Example: temporalio/auto-setup.
	//
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9._:/-]*[a-z0-9])?$') && !self.matches('.*:[^/]*$')",message="repository must be an image name without tag or digest, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend; the tag goes to tag"
	Repository *string `json:"repository,omitempty"`

	// Tag is the image's tag. Default: images.tag. Example: 3f2a9c1.
	//
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$')",message="tag must be an image tag, such as a commit's SHA: letters, digits, _ . and -"
	Tag *string `json:"tag,omitempty"`

	// Digest is the image's digest, instead of a tag. It does not keep the image: ECR deletes what has no tag after seven
	// days, so keep a tag <environment>-* on it. Example: sha256:0f9e….
	//
	// +kubebuilder:validation:MaxLength=71
	// +kubebuilder:validation:XValidation:rule="self.matches('^sha256:[0-9a-f]{64}$')",message="digest must be an image's digest, such as sha256: and 64 hexadecimal digits"
	Digest *string `json:"digest,omitempty"`
}
