// Package v1alpha1 is the API of the Morket platform: the MorketPlatform claim that a team applies and the
// XMorketPlatform composite resource that Crossplane makes of it. It is the only source of the schema:
// apis/definition.yaml is generated from these types by `make generate`, and so is what `kubectl explain` prints.
//
// Defaults come in two sorts. What does not depend on the environment is a default of the schema, so that
// `kubectl get -o yaml` shows it. What does is the sizing's (internal/platform/profiles): the field's description names
// both values, and status.sizing shows what was resolved.
//
// +groupName=platform.morket.io
// +versionName=v1alpha1
// +kubebuilder:validation:Optional
package v1alpha1
