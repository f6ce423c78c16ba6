package v1alpha1

// Monitoring is alarms, their thresholds and who is told.
type Monitoring struct {
	// Emails are told of alarms; each must confirm AWS's mail once. Default: none. Example: [oncall@morket.io].
	//
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=254
	// +listType=set
	// +kubebuilder:validation:XValidation:rule="self.all(e, e.matches('^[^@ ]+@[^@ ]+[.][^@ ]+$'))",message="monitoring.emails must be e-mail addresses, such as oncall@morket.io"
	Emails []string `json:"emails,omitempty"`

	// Alarms are the thresholds.
	Alarms Alarms `json:"alarms,omitempty"`
}

// Alarms are the thresholds above (for memory that is free: below) which an alarm fires.
type Alarms struct {
	// ServiceCPUPercent is a service's average CPU, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ServiceCPUPercent *int32 `json:"serviceCPUPercent,omitempty"`

	// ServiceMemoryPercent is a service's average memory, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ServiceMemoryPercent *int32 `json:"serviceMemoryPercent,omitempty"`

	// LoadBalancer5xxPercent is the share of requests that end in a 5xx, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	LoadBalancer5xxPercent *int32 `json:"loadBalancer5xxPercent,omitempty"`

	// LoadBalancerResponseMilliseconds is the average time to answer, in milliseconds.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=120000
	LoadBalancerResponseMilliseconds *int32 `json:"loadBalancerResponseMilliseconds,omitempty"`

	// AuroraCPUPercent is an Aurora instance's CPU, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	AuroraCPUPercent *int32 `json:"auroraCPUPercent,omitempty"`

	// AuroraFreeableMemoryMB is an Aurora instance's free memory, in megabytes (1,000,000 bytes).
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	AuroraFreeableMemoryMB *int32 `json:"auroraFreeableMemoryMB,omitempty"`

	// RedisCPUPercent is a Redis node's CPU, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	RedisCPUPercent *int32 `json:"redisCPUPercent,omitempty"`

	// ClickHouseCPUPercent is the ClickHouse instance's CPU, in percent.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ClickHouseCPUPercent *int32 `json:"clickHouseCPUPercent,omitempty"`

	// ErrorsPerMinute is the number of ERROR lines that a service logs in a minute.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	ErrorsPerMinute *int32 `json:"errorsPerMinute,omitempty"`
}
