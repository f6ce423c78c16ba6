package layer

import (
	"maps"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// A Scope is what one layer needs for one request: the resolved platform, what was observed, and where to put what it
// wants.
type Scope struct {
	// Platform is the resolved claim.
	Platform *platform.Platform
	// Asked, if not nil, gets each name that the layer asks for, or the prefix of names, as a test does to find misspelt ones.
	Asked func(name string, prefix bool)

	request   *fnv1.RunFunctionRequest
	response  *fnv1.RunFunctionResponse
	composite *structpb.Struct
	observed  map[string]*fnv1.Resource
	desired   map[string]*fnv1.Resource
	status    *structpb.Struct
	details   map[string][]byte
	shared    *shared

	// added lists what this layer composed, in its order; waiting what it could not yet; problems what needs a person.
	added    []string
	waiting  []gate
	problems []problem
	// refusals are why the platform is not composed at all; warnings what somebody should know of a platform that is.
	refusals, warnings []problem
	// skipped is what is not made, because the platform is only looked at.
	skipped []string
	// mistakes are what is wrong with what the claim says of a resource, which only its kind tells.
	mistakes []string
}

// shared holds the values that every managed resource repeats. They are strings, which nobody changes in place, so all resources
// have the same ones: that saves a tenth of a call's allocations.
type shared struct {
	region, deletes, orphans *structpb.Value
	tags                     map[string]*structpb.Value
}

func share(p *platform.Platform) *shared {
	out := &shared{
		region:  structpb.NewStringValue(p.Region),
		deletes: structpb.NewStringValue(deletes),
		orphans: structpb.NewStringValue(orphan),
		tags:    make(map[string]*structpb.Value, len(p.Tags)),
	}
	for k, v := range p.Tags {
		out.tags[k] = structpb.NewStringValue(v)
	}
	return out
}

// deletionPolicy is the value of spec.deletionPolicy.
func (s *shared) deletionPolicy(policy string) *structpb.Value {
	if policy == orphan {
		return s.orphans
	}
	return s.deletes
}

// A problem is what somebody has to put right.
type problem struct {
	reason, message string
}

// A gate is a resource that waits for a value.
type gate struct {
	resource, waitingFor string
}

// settings are what options change of a resource.
type settings struct {
	externalName       string
	deletionPolicy     string
	managementPolicies []string
	irreplaceable      bool
	labels             map[string]string
}

// An Option changes how a resource is managed.
type Option func(*settings)

// ExternalName sets the AWS name of a kind that has no name field, such as a bucket, an IAM role or an alarm. Without it the
// provider uses the Kubernetes name, which changes when a control plane is rebuilt.
func ExternalName(name string) Option {
	return func(s *settings) { s.externalName = name }
}

// create is the management policy without which the provider makes nothing.
const create = "Create"

// The deletionPolicies: orphan is that of what stays in AWS when its managed resource is deleted.
const (
	deletes = "Delete"
	orphan  = "Orphan"
)

// OrphanIf leaves the AWS resource behind when the managed resource is deleted, if keep is true, whatever its management
// policies are.
func OrphanIf(keep bool) Option {
	return func(s *settings) {
		if keep {
			s.deletionPolicy = orphan
		}
	}
}

// IrreplaceableIf is OrphanIf for what cannot be made anew, because whatever took its place would be empty. Once the provider has
// found it ready it may not create it any more: neither where somebody deleted it in AWS, nor where AWS does not find it
// for a moment, upon which upjet may delete what there is before it creates (crossplane/upjet#722).
func IrreplaceableIf(keep bool) Option {
	return func(s *settings) {
		s.irreplaceable = keep
		OrphanIf(keep)(s)
	}
}

// ManagementPolicies replaces the provider's default of managing everything.
func ManagementPolicies(policies ...string) Option {
	return func(s *settings) { s.managementPolicies = policies }
}

// FillsInNothing keeps the provider from writing what AWS has into the fields that the platform leaves out, and from holding
// on to it when AWS, an autoscaler or another of the platform's resources changes it. (design rule 7)
//
// It is for what AWS knows by a name that is known beforehand, or that the provider has noted: the provider notes one that AWS
// invents only together with what it fills in (crossplane #5918). What the claim takes over is filled in nevertheless.
func FillsInNothing() Option {
	return ManagementPolicies(create, "Observe", "Update", "Delete")
}

// Label puts a label on the managed resource.
func Label(key, value string) Option {
	return func(s *settings) { s.label(key, value) }
}

func (s *settings) label(key, value string) {
	if s.labels == nil {
		s.labels = make(map[string]string)
	}
	s.labels[key] = value
}

// Add composes a managed resource. name is its own within the platform, and stays the same for ever: another name is
// another resource, and the old one is deleted.
func (s *Scope) Add(name string, r aws.Resource, opts ...Option) {
	set := settings{deletionPolicy: deletes}
	for _, o := range opts {
		o(&set)
	}
	kind := r.Kind()
	if !s.served(name, kind) {
		return
	}
	parameters := r.ForProviderStruct()
	if kind.Regional && parameters.GetFields()["region"] == nil {
		parameters.Fields["region"] = s.shared.region
	}
	if kind.Taggable {
		parameters.Fields["tags"] = s.tags(name, parameters.GetFields()["tags"])
	}
	if adopted, ok := s.externalName(name); ok {
		set.externalName = adopted
		maker := s.maker(name)
		set.label(labelAdopted, maker)
		if maker != adoptedOwn {
			set.managementPolicies = nil // what it has beyond the claim is to be filled in: left out it would be taken away
		}
		s.checkKept(name, r)
		s.adopt(name, parameters, adopted)
	} else if o := s.Observe(name); o.known() && o.ExternalName() != "" && set.externalName != "" && !sameName(o.ExternalName(), set.externalName) {
		// A later version may name what it composes otherwise. What AWS has cannot be renamed: the provider would create a second one.
		set.externalName = o.ExternalName()
	}

	spec := map[string]*structpb.Value{
		"forProvider":       structpb.NewStructValue(parameters),
		"deletionPolicy":    s.shared.deletionPolicy(set.deletionPolicy),
		"providerConfigRef": object("name", s.Platform.ProviderConfigName),
	}
	if initial := r.InitProviderStruct(); initial != nil {
		spec["initProvider"] = structpb.NewStructValue(initial)
	}
	if policies := set.policies(s.Observe(name)); policies != nil {
		spec["managementPolicies"] = stringList(policies)
	}

	metadata := map[string]*structpb.Value{"name": structpb.NewStringValue(s.objectName(name))}
	if set.externalName != "" {
		metadata["annotations"] = object(annotationExternalName, set.externalName)
	}
	if set.labels != nil {
		metadata["labels"] = stringMap(set.labels)
	}
	s.put(name, &structpb.Struct{Fields: map[string]*structpb.Value{
		"apiVersion": structpb.NewStringValue(kind.APIVersion),
		"kind":       structpb.NewStringValue(kind.Kind),
		"metadata":   structpb.NewStructValue(&structpb.Struct{Fields: metadata}),
		"spec":       structpb.NewStructValue(&structpb.Struct{Fields: spec}),
	}})
}

// policies are the management policies of a resource, nil for the provider's default.
func (s *settings) policies(existing Observed) []string {
	policies := s.managementPolicies
	// What takes the place of a managed resource that somebody deleted has its policies, if Crossplane applied them once more
	// while it went, and nothing from AWS.
	made := s.irreplaceable && (existing.Ready() || !existing.may(create) && existing.known())
	if policies == nil && made {
		policies = []string{"Observe", "Update", "LateInitialize"}
	}
	return slices.DeleteFunc(slices.Clone(policies), func(p string) bool {
		// The provider deletes by these, whatever deletionPolicy says, unless they are its default
		// (crossplane-runtime, LegacyManagementPoliciesResolver.ShouldDelete).
		return p == "Delete" && s.deletionPolicy == orphan || p == create && made
	})
}

// Ref refers to another of the platform's resources by name. Nothing waits: the provider resolves it when it can.
func (s *Scope) Ref(name string) *aws.Ref {
	return &aws.Ref{Name: s.objectName(name)}
}

// FollowingRef is a Ref whose target may change over time: the provider resolves it anew each time it looks, where it
// otherwise keeps what it found first.
func (s *Scope) FollowingRef(name string) *aws.Ref {
	return &aws.Ref{Name: s.objectName(name), Policy: &aws.RefPolicy{Resolve: "Always"}}
}

// FollowingRefs are as FollowingRef, in the order of the ids of what they lead to, which is not known of what comes last. The
// provider (v2.5.0; v2.7.0 keeps the order it finds) sorts them so each time it resolves them, and takes them over: in another order it
// and Crossplane would put each other right for ever.
func (s *Scope) FollowingRefs(names ...string) []aws.Ref {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int {
		x, knownX := s.Observe(a).String("id")
		y, knownY := s.Observe(b).String("id")
		if knownX != knownY {
			return strings.Compare(y, x)
		}
		return strings.Compare(x, y)
	})
	refs := make([]aws.Ref, len(names))
	for i, name := range names {
		refs[i] = *s.FollowingRef(name)
	}
	return refs
}

