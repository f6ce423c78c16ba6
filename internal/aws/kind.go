package aws

import "google.golang.org/protobuf/types/known/structpb"

// A Resource is a typed managed resource.
type Resource interface {
	// Kind describes the resource. It is shared and must not be modified; it may be called on a nil resource.
	Kind() *Kind

	// ForProviderStruct encodes spec.forProvider. It is never nil.
	ForProviderStruct() *structpb.Struct

	// Fields lists the fields of spec.forProvider, as [Fields] does.
	Fields() []string

	// InitProviderStruct encodes spec.initProvider. It is nil when nothing is set. Fields that the CRD has in
	// forProvider only, such as region, are left out: the API server would refuse the whole resource.
	InitProviderStruct() *structpb.Struct
}

// A Kind describes a cluster-scoped managed resource kind of provider-aws.
type Kind struct {
	APIVersion string // for example "ec2.aws.upbound.io/v1beta1"
	Kind       string // for example "VPC"
	Group      string // for example "ec2.aws.upbound.io"
	Plural     string // for example "vpcs"

	Regional bool // forProvider has a region, and requires it
	Taggable bool // forProvider has a map of tags
}
