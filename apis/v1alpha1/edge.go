package v1alpha1

// Edge is the buckets and the content delivery network.
type Edge struct {
	// CDN is the CloudFront distribution over the frontend bucket.
	CDN CDN `json:"cdn,omitempty"`
	// Exports is the bucket of exported data.
	Exports Exports `json:"exports,omitempty"`
}

// CDN is the CloudFront distribution.
type CDN struct {
	// PriceClass says where CloudFront answers from: PriceClass_100 (North America, Europe), PriceClass_200 (and most
	// of Asia, Africa) or PriceClass_All.
	//
	// +kubebuilder:validation:Enum=PriceClass_100;PriceClass_200;PriceClass_All
	PriceClass *string `json:"priceClass,omitempty"`

	// DefaultTTLSeconds is how long files are cached that say nothing themselves, in seconds; index.html never is.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=31536000
	DefaultTTLSeconds *int32 `json:"defaultTTLSeconds,omitempty"`
}

// Exports is the bucket of exported data.
//
// +kubebuilder:validation:XValidation:rule="!has(self.archiveAfterDays) || !has(self.expireAfterDays) || self.archiveAfterDays < self.expireAfterDays",fieldPath=".archiveAfterDays",message="edge.exports.archiveAfterDays must be less than expireAfterDays: raise expireAfterDays or lower archiveAfterDays"
type Exports struct {
	// ArchiveAfterDays is when an export moves to Glacier, in days after it was written.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3650
	ArchiveAfterDays *int32 `json:"archiveAfterDays,omitempty"`

	// ExpireAfterDays is when an export is deleted, in days after it was written.
	//
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=3650
	ExpireAfterDays *int32 `json:"expireAfterDays,omitempty"`
}
