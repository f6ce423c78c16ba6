package v1alpha1

// Secrets is how generated credentials are kept and rotated. Their values are generated once, kept in a Kubernetes
// Secret and in AWS Secrets Manager, and shown nowhere else.
type Secrets struct {
	// Namespace is where the Kubernetes Secrets with generated values live. Immutable.
	//
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",message="secrets.namespace must be the name of a namespace, such as crossplane-system"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="secrets.namespace cannot be changed after creation, because every generated value would be made anew: leave it as it was"
	Namespace *string `json:"namespace,omitempty"`

	// RecoveryWindowDays is how long AWS keeps a deleted secret, in days, during which its name stays taken; 0 deletes
	// at once, else 7 to 30.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=30
	// +kubebuilder:validation:XValidation:rule="self == 0 || self >= 7",message="secrets.recoveryWindowDays must be 0, which deletes at once, or 7 to 30"
	RecoveryWindowDays *int32 `json:"recoveryWindowDays,omitempty"`

	// Rotation makes new values: raise a secret's number by one, and it is generated anew. The encryption master key is
	// never rotated, because what it encrypted would be lost; Aurora's password is rotated by RDS; RabbitMQ's cannot be,
	// because Amazon MQ takes it at the broker's creation only.
	Rotation Rotation `json:"rotation,omitempty"`
}

// Rotation holds a number for each secret that can be rotated. Raising it makes a new value.
type Rotation struct {
	// Redis is the generation of Redis' AUTH token.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.redis can only be raised, because a former value does not come back: keep the number, or add one to it"
	Redis *int32 `json:"redis,omitempty"`

	// OpenSearch is the generation of OpenSearch's master password.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.openSearch can only be raised, because a former value does not come back: keep the number, or add one to it"
	OpenSearch *int32 `json:"openSearch,omitempty"`

	// ClickHouse is the generation of ClickHouse's password. The server takes a new one within five minutes.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.clickHouse can only be raised, because a former value does not come back: keep the number, or add one to it"
	ClickHouse *int32 `json:"clickHouse,omitempty"`

	// JWT is the generation of the secret that signs tokens; a new one signs everybody out.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.jwt can only be raised, because a former value does not come back: keep the number, or add one to it"
	JWT *int32 `json:"jwt,omitempty"`

	// ServiceAPIKey is the generation of the key that services show each other (X-Service-Key).
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.serviceApiKey can only be raised, because a former value does not come back: keep the number, or add one to it"
	ServiceAPIKey *int32 `json:"serviceApiKey,omitempty"`

	// WebhookHMAC is the generation of the secret that signs webhooks.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="secrets.rotation.webhookHmac can only be raised, because a former value does not come back: keep the number, or add one to it"
	WebhookHMAC *int32 `json:"webhookHmac,omitempty"`
}
