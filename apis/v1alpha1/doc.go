// Package v1alpha1 is the API of the Morket platform: the MorketPlatform claim that a team applies and the
// XMorketPlatform composite resource that Crossplane makes of it. It is the only source of the schema:
// apis/definition.yaml is generated from these types by `make update`, and so is what `kubectl explain` prints.
//
// Defaults are written in internal/platform/profiles and nowhere else. Those of defaults.yaml become defaults of the schema,
// so that `kubectl get -o yaml` shows them. Those of an environment apply when the function resolves the claim, and
// status.sizing shows them. A field's description names its default: the generator adds that line. A rule reads a profile's
// value as $(staging.data.clickHouse.volume.sizeGiB).
//
// +groupName=platform.morket.io
// +versionName=v1alpha1
// +kubebuilder:validation:Optional
package v1alpha1
