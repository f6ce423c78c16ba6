package layer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// What the claim takes over is never created, and never changed before AWS has said what it is. Until then, and for as long
// as the claim says so, its managed resource only observes: the provider reads what AWS has into status.atProvider and
// does nothing else, not even when the managed resource is deleted. It cannot be told apart whether a name is mistyped or
// what it names is gone, and a provider that may create would make an empty database of either.

// labelAdopted marks the managed resource of what was taken over. It stays when the claim forgets.
const labelAdopted = ownLabels + "adopted"

// The label's values. Who made a resource is decided when it is found, before the platform writes its own tags to it, and stays.
const (
	adoptedUnknown = "unknown" // not found yet
	adoptedForeign = "true"    // made by another tool
	adoptedOwn     = "own"     // made for the same claim by a control plane that was lost
)

// reasonObserveOnly is of the condition of a layer that is only looked at.
const reasonObserveOnly = "ObserveOnly"

// reasonAdoption is of a Fatal about what the claim takes over.
const reasonAdoption = "InvalidAdoption"

// Adopted says whether the claim takes a resource over instead of having it made.
func (s *Scope) Adopted(name string) bool {
	s.ask(name, false)
	_, ok := s.Platform.Adopted(name)
	return ok
}

// OnlyObserved reports whether the provider may do nothing to a resource that the claim takes over but look at it, at this reconcile.
func (s *Scope) OnlyObserved(name string) bool {
	external, adopted := s.externalName(name)
	return adopted && (s.Platform.ObserveOnly() || !s.Observe(name).found(external))
}

// Own reports whether an adopted resource was made for this claim, by a control plane that was lost. It has nothing beyond the claim,
// so it is managed as if this control plane had made it.
func (s *Scope) Own(name string) bool { return s.maker(name) == adoptedOwn }

// maker returns who made a resource that the claim takes over, as a value of its label. What another tool made gets the claim's tags,
// too, once it is managed: the tag TagAdopted tells the next control plane, and the label this one.
func (s *Scope) maker(name string) string {
	o := s.Observe(name)
	switch label := fieldpath.Text(o.object, "metadata", "labels", labelAdopted); label {
	case adoptedOwn, adoptedForeign:
		return label
	}
	if external, adopted := s.externalName(name); !adopted || !o.found(external) {
		return adoptedUnknown
	}
	tags := fieldpath.Below(o.object, "status", "atProvider", "tags")
	if onlyObserves(o.object) &&
		tags[platform.TagClaim].GetStringValue() == s.Platform.Owner() &&
		tags[platform.TagManagedBy].GetStringValue() == s.Platform.Tags[platform.TagManagedBy] &&
		tags[platform.TagAdopted] == nil {
		return adoptedOwn
	}
	return adoptedForeign
}

// externalName returns the name of a resource that the claim takes over, and whether it does: the claim's, or the one that
// the provider computed in its place, or both would write theirs again and again.
func (s *Scope) externalName(name string) (string, bool) {
	external, ok := s.Platform.Adopted(name)
	if ok && computed(name) {
		external = cmp.Or(s.Observe(name).ExternalName(), external)
	}
	return external, ok
}

// computed reports whether the provider computes a resource's external name.
func computed(name string) bool {
	what := platform.FindAdoptable(name)
	return what != nil && what.Computed
}

// found says whether AWS has said what it has of a resource under an external name.
func (o Observed) found(external string) bool {
	return o.known() && sameName(o.ExternalName(), external)
}

// known says whether AWS has ever said what it has of a resource.
func (o Observed) known() bool {
	return len(fieldpath.Below(o.object, "status", "atProvider")) > 0
}

// sameName says whether two external names are of one resource. The provider cuts off what all aliases begin with.
func sameName(a, b string) bool {
	return strings.TrimPrefix(a, "alias/") == strings.TrimPrefix(b, "alias/")
}

// onlyObserves says whether a managed resource may do nothing but look.
func onlyObserves(o *structpb.Struct) bool {
	policies := fieldpath.At(o, "spec", "managementPolicies").GetListValue().GetValues()
	return len(policies) == 1 && policies[0].GetStringValue() == "Observe"
}

