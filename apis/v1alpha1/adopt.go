package v1alpha1

// Policies of an adoption.
const (
	AdoptObserve = "Observe"
	AdoptManage  = "Manage"
)

// Adopt brings resources that exist in AWS already, such as those that Terraform made, under the claim. docs/adoption.md is
// the way, step by step.
type Adopt struct {
	// Policy is what the platform does with AWS. `Observe`: nothing is created, changed or deleted there, what externalNames
	// lists is looked at, and `morket plan` says what managing it would do. `Manage`: what is listed is taken over as soon as it
	// was found, and everything else of the platform is made.
	//
	// +kubebuilder:default=Manage
	// +kubebuilder:validation:Enum=Observe;Manage
	Policy *string `json:"policy,omitempty"`

	// ExternalNames are what exists: the name of a resource in the composition, as `morket render` prints it in the annotation
	// crossplane.io/composition-resource-name, and the name or id by which AWS knows it. A resource that is listed is never
	// created, and never deleted while it is listed. Leave the entries in once they are adopted: a control plane that is
	// rebuilt from Git finds its resources by them. Example: {vpc: vpc-0123456789abcdef0, aurora: shop-production}.
	//
	// +kubebuilder:validation:MaxProperties=300
	ExternalNames map[string]AdoptedName `json:"externalNames,omitempty"`

	// Keep are fields of adopted resources, by the resources' names, that stay as AWS has them, whatever the claim says: for
	// what AWS cannot change and the claim has no field for. `morket plan` says which they are. Names, descriptions and tags of
	// adopted resources stay without being listed. Example: {aurora: [kmsKeyId], subnet-private-a: [cidrBlock]}.
	//
	// +kubebuilder:validation:MaxProperties=300
	Keep map[string]KeptFields `json:"keep,omitempty"`
}

// An AdoptedName is the name, id or ARN by which AWS knows a resource.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
type AdoptedName string

// KeptFields are fields of spec.forProvider, such as kmsKeyId or encryptAtRest.kmsKeyId.
//
// +listType=atomic
// +kubebuilder:validation:MinItems=1
// +kubebuilder:validation:MaxItems=32
// +kubebuilder:validation:items:MinLength=1
// +kubebuilder:validation:items:MaxLength=128
type KeptFields []string
