package v1alpha1

// Compute is the container registry, the ECS cluster with its services, and the load balancer before them.
type Compute struct {
	// Registry is the ECR repositories of the application images.
	Registry Registry `json:"registry,omitempty"`

	// ContainerInsights is the ECS cluster's CloudWatch Container Insights: enabled, enhanced (per-task metrics, costs
	// more) or disabled.
	//
	// +kubebuilder:validation:Enum=enabled;enhanced;disabled
	ContainerInsights *string `json:"containerInsights,omitempty"`

	// LogRetentionDays is how long the services' logs are kept, in days.
	//
	// +kubebuilder:validation:Enum=1;3;5;7;14;30;60;90;120;150;180;365;400;545;731;1096;1827;2192;2557;2922;3288;3653
	LogRetentionDays *int32 `json:"logRetentionDays,omitempty"`

	// Services is the size and scaling of each service.
	Services Services `json:"services,omitempty"`

	// LoadBalancer is the application load balancer.
	LoadBalancer LoadBalancer `json:"loadBalancer,omitempty"`

	// Temporal is the workflow engine's settings beyond its service's size.
	Temporal Temporal `json:"temporal,omitempty"`
}

// Registry is the ECR repositories <repositoryPrefix>-backend, -scraper and -frontend. Their names carry no
// environment, so that one image is built once and promoted: in one account and region one claim owns them, and the
// others use them.
type Registry struct {
	// Mode says whose the repositories are. Own: this claim creates them, or takes over those that exist. Use: another claim
	// in the same account and region owns them, and lists this one in its sharedWith. A change to Use leaves the repositories
	// and their images in AWS; a change to Own waits until no other claim owns them.
	//
	// +kubebuilder:validation:Enum=Own;Use
	Mode *string `json:"mode,omitempty"`

	// RepositoryPrefix is what the repositories' names start with. Immutable.
	//
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9]*([._/-][a-z0-9]+)*$')",message="compute.registry.repositoryPrefix must be lower-case letters and digits, with single . _ / or - between them, such as morket"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="compute.registry.repositoryPrefix cannot be changed after creation, because ECR cannot rename repositories: leave it as it was"
	RepositoryPrefix *string `json:"repositoryPrefix,omitempty"`

	// KeepImages is how many images the lifecycle rules of a repository keep: of each environment, the newest with tags
	// <environment>-*; of the others, those among the newest of all. A change takes effect when the rules are replaced:
	// docs/tasks/registry.md.
	//
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=1000
	KeepImages *int32 `json:"keepImages,omitempty"`

	// ImmutableTags has ECR refuse to move a tag to another image. The tag latest can still be moved.
	ImmutableTags *bool `json:"immutableTags,omitempty"`

	// PullThroughPrefixes are what the repositories of pull-through cache rules of this account and region begin with. A service
	// whose image is in one may have ECR fetch it from the registry upstream, such as Docker Hub. Example: [docker-hub].
	//
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=30
	// +listType=set
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$'))",message="compute.registry.pullThroughPrefixes must be repository prefixes of pull-through cache rules, such as docker-hub, without a slash at the end"
	PullThroughPrefixes []string `json:"pullThroughPrefixes,omitempty"`

	// SharedWith are the name prefixes of other claims in this account whose services may pull these images.
	// Example: [morket-production].
	//
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=63
	// +listType=set
	// +kubebuilder:validation:XValidation:rule="self.all(p, p.matches('^[a-z][a-z0-9]*(-[a-z0-9]+)*$'))",message="compute.registry.sharedWith must be name prefixes of claims, such as morket-production"
	SharedWith []string `json:"sharedWith,omitempty"`
}