// Observe returns one of the platform's resources, of this layer or another, as it was observed.
func (s *Scope) Observe(name string) Observed {
	s.ask(name, false)
	return Observed{object: s.observed[name].GetResource()}
}

// Value reads a value, and reports whether it is known.
func (s *Scope) Value(v platform.Value) (string, bool) {
	if v.Resource == "" {
		return v.Text, true
	}
	answer, ok := s.Observe(v.Resource).String(v.Field)
	if !ok {
		return "", false
	}
	return v.Before + answer + v.After, true
}

// Composes says whether this layer, or one before it in the pipeline, composes a resource. What watches a resource of a
// layer that a team has left out would otherwise wait for it for ever.
func (s *Scope) Composes(name string) bool {
	s.ask(name, false)
	_, ok := s.desired[name]
	return ok
}

func (s *Scope) ask(name string, prefix bool) {
	if s.Asked != nil {
		s.Asked(name, prefix)
	}
}

// Releasing says whether something that is composed so far may go with the platform, and was last told to stay.
func (s *Scope) Releasing() bool {
	for name, r := range s.desired {
		was, next := s.Observe(name).object, r.GetResource()
		if fieldpath.Text(was, "spec", "deletionPolicy") == orphan && fieldpath.Text(next, "spec", "deletionPolicy") == deletes {
			return true
		}
	}
	return false
}

