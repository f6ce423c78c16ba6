// Package simulate answers for AWS: given what a platform desires, it returns what would be observed once the provider
// has done its work. Ids and addresses are made up from names, so the same platform always gets the same ones. It stands
// in for the real provider where none runs: in `morket render --eventual`, in tests and in the end-to-end run.
package simulate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Provider returns what is observed of the desired resources, by their names in the composition. before is what was
// observed until now: ids that AWS gave once stay. Resources that are no longer desired are deleted.
func Provider(desired, before map[string]*fnv1.Resource) map[string]*fnv1.Resource {
	return Next(nil, desired, before)
}

// Next is Provider where before is its answer to former, what was desired until now. It takes over the answers for resources
// that are desired as they were, which are most of them in each round but the first.
func Next(former, desired, before map[string]*fnv1.Resource) map[string]*fnv1.Resource {
	for key := range former {
		if desired[key] == nil { // something may refer to it
			former = nil
			break
		}
	}
	byName := make(map[string]*structpb.Struct, len(desired))
	observed := make(map[string]*fnv1.Resource, len(desired))
	known := make(map[string]bool, len(former))
	account := accountOf(desired)
	for key, r := range desired {
		if was, now := former[key], before[key]; was != nil && now != nil && fields.Equal(was.GetResource(), r.GetResource()) && resolved(fields.Object(now.GetResource(), "spec", "forProvider")) {
			observed[key], known[key] = now, true
			if managed(now.GetResource()) {
				byName[fields.Text(now.GetResource(), "metadata", "name")] = now.GetResource()
			}
			continue
		}
		o := fields.Clone(r.GetResource())
		observed[key] = &fnv1.Resource{Resource: o}
		if !managed(o) {
			continue
		}
		create(o, before[key].GetResource(), account)
		byName[fields.Text(o, "metadata", "name")] = o
	}
	for key, r := range observed {
		if known[key] {
			continue
		}
		o := r.GetResource()
		if !managed(o) {
			if fields.At(o, "spec") != nil { // a Kubernetes object that somebody works at; a Secret is what it is
				ready(o)
			}
			continue
		}
		parameters := fields.Object(o, "spec", "forProvider")
		resolve(parameters, func(name string) *structpb.Struct { return byName[name] })
		if known := fields.At(before[key].GetResource(), "status", "atProvider"); onlyObserves(o) && len(known.GetStructValue().GetFields()) > 0 {
			fields.Child(o, "status").Fields["atProvider"] = known // AWS has what it has
			ready(o)
			continue
		}
		settle(o, parameters, before[key].GetResource(), account)
	}
	return observed
}

// accountOf is the account that the platform says it is in; empty if none of the resources says so.
func accountOf(desired map[string]*fnv1.Resource) string {
	return fields.Text(desired[platform.VPC].GetResource(), "metadata", "labels", layer.LabelAccountID)
}

// Name gives a managed resource its external name, if it has none yet: the one that it asks for, or an id of its kind.
func Name(o *structpb.Struct) { create(o, nil, "") }

// Resource does to one managed resource that has an external name what the provider does: it fills in what its references
// point to, and writes its status. find returns a managed resource with an external name by its own name, or nil.
func Resource(o *structpb.Struct, find func(name string) *structpb.Struct) {
	before := fields.Clone(o)
	parameters := fields.Object(o, "spec", "forProvider")
	resolve(parameters, find)
	settle(o, parameters, before, "")
}

// onlyObserves says whether a managed resource may do nothing but look at what AWS has. What that is nobody knows here: unless
// it was seen before, it is what the resource asks for.
func onlyObserves(o *structpb.Struct) bool {
	policies := fields.At(o, "spec", "managementPolicies").GetListValue().GetValues()
	return len(policies) == 1 && policies[0].GetStringValue() == "Observe"
}

// managed says whether the provider for AWS manages an object.
func managed(o *structpb.Struct) bool {
	return fields.At(o, "spec", "forProvider") != nil
}