// Services is the ECS services of the platform.
//
// +kubebuilder:validation:XValidation:rule="!has(self.temporalServer) || !has(self.temporalServer.scaling) || !has(self.temporalServer.scaling.enabled) || !self.temporalServer.scaling.enabled",fieldPath=".temporalServer.scaling.enabled",message="services.temporalServer cannot scale itself: the server runs as one task; give it more cpu and memory instead"
// +kubebuilder:validation:XValidation:rule="!has(self.temporalServer) || !has(self.temporalServer.desiredCount) || self.temporalServer.desiredCount <= 1",fieldPath=".temporalServer.desiredCount",message="services.temporalServer.desiredCount must be 0 or 1: the server runs as one task; give it more cpu and memory instead"
type Services struct {
	// Backend is the Node.js API at /api/v1.
	Backend Service `json:"backend,omitempty"`
	// Scraper is the Playwright scraper at /api/v1/scrape.
	Scraper Service `json:"scraper,omitempty"`
	// Frontend is nginx with the site, the load balancer's default target.
	Frontend Service `json:"frontend,omitempty"`
	// TemporalWorker runs the workflows.
	TemporalWorker Service `json:"temporalWorker,omitempty"`
	// TemporalServer is the workflow engine, one task.
	TemporalServer Service `json:"temporalServer,omitempty"`
}

// A Service is the size of one ECS service on Fargate.
//
// +kubebuilder:validation:XValidation:rule="has(self.cpu) == has(self.memory)",message="cpu and memory go together: give both, or neither for the sizing's"
// +kubebuilder:validation:XValidation:rule="!has(self.cpu) || !has(self.memory) || (self.cpu == 256 ? self.memory in [512, 1024, 2048] : self.cpu == 512 ? self.memory >= 1024 && self.memory <= 4096 && self.memory % 1024 == 0 : self.cpu == 1024 ? self.memory >= 2048 && self.memory <= 8192 && self.memory % 1024 == 0 : self.cpu == 2048 ? self.memory >= 4096 && self.memory <= 16384 && self.memory % 1024 == 0 : self.cpu == 4096 ? self.memory >= 8192 && self.memory <= 30720 && self.memory % 1024 == 0 : self.cpu == 8192 ? self.memory >= 16384 && self.memory <= 61440 && self.memory % 4096 == 0 : self.memory >= 32768 && self.memory <= 122880 && self.memory % 8192 == 0)",message="Fargate does not sell this pair of cpu and memory (in MiB), use one that it does: 256 goes with 512, 1024 or 2048; 512 with 1024 to 4096; 1024 with 2048 to 8192; 2048 with 4096 to 16384; 4096 with 8192 to 30720, all in steps of 1024; 8192 with 16384 to 61440 in steps of 4096; 16384 with 32768 to 122880 in steps of 8192"
type Service struct {
	// CPU is the task's CPU in units of 1/1024 vCPU. Example: 512.
	//
	// +kubebuilder:validation:Enum=256;512;1024;2048;4096;8192;16384
	CPU *int32 `json:"cpu,omitempty"`

	// Memory is the task's memory in MiB. What goes with which CPU is Fargate's. Example: 1024.
	//
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	Memory *int32 `json:"memory,omitempty"`

	// DesiredCount is the number of tasks while scaling is off. While scaling is on, give scaling.min instead: a new claim
	// that gives both is refused.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	DesiredCount *int32 `json:"desiredCount,omitempty"`

	// Scaling adds and removes tasks by CPU.
	Scaling Scaling `json:"scaling,omitempty"`

	// Spot runs the tasks on Fargate Spot, some 70 % cheaper, interrupted with two minutes' notice. One task is never on Spot,
	// because AWS gives no Spot capacity at times. So a service needs two tasks (desiredCount, or scaling.min) for it.
	Spot *bool `json:"spot,omitempty"`

	// Environment adds variables to the container's own, 48 KiB at most together. Nothing secret belongs here.
	// Example: {LOG_LEVEL: debug}.
	//
	// +kubebuilder:validation:MaxProperties=50
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.matches('^[A-Za-z_][A-Za-z0-9_]{0,127}$'))",message="environment: names of variables must be letters, digits and _, not beginning with a digit, such as LOG_LEVEL"
	Environment map[string]EnvironmentValue `json:"environment,omitempty"`

	// Secrets are variables that ECS fills from secrets of your own in Secrets Manager when a task starts. The service's
	// execution role may read these secrets and no others. Example: {STRIPE_KEY: {arn: "arn:aws:secretsmanager:…", key: live}}.
	//
	// +kubebuilder:validation:MaxProperties=30
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.matches('^[A-Za-z_][A-Za-z0-9_]{0,127}$'))",message="secrets: names of variables must be letters, digits and _, not beginning with a digit, such as STRIPE_KEY"
	Secrets map[string]SecretSource `json:"secrets,omitempty"`

	// Exec lets people who may call ecs:ExecuteCommand open a shell in the service's tasks (ECS Exec). What they type and see is
	// kept in the log group /ecs/<prefix>/exec. A shell sees every secret of the service.
	Exec *bool `json:"exec,omitempty"`
}