// OnlyObserves reports whether every managed resource of the platform was last told to do nothing in AWS but observe.
func (s *Scope) OnlyObserves() bool {
	for _, r := range s.observed {
		if fieldpath.At(r.GetResource(), "spec", "forProvider") != nil && !onlyObserves(r.GetResource()) {
			return false
		}
	}
	return true
}

// Detail publishes a connection detail of the claim, unless the value is empty. It must not be secret.
func (s *Scope) Detail(key, value string) {
	if value != "" {
		s.details[key] = []byte(value)
	}
}

// objectName is the Kubernetes name of a resource: the one it has, since nothing can rename it, else the computed one.
func (s *Scope) objectName(name string) string {
	if existing := fieldpath.Text(s.Observe(name).object, "metadata", "name"); existing != "" {
		return existing
	}
	return s.Platform.Name(name)
}

// tags joins the platform's tags with a resource's own and its Name.
func (s *Scope) tags(name string, own *structpb.Value) *structpb.Value {
	fields := make(map[string]*structpb.Value, len(s.shared.tags)+1)
	maps.Copy(fields, s.shared.tags)
	fields[platform.TagName] = structpb.NewStringValue(s.Platform.AWSName(name, platform.MaxTagValue))
	maps.Copy(fields, own.GetStructValue().GetFields())
	return structpb.NewStructValue(&structpb.Struct{Fields: fields})
}

// put writes a resource into the desired state, once.
func (s *Scope) put(name string, resource *structpb.Struct) {
	external, adopted := s.externalName(name)
	managed := fieldpath.At(resource, "spec", "forProvider") != nil
	switch {
	case managed && s.OnlyObserved(name):
		resource = observing(resource, external)
	case !s.Platform.ObserveOnly():
	case !adopted && !s.Observe(name).Exists() && !waitsForValue(resource):
		s.skipped = append(s.skipped, name)
		return
	case managed:
		resource = observing(resource, external)
	}
	s.desired[name] = &fnv1.Resource{Resource: resource, Ready: s.Observe(name).ready()}
	s.added = append(s.added, name)
}

// ready says whether Crossplane should count the resource as ready.
func (o Observed) ready() fnv1.Ready {
	if o.Ready() {
		return fnv1.Ready_READY_TRUE
	}
	return fnv1.Ready_READY_FALSE
}

func object(key, value string) *structpb.Value {
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{key: structpb.NewStringValue(value)}})
}

func stringMap(m map[string]string) *structpb.Value {
	fields := make(map[string]*structpb.Value, len(m))
	for k, v := range m {
		fields[k] = structpb.NewStringValue(v)
	}
	return structpb.NewStructValue(&structpb.Struct{Fields: fields})
}

func stringList(l []string) *structpb.Value {
	values := make([]*structpb.Value, len(l))
	for i, v := range l {
		values[i] = structpb.NewStringValue(v)
	}
	return structpb.NewListValue(&structpb.ListValue{Values: values})
}

// valid makes a string fit for protobuf, which refuses a whole response over one byte that is not UTF-8.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
