package docs

import (
	"reflect"
	"strings"

	"sigs.k8s.io/yaml"
)

// A schema is a node of the definition's OpenAPI schema, as far as a reader of the reference has to know it.
type schema struct {
	Type                 string             `json:"type"`
	Description          string             `json:"description"`
	Default              any                `json:"default"`
	Enum                 []any              `json:"enum"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	MaxLength            *int64             `json:"maxLength"`
	MinLength            *int64             `json:"minLength"`
	MinItems             *int64             `json:"minItems"`
	MaxItems             *int64             `json:"maxItems"`
	MaxProperties        *int64             `json:"maxProperties"`
	Required             []string           `json:"required"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	Items                *schema            `json:"items"`

	ListType string `json:"x-kubernetes-list-type"`
	Rules    []rule `json:"x-kubernetes-validations"`
	Example  any    `json:"example"`
	Format   string `json:"format"`
}

// A rule is one in the Common Expression Language.
type rule struct {
	Rule      string `json:"rule"`
	Message   string `json:"message"`
	FieldPath string `json:"fieldPath"`
	Reason    string `json:"reason"`
}

// A definition is the part of a CompositeResourceDefinition that the reference tells of.
type definition struct {
	Spec struct {
		ConnectionSecretKeys []string `json:"connectionSecretKeys"`
		Versions             []struct {
			Schema struct {
				OpenAPIV3Schema *schema `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

// decode reads a definition. A keyword of the schema that the reference does not know is an error: it would leave it out.
func decode(raw []byte) (*definition, error) {
	var known struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema any `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(raw, &known); err != nil {
		return nil, err
	}
	strict, err := yaml.Marshal(known.Spec.Versions[0].Schema.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalStrict(strict, &schema{}); err != nil {
		return nil, err
	}
	d := &definition{}
	return d, yaml.Unmarshal(raw, d)
}

// object says whether the schema has fields of its own.
func (s *schema) object() bool { return len(s.Properties) > 0 }

// A field is one of an object, with the Go type behind it.
type field struct {
	name   string
	goName string
	typ    reflect.Type
	schema *schema
}

// fields lists an object's in the order in which the API's types have them.
func (s *schema) fields(t reflect.Type) []field {
	var out []field
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if below := s.Properties[name]; below != nil {
			out = append(out, field{name: name, goName: f.Name, typ: elem(f.Type), schema: below})
		}
	}
	return out
}

func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// alike says whether two fields take the same, whatever they are for.
func alike(a, b *schema) bool {
	x, y := *a, *b
	x.Description, y.Description, x.Default, y.Default = "", "", nil, nil
	return reflect.DeepEqual(x, y)
}
