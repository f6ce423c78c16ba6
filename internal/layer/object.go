package layer

import (
	"encoding/base64"
	"maps"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	fieldpath "github.com/morket-io/platform/internal/fields"
)

// An Object is a Kubernetes object that no provider manages, such as a Secret.
type Object struct {
	APIVersion, Kind string
	// Namespace is where it lives; empty for a kind that belongs to the cluster.
	Namespace string
	// Fields are the object's own beside metadata: spec, or a Secret's type and data.
	Fields map[string]*structpb.Value
}

// AddObject composes a Kubernetes object. As with Add, name stays the same for ever.
func (s *Scope) AddObject(name string, o Object) {
	metadata := map[string]*structpb.Value{"name": structpb.NewStringValue(s.objectName(name))}
	if o.Namespace != "" {
		metadata["namespace"] = structpb.NewStringValue(o.Namespace)
	}
	fields := map[string]*structpb.Value{
		"apiVersion": structpb.NewStringValue(o.APIVersion),
		"kind":       structpb.NewStringValue(o.Kind),
		"metadata":   structpb.NewStructValue(&structpb.Struct{Fields: metadata}),
	}
	maps.Copy(fields, o.Fields)
	s.put(name, &structpb.Struct{Fields: fields})
}

// AddSecret composes a Kubernetes Secret in the claim's namespace for secrets. data is by key and base64-encoded, as
// Data returns it, so that what was observed is passed on without being read. A Secret with data is immutable; one without
// waits to be filled by somebody else.
func (s *Scope) AddSecret(name string, data map[string]string) {
	fields := map[string]*structpb.Value{"type": structpb.NewStringValue("Opaque")}
	if len(data) > 0 {
		fields["data"] = stringMap(data)
		fields["immutable"] = structpb.NewBoolValue(true)
	}
	s.AddObject(name, Object{APIVersion: "v1", Kind: "Secret", Namespace: *s.Platform.Secrets.Namespace, Fields: fields})
}

// Data is what an observed Secret holds, by key and base64-encoded. Keys without a value are left out.
func (o Observed) Data() map[string]string {
	values := fieldpath.Below(o.object, "data")
	data := make(map[string]string, len(values))
	for k, v := range values {
		if value := v.GetStringValue(); value != "" {
			data[k] = value
		}
	}
	return data
}

// SecretRef refers to a key of a Secret of the platform.
func (s *Scope) SecretRef(name, key string) *aws.SecretRef {
	return &aws.SecretRef{Namespace: *s.Platform.Secrets.Namespace, Name: s.objectName(name), Key: key}
}

// EncodeData encodes a value for a Secret's data.
func EncodeData(value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) }

// waitsForValue says whether a resource is a Kubernetes Secret that somebody has to fill.
func waitsForValue(o *structpb.Struct) bool {
	return fieldpath.Text(o, "kind") == "Secret" && fieldpath.Text(o, "apiVersion") == "v1" && o.GetFields()["data"] == nil
}
