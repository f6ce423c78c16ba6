package render

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	goyaml "go.yaml.in/yaml/v2"
	"google.golang.org/protobuf/types/known/structpb"
	apiyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// ReadYAML reads a stream of YAML or JSON documents. Empty documents are left out.
func ReadYAML(r io.Reader) ([]map[string]any, error) {
	var out []map[string]any
	documents := apiyaml.NewYAMLReader(bufio.NewReader(r))
	for n := 1; ; n++ {
		raw, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read document %d: %w", n, err)
		}
		var o map[string]any
		if err := yaml.UnmarshalStrict(raw, &o); err != nil {
			return nil, fmt.Errorf("document %d is not a Kubernetes object: %w", n, err)
		}
		if len(o) > 0 {
			out = append(out, o)
		}
	}
}

// ToStruct turns an object into what a request holds.
func ToStruct(o map[string]any) (*structpb.Struct, error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	s := &structpb.Struct{}
	err = s.UnmarshalJSON(raw)
	return s, err
}

// WriteYAML writes objects as a stream of YAML documents, to be read by people: <redacted> stands for values that nobody
// may see.
func WriteYAML(w io.Writer, objects ...*structpb.Struct) error {
	return writeYAML(w, redacted, objects)
}

// WriteObserved writes objects as WriteYAML does, but to be read as observed resources: in a Secret's data <redacted> is
// encoded, as everything is there.
func WriteObserved(w io.Writer, objects ...*structpb.Struct) error {
	return writeYAML(w, base64.StdEncoding.EncodeToString([]byte(redacted)), objects)
}

func writeYAML(w io.Writer, placeholder string, objects []*structpb.Struct) error {
	for _, o := range objects {
		doc, err := goyaml.Marshal(whole(redact(o.AsMap(), placeholder)))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", doc); err != nil {
			return err
		}
	}
	return nil
}

// whole turns numbers without a fraction into integers, for YAML to write them as JSON does: 1000000, and not 1e+06.
func whole(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = whole(e)
		}
	case []any:
		for i, e := range v {
			v[i] = whole(e)
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	}
	return v
}

// redacted stands where a value is that nobody may see.
const redacted = "<redacted>"

// redact hides the values of a Kubernetes Secret behind a placeholder for what is encoded.
func redact(o map[string]any, placeholder string) map[string]any {
	if o["kind"] != "Secret" || o["apiVersion"] != "v1" {
		return o
	}
	for key, hidden := range map[string]string{"data": placeholder, "stringData": redacted} {
		if values, ok := o[key].(map[string]any); ok {
			for k := range values {
				values[k] = hidden
			}
		}
	}
	return o
}