// A SecretSource is a secret in Secrets Manager, in the platform's account and region.
type SecretSource struct {
	// ARN is the secret's whole ARN, with the six characters that AWS adds.
	//
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:MaxLength=600
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$')",message="arn must be the whole ARN of a secret, such as arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3"
	ARN string `json:"arn"`

	// Key is the field of the secret's JSON. Default: the whole value.
	//
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.-]+$')",message="key must be a field of the secret's JSON: letters, digits, _ . and -"
	Key *string `json:"key,omitempty"`

	// KMSKeyARN is the key that encrypts the secret, if that is not AWS's own for Secrets Manager. The service's execution role may
	// decrypt with it, through Secrets Manager only.
	//
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$')",message="kmsKeyArn must be the ARN of a key, not of an alias, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	KMSKeyARN *string `json:"kmsKeyArn,omitempty"`
}

// An EnvironmentValue is the value of an environment variable.
//
// +kubebuilder:validation:MaxLength=4096
type EnvironmentValue string

// Scaling is a service's auto-scaling on average CPU.
//
// +kubebuilder:validation:XValidation:rule="!has(self.min) || !has(self.max) || self.min <= self.max",fieldPath=".min",message="scaling.min cannot exceed scaling.max: lower min or raise max"
// +kubebuilder:validation:XValidation:rule="!has(self.scaleInPercent) || !has(self.scaleOutPercent) || self.scaleInPercent + 20 <= self.scaleOutPercent",fieldPath=".scaleInPercent",message="scaling.scaleInPercent must be at least 20 below scaleOutPercent, or the ups and downs of the load add and remove tasks: use 30 and 70"
type Scaling struct {
	// Enabled turns scaling on.
	Enabled *bool `json:"enabled,omitempty"`

	// Min is the least number of tasks.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Min *int32 `json:"min,omitempty"`

	// Max is the greatest number of tasks.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Max *int32 `json:"max,omitempty"`

	// ScaleOutPercent is the average CPU at which tasks are added.
	//
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=95
	ScaleOutPercent *int32 `json:"scaleOutPercent,omitempty"`

	// ScaleInPercent is the average CPU at which a task is removed. It must be below scaleOutPercent × min ÷ (min + 1), the
	// CPU after a task was added: with a min of 2 and a scaleOutPercent of 70, at most 46.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=75
	ScaleInPercent *int32 `json:"scaleInPercent,omitempty"`
}

// LoadBalancer is the application load balancer's settings.
type LoadBalancer struct {
	// IdleTimeoutSeconds is how long a connection may be silent, and so how long a request may take. A task that is stopped
	// has as long to finish its requests, but 60 seconds at least and an hour at most.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=4000
	IdleTimeoutSeconds *int32 `json:"idleTimeoutSeconds,omitempty"`

	// TLSPolicy is the listener's security policy.
	//
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^ELBSecurityPolicy-TLS13-1-[23]-')",message="compute.loadBalancer.tlsPolicy must be a policy of TLS 1.2 or better, such as ELBSecurityPolicy-TLS13-1-2-2021-06"
	TLSPolicy *string `json:"tlsPolicy,omitempty"`

	// AccessLogRetentionDays is how long access logs are kept in S3, in days.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3650
	AccessLogRetentionDays *int32 `json:"accessLogRetentionDays,omitempty"`
}

// Temporal is the workflow engine's settings.
type Temporal struct {
	// HistoryShards is how finely Temporal's history is divided. It can never change once the database exists.
	// Immutable.
	//
	// +kubebuilder:validation:Enum=4;16;64;128;256;512;1024;2048;4096
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="compute.temporal.historyShards cannot be changed after creation, because Temporal's database is built on it: leave it as it was"
	HistoryShards *int32 `json:"historyShards,omitempty"`
}