// create gives a resource its external name: the one it had, the one it asks for, or an id of its kind. It has the ARN that
// it had, or one in an account: what refers to it gets that.
func create(o, before *structpb.Struct, account string) {
	metadata := fields.Child(o, "metadata")
	annotations := fields.Child(metadata, "annotations")
	const external = "crossplane.io/external-name"
	switch had := fields.At(before, "metadata", "annotations", external); {
	case fields.At(annotations, external) != nil:
	case had != nil:
		annotations.Fields[external] = had
	default:
		annotations.Fields[external] = structpb.NewStringValue(kinds.Of(kindOf(o)).ID.Of(fields.Text(metadata, "name")))
	}
	if had := fields.At(before, "status", "atProvider", "arn"); had != nil {
		fields.Child(o, "status", "atProvider").Fields["arn"] = had
	} else if made := arn(o, fields.Text(annotations, external), account); account != "" && made != "" {
		fields.Child(o, "status", "atProvider").Fields["arn"] = structpb.NewStringValue(made)
	}
}

// resolve fills in what references point to, as the provider does. It keeps what is set, but for references that follow
// their target.
func resolve(parameters *structpb.Struct, find func(name string) *structpb.Struct) {
	for name, v := range parameters.GetFields() {
		switch {
		case strings.HasSuffix(name, "Ref") && v.GetStructValue() != nil:
			target := strings.TrimSuffix(name, "Ref")
			if value := point(target, v.GetStructValue(), find); value != nil && (follows(v) || parameters.GetFields()[target] == nil) {
				parameters.Fields[target] = value
			}
		case strings.HasSuffix(name, "Refs") && v.GetListValue() != nil:
			target := strings.TrimSuffix(name, "Refs") + "s"
			refs := v.GetListValue().GetValues()
			// All or none: the provider waits while a target is missing.
			values, sorted := pointAll(target, refs, find)
			following := slices.ContainsFunc(refs, follows)
			if len(values) == len(refs) && (following || parameters.GetFields()[target] == nil) {
				parameters.Fields[target] = list(values...)
			}
			if len(values) == len(refs) && following { // others are sorted once, and Crossplane's order wins
				parameters.Fields[name] = list(sorted...)
			}
		case name != "tags":
			resolve(v.GetStructValue(), find)
			resolveAll(v.GetListValue(), find)
		}
	}
}

// resolved reports whether every reference among the parameters has been resolved, and none follows its target.
func resolved(parameters *structpb.Struct) bool {
	for name, v := range parameters.GetFields() {
		switch {
		case name == "tags", strings.HasSuffix(name, "SecretRef"):
		case strings.HasSuffix(name, "Ref") && v.GetStructValue() != nil:
			if follows(v) || parameters.GetFields()[strings.TrimSuffix(name, "Ref")] == nil {
				return false
			}
		case strings.HasSuffix(name, "Refs") && v.GetListValue() != nil:
			if slices.ContainsFunc(v.GetListValue().GetValues(), follows) || parameters.GetFields()[strings.TrimSuffix(name, "Refs")+"s"] == nil {
				return false
			}
		case !resolved(v.GetStructValue()):
			return false
		default:
			for _, e := range v.GetListValue().GetValues() {
				if !resolved(e.GetStructValue()) {
					return false
				}
			}
		}
	}
	return true
}

// resolveAll resolves what the objects in a list reference.
func resolveAll(list *structpb.ListValue, find func(name string) *structpb.Struct) {
	for _, v := range list.GetValues() {
		resolve(v.GetStructValue(), find)
	}
}

// pointAll returns what the fields that reference other resources hold, and the references, both in the order of the former:
// provider-aws sorts them, up to v2.5.0 at least, and takes the order over into what it was given.
func pointAll(name string, refs []*structpb.Value, find func(name string) *structpb.Struct) (values, sorted []*structpb.Value) {
	type pair struct{ value, ref *structpb.Value }
	var pairs []pair
	for _, ref := range refs {
		if value := point(name, ref.GetStructValue(), find); value != nil {
			pairs = append(pairs, pair{value, ref})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return strings.Compare(a.value.GetStringValue(), b.value.GetStringValue())
	})
	for _, p := range pairs {
		values, sorted = append(values, p.value), append(sorted, p.ref)
	}
	return values, sorted
}

// follows says whether a reference is resolved again and again, and not only while its field is empty.
func follows(ref *structpb.Value) bool {
	return fields.Text(ref.GetStructValue(), "policy", "resolve") == "Always"
}