// adopt turns the parameters of a resource that the claim takes over into those of what AWS has: its names and tags stay, and
// what the claim says is to stay. It returns the external name.
func (s *Scope) adopt(name string, parameters *structpb.Struct, external string) {
	o := s.Observe(name)
	if !o.found(external) {
		return
	}
	has := fieldpath.Object(o.object, "status", "atProvider")
	if what := platform.FindAdoptable(name); what != nil {
		for _, field := range what.Keeps {
			if v := has.GetFields()[field]; v.GetStringValue() != "" && parameters.GetFields()[field] != nil {
				parameters.Fields[field] = v
			}
		}
	}
	if own := parameters.GetFields()["tags"].GetStructValue(); own != nil {
		foreigner := s.maker(name) == adoptedForeign
		for k, v := range fieldpath.Below(has, "tags") {
			_, ours := own.GetFields()[k]
			if !ours && foreign(k) || v.GetStringValue() != "" && (k == platform.TagName || foreigner && slices.Contains(platform.TagsThatStay, k)) {
				own.Fields[k] = v
			}
		}
		if foreigner {
			own.Fields[platform.TagAdopted] = structpb.NewStringValue("true")
		}
	}
	for _, path := range s.Platform.Adopt.Keep[name] {
		keep(parameters, has, strings.Split(path, "."))
	}
}

// checkKept looks for fields that are to stay as AWS has them and that the resource does not have: a mistyped one would be changed.
func (s *Scope) checkKept(name string, r aws.Resource) {
	paths := s.Platform.Adopt.Keep[name]
	if len(paths) == 0 {
		return
	}
	fields := r.Fields()
	for i, path := range paths {
		within := path[:strings.LastIndexByte(path, '.')+1]
		if slices.Contains(fields, path) || slices.Contains(fields, within+"*") {
			continue
		}
		instead := fmt.Sprintf("write one that kubectl explain %s.%s.spec.forProvider lists, or object.field", r.Kind().Plural, r.Kind().Group)
		if meant := platform.Nearest(path, fields); meant != "" {
			instead = "did you mean " + meant + "?"
		}
		s.mistakes = append(s.mistakes, fmt.Sprintf("spec.adopt.keep[%s][%d]: Invalid value: %q: a %s has no such field with a value: %s", name, i, path, r.Kind().Kind, instead))
	}
}

// foreign says whether a tag may be given to AWS: not those of AWS and of the provider.
func foreign(tag string) bool {
	return !strings.HasPrefix(tag, "aws:") && !strings.HasPrefix(tag, "crossplane-")
}

// keep gives a parameter the value that AWS has, or takes it away if AWS has none, and whatever refers to its value.
func keep(parameters, has *structpb.Struct, path []string) {
	if parameters == nil {
		return
	}
	field := path[0]
	if len(path) > 1 {
		if below := parameters.GetFields()[field].GetStructValue(); below != nil {
			below = proto.CloneOf(below)
			parameters.Fields[field] = structpb.NewStructValue(below)
			keep(below, has.GetFields()[field].GetStructValue(), path[1:])
		}
		return
	}
	for _, reference := range references(field) {
		delete(parameters.Fields, reference)
	}
	if v := has.GetFields()[field]; v != nil {
		parameters.Fields[field] = v
	} else {
		delete(parameters.Fields, field)
	}
}

// references are the names under which a field may be filled in by a reference.
func references(field string) []string {
	one := strings.TrimSuffix(field, "s")
	return []string{field + "Ref", field + "Refs", one + "Refs", one + "Ref"}
}

// observing turns a resource into one that only observes. It is a copy: what it is made of may be what was observed.
func observing(resource *structpb.Struct, external string) *structpb.Struct {
	out := proto.CloneOf(resource)
	spec := out.GetFields()["spec"].GetStructValue()
	spec.Fields["managementPolicies"] = stringList([]string{"Observe"})
	spec.Fields["deletionPolicy"] = structpb.NewStringValue(orphan)
	withoutEmpty(spec.GetFields()["forProvider"].GetStructValue())
	if external != "" {
		annotate(out, external)
	}
	return out
}

// annotate gives a resource an external name, and the mark of what was taken over if it has none.
func annotate(resource *structpb.Struct, external string) {
	fieldpath.Child(resource, "metadata", "annotations").Fields[annotationExternalName] = structpb.NewStringValue(external)
	labels := fieldpath.Child(resource, "metadata", "labels")
	if labels.GetFields()[labelAdopted] == nil {
		labels.Fields[labelAdopted] = structpb.NewStringValue(adoptedForeign)
	}
}

