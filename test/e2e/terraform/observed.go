package terraform

import (
	"encoding/json"
	"regexp"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// Observed are the resources of a platform as the provider for Crossplane observes what Terraform made: the values of
// Terraform's state under Crossplane's names. Both providers are of one code, and that is how the other one makes the status.
func Observed(p *export.Platform, state []*adopt.Resource) (map[string]*structpb.Struct, error) {
	values := map[string]map[string]any{}
	for _, r := range state {
		values[r.Address] = r.Values
	}
	replaced := strings.NewReplacer(madeUp(p, values)...)
	out := map[string]*structpb.Struct{}
	for i := range p.Resources {
		r := &p.Resources[i]
		v := values[r.Address()]
		if v == nil {
			continue
		}
		raw, err := r.Object.MarshalJSON()
		if err != nil {
			return nil, err
		}
		o := &structpb.Struct{}
		if err := o.UnmarshalJSON([]byte(replaced.Replace(string(raw)))); err != nil {
			return nil, err
		}
		at, err := structpb.NewStruct(crossplane(r.Kind, "", fields.Object(o, "spec", "forProvider").AsMap(), v))
		if err != nil {
			return nil, err
		}
		fields.Child(o, "status").Fields["atProvider"] = structpb.NewStructValue(at)
		fields.Child(o, "metadata", "annotations").Fields["crossplane.io/external-name"] = structpb.NewStringValue(externalName(r.Kind, v))
		policies, err := structpb.NewList([]any{"Observe"})
		if err != nil {
			return nil, err
		}
		fields.Child(o, "spec").Fields["managementPolicies"] = structpb.NewListValue(policies)
		out[r.Name] = o
	}
	return out, nil
}

// madeUp are the values that the simulation made up for AWS, each before the one that the mock did.
func madeUp(p *export.Platform, values map[string]map[string]any) []string {
	var out []string
	for i := range p.Resources {
		r := &p.Resources[i]
		v := values[r.Address()]
		at := fields.Object(r.Object, "status", "atProvider")
		for _, name := range []string{"arn", "arnSuffix", "endpoint", "readerEndpoint", "primaryEndpointAddress", "privateIp", "dnsName", "zoneId", "id"} {
			was := fields.Text(at, name)
			is, _ := v[snake(name)].(string)
			if kinds.TerraformName(r.Kind) == "" && name == "id" || name != "id" {
				if was != "" && is != "" && was != is && len(was) > 8 {
					out = append(out, `"`+was+`"`, `"`+is+`"`)
				}
			}
			if name == "arn" && was != "" && is != "" {
				out = append(out, was, is)
			}
		}
	}
	return out
}

// externalName is how provider-aws names what Terraform made: by its name if the kind has no field for that, or by its id.
func externalName(k kinds.Key, values map[string]any) string {
	if argument := kinds.TerraformName(k); argument != "" {
		name, _ := values[argument].(string)
		return strings.TrimPrefix(name, kinds.Of(k).NamePrefix)
	}
	id, _ := values["id"].(string)
	return id
}

// crossplane renames Terraform's attributes, and makes objects of the lists that a parameter has as an object.
func crossplane(k kinds.Key, path string, asked, values map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range values {
		if v == nil {
			continue
		}
		field, secret := fieldOf(k, path, name)
		if secret {
			continue
		}
		full := field
		if path != "" {
			full = path + "." + field
		}
		out[field] = value(k, full, asked[field], v)
	}
	return out
}

func value(k kinds.Key, path string, asked, v any) any {
	switch v := v.(type) {
	case map[string]any:
		if !nested(k, path) {
			return v
		}
		o, _ := asked.(map[string]any)
		return crossplane(k, path, o, v)
	case []any:
		if o, ok := asked.(map[string]any); ok && len(v) == 1 {
			return value(k, path, o, v[0])
		}
		var first any
		if l, ok := asked.([]any); ok && len(l) > 0 {
			first = l[0]
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = value(k, path, first, v[i])
		}
		return out
	case json.Number:
		f, _ := v.Float64()
		return f
	default:
		return v
	}
}

func nested(k kinds.Key, path string) bool {
	for other := range kinds.Fields(k) {
		if strings.HasPrefix(other, path+".") {
			return true
		}
	}
	return false
}

// fieldOf is the field of an attribute below a path, and whether its value is a secret.
func fieldOf(k kinds.Key, path, attribute string) (name string, secret bool) {
	for full, f := range kinds.Fields(k) {
		parent, last := "", full
		if i := strings.LastIndexByte(full, '.'); i >= 0 {
			parent, last = full[:i], full[i+1:]
		}
		switch {
		case parent != path || f.Terraform != attribute:
		case strings.HasSuffix(last, "SecretRef"):
			return "", true
		case !strings.HasSuffix(last, "Ref") && !strings.HasSuffix(last, "Refs"):
			return last, false
		}
	}
	return camel(attribute), false
}

var underscore = regexp.MustCompile(`_([a-z0-9])`)

func camel(s string) string {
	return underscore.ReplaceAllStringFunc(s, func(m string) string { return strings.ToUpper(m[1:]) })
}

func snake(s string) string {
	return regexp.MustCompile(`[A-Z]`).ReplaceAllStringFunc(s, func(m string) string { return "_" + strings.ToLower(m) })
}