// point returns what a field that references another resource holds: its ARN where the field wants one, else its id.
func point(name string, ref *structpb.Struct, find func(name string) *structpb.Struct) *structpb.Value {
	o := find(fields.Text(ref, "name"))
	if o == nil {
		return nil
	}
	external := fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
	if strings.HasSuffix(name, "Arn") || name == "arn" || name == "logDestination" || name == "kmsKeyId" && kindOf(o) == key {
		if known := fields.At(o, "status", "atProvider", "arn"); known != nil {
			return known
		}
		return structpb.NewStringValue(arn(o, external, ""))
	}
	return structpb.NewStringValue(external)
}

// settle writes the status of a resource with which the provider is done. What was observed of it before stays, but for
// parameters, so that a simulation may begin with resources of the real provider.
func settle(o, parameters, before *structpb.Struct, account string) {
	external := fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
	at := map[string]*structpb.Value{
		"id": structpb.NewStringValue(external),
	}
	if arn := arn(o, external, account); arn != "" {
		at["arn"] = structpb.NewStringValue(arn)
	}
	maps.Copy(at, observable(parameters).GetFields())
	if answer := kinds.Of(kindOf(o)).Answer; answer != nil {
		given := kinds.Parameters(parameters.AsMap())
		given[kinds.AccountID] = account
		made, _ := structpb.NewStruct(answer(external, given)) // a test makes every answer
		maps.Copy(at, made.GetFields())
	}
	given := fields.Below(before, "spec", "forProvider")
	for name, v := range fields.Below(before, "status", "atProvider") {
		_, parameter := parameters.GetFields()[name]
		_, invented := at[name]
		_, was := given[name]
		if !parameter && (invented || !was) {
			at[name] = v
		}
	}
	fields.Child(o, "status").Fields["atProvider"] = structpb.NewStructValue(&structpb.Struct{Fields: at})
	ready(o)
}

// key is the kind whose ARN fills in a kmsKeyId.
var key = kinds.Key{Group: "kms.aws.upbound.io", Kind: "Key"}

func kindOf(o *structpb.Struct) kinds.Key {
	return kinds.Parse(fields.Text(o, "apiVersion"), fields.Text(o, "kind"))
}

// arn makes up a resource's ARN, empty if its kind has none. What is adopted by its ARN has that one.
func arn(o *structpb.Struct, external, account string) string {
	if strings.HasPrefix(external, "arn:") {
		return external
	}
	parameters := fields.Object(o, "spec", "forProvider")
	return kindOf(o).ARN(account, external, fields.Text(parameters, "region"), cmp.Or(fields.Text(parameters, "name"), fields.Text(parameters, "domainName")))
}

func list(values ...*structpb.Value) *structpb.Value {
	return structpb.NewListValue(&structpb.ListValue{Values: values})
}

// observable are parameters as the provider reports them: without references and what they select.
func observable(parameters *structpb.Struct) *structpb.Struct {
	out := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(parameters.GetFields()))}
	for name, v := range parameters.GetFields() {
		if strings.HasSuffix(name, "Ref") || strings.HasSuffix(name, "Refs") || strings.HasSuffix(name, "Selector") {
			continue
		}
		if o := v.GetStructValue(); o != nil {
			v = structpb.NewStructValue(observable(o))
		}
		if l := v.GetListValue(); l != nil && l.GetValues() != nil && l.GetValues()[0].GetStructValue() != nil {
			values := make([]*structpb.Value, len(l.GetValues()))
			for i, e := range l.GetValues() {
				values[i] = structpb.NewStructValue(observable(e.GetStructValue()))
			}
			v = list(values...)
		}
		out.Fields[name] = v
	}
	return out
}

// ready writes the conditions of a resource with which its controller is done.
func ready(o *structpb.Struct) {
	fields.Child(o, "status").Fields["conditions"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{
		condition("Ready", "Available"), condition("Synced", "ReconcileSuccess"),
	}})
}

func condition(typ, reason string) *structpb.Value {
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		"type":               structpb.NewStringValue(typ),
		"status":             structpb.NewStringValue("True"),
		"reason":             structpb.NewStringValue(reason),
		"lastTransitionTime": structpb.NewStringValue("2024-01-01T00:00:00Z"),
	}})
}