// withoutEmpty takes away strings that nobody has filled in: what AWS invents, of a resource that did not wait for it.
func withoutEmpty(o *structpb.Struct) {
	for k, v := range o.GetFields() {
		switch kind := v.GetKind().(type) {
		case *structpb.Value_StringValue:
			if kind.StringValue == "" {
				delete(o.Fields, k)
			}
		case *structpb.Value_StructValue:
			withoutEmpty(kind.StructValue)
		case *structpb.Value_ListValue:
			for _, e := range kind.ListValue.GetValues() {
				withoutEmpty(e.GetStructValue())
			}
		}
	}
}

// settleAdoption is the last look at what was composed: resources that only observe do not refer to what is not there, since a
// provider that cannot resolve a reference does not look. It returns what is wrong with what the claim takes over.
func settleAdoption(p *platform.Platform, observed, desired map[string]*fnv1.Resource, scopes []*Scope, all bool) []string {
	if p.Adopt != nil {
		there := make(map[string]bool, len(desired))
		for _, r := range desired {
			there[fieldpath.Text(r.GetResource(), "metadata", "name")] = true
		}
		for _, r := range desired {
			if onlyObserves(r.GetResource()) {
				withoutMissing(fieldpath.Object(r.GetResource(), "spec", "forProvider"), there)
			}
		}
	}
	wrong := append(changedNames(p, observed, desired), unknownNames(p, desired, scopes, all)...)
	for _, s := range scopes {
		wrong = append(wrong, s.mistakes...)
	}
	return wrong
}

// withoutMissing takes away references to what is not composed.
func withoutMissing(o *structpb.Struct, there map[string]bool) {
	for k, v := range o.GetFields() {
		switch {
		case k == "tags":
		case strings.HasSuffix(k, "Ref"):
			if !there[fieldpath.Text(v.GetStructValue(), "name")] {
				delete(o.Fields, k)
			}
		case strings.HasSuffix(k, "Refs"):
			if slices.ContainsFunc(v.GetListValue().GetValues(), func(e *structpb.Value) bool {
				return !there[fieldpath.Text(e.GetStructValue(), "name")]
			}) {
				delete(o.Fields, k)
			}
		default:
			withoutMissing(v.GetStructValue(), there)
			for _, e := range v.GetListValue().GetValues() {
				withoutMissing(e.GetStructValue(), there)
			}
		}
	}
}

// changedNames says which resources would become other ones in AWS, and leave those that they are behind.
func changedNames(p *platform.Platform, observed, desired map[string]*fnv1.Resource) []string {
	var out []string
	for name, r := range observed {
		o := Observed{object: r.GetResource()}
		marked := fieldpath.At(o.object, "metadata", "labels", labelAdopted) != nil
		external, adopted := p.Adopted(name)
		if !adopted && !marked || desired[name] == nil {
			continue
		}
		has := o.ExternalName()
		if has == "" || onlyObserves(o.object) && !o.found(has) { // nothing was found under this name: it may be put right
			continue
		}
		field := "spec.adopt.externalNames[" + name + "]"
		switch {
		case adopted && !sameName(has, external) && !computed(name):
			out = append(out, fmt.Sprintf("%s: Invalid value: %q: the platform manages %q as %s, and would leave that behind: write %q, or take the entry out if the platform made it itself", field, external, has, name, has))
		case !adopted:
			out = append(out, fmt.Sprintf("%s: Required value: the platform has adopted %q as %s, and a control plane rebuilt without this entry would make another: write %q again", field, has, name, has))
		}
	}
	slices.Sort(out)
	return out
}

// unknownNames says what the claim takes over that the platform neither composes nor waits for. That can be told only when
// every layer is in this call.
func unknownNames(p *platform.Platform, desired map[string]*fnv1.Resource, scopes []*Scope, all bool) []string {
	if p.Adopt == nil || !all {
		return nil
	}
	waits := map[string]bool{}
	for _, s := range scopes {
		for _, g := range s.waiting {
			waits[g.resource] = true
		}
		for _, name := range s.skipped {
			waits[name] = true
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(p.Adopt.ExternalNames)) {
		if _, composed := desired[name]; composed || waits[name] {
			continue
		}
		out = append(out, fmt.Sprintf("spec.adopt.externalNames[%s]: Invalid value: %q: the claim as it is asks for no %s: ask for it (a zone, a reader, a gateway …), or take the entry out, and what was adopted under it is no longer the platform's", name, p.Adopt.ExternalNames[name], name))
	}
	return out
}
