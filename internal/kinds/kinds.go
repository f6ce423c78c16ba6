// Package kinds holds what we know of each kind of managed resource that we compose: what a change does while it is made, what AWS cannot
// change, what happens to the data of a deleted resource, what it costs, how it is adopted, and what a simulation answers.
//
// Each kind has one file, called after its API group and itself. The rest of what belongs to a kind is generated (gen): its
// Terraform type, and its fields with their Terraform names and whether AWS can change them.
package kinds

import (
	"fmt"
	"strings"
)

// A Key names a kind: its API group, such as rds.aws.upbound.io, and its name, such as Cluster.
type Key struct{ Group, Kind string }

// Secret is Kubernetes' own kind of secrets, the one that we compose beside those of AWS.
var Secret = Key{Kind: "Secret"}

// Parse returns the key of an object's kind. A namespaced kind (*.aws.m.upbound.io) has the key of its cluster-scoped twin.
func Parse(apiVersion, kind string) Key {
	group, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped { // Kubernetes' core
		return Key{Kind: kind}
	}
	if service, ok := strings.CutSuffix(group, ".aws.m.upbound.io"); ok {
		group = service + ".aws.upbound.io"
	}
	return Key{Group: group, Kind: kind}
}

// String returns kind and group as kubectl writes them, such as Cluster.rds.aws.upbound.io.
func (k Key) String() string { return strings.TrimSuffix(k.Kind+"."+k.Group, ".") }

// Facts are what we know of a kind. A test fails for a kind that leaves out ID, ARN, Import, Adopt, Price, OnDelete or
// DataAfterDelete: what nobody has thought about must not look like nothing.
type Facts struct {
	// OnUpdate are the impacts of changed fields of forProvider, by their paths without indices. They cover what is in the
	// field; the path "" covers every other field.
	OnUpdate map[string]Impact
	// OnLower are the impacts of values that become smaller: what is older than they say is deleted.
	OnLower map[string]Impact
	// OnChange return the impacts of changed fields that depend on what they lose or gain, by the fields of forProvider. A value
	// is nil where there is none.
	OnChange map[string]func(was, will any) []Consequence
	// OnAnyUpdate returns the impact of an update, where it depends on more than one field: the parameters are the new ones,
	// and old has the former values of what changes, as JSON. It takes the place of OnUpdate and OnLower.
	OnAnyUpdate func(parameters Parameters, old map[string]string) *Impact
	// OnDelete is the impact of a resource's deletion or replacement.
	OnDelete *Deletion
	// DataAfterDelete says what happens to the data of a deleted resource: the first outcome that applies.
	DataAfterDelete []Outcome
	// PartOf is the field that names the resource that this one is a part of, and is deleted with.
	PartOf string

	// Replaces are the conditions of the fields that Sometimes force replacement, by their paths.
	Replaces map[string]Condition
	// Refuses are the changes that the provider asks for and AWS refuses.
	Refuses map[string]Condition

	// Price adds the cost of a resource to a bill. The name is the resource's in the composition.
	Price func(b *Bill, name string, p Parameters)

	// Adopt says how a resource is adopted.
	Adopt *Adoption

	// Import is the id by which Terraform imports a resource, as the section "Import" of the resource's page says
	// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/…). {external-name}, {id} and {arn} are
	// those of the managed resource, and anything else in braces is one of its parameters.
	Import string
	// NotImported says why Terraform does not import a resource, for people. It takes the place of Import.
	NotImported string
	// NamePrefix is what Terraform's name has before the external name.
	NamePrefix string
	// Refers are the attributes of other resources that Terraform reads back from AWS for a parameter, where the provider
	// fills in another one that AWS also accepts.
	Refers map[string]string

	// ID is the form of the external name, and ARN that of the ARN.
	ID  ID
	ARN string
	// Answer returns what AWS makes up for a resource beside them.
	Answer func(id string, p Parameters) map[string]any
}

// Of returns the facts of a kind. They are empty for a kind that we do not compose.
func Of(k Key) *Facts {
	if f := registry[k]; f != nil {
		return f
	}
	return &Facts{}
}

// An Impact is what a change does while it is made. Plans are read by people who decide when to do it, so each says how
// long what is unavailable.
type Impact struct {
	Effect string
	Outage bool
	When   When
	Source string // where AWS says so
}

// A Consequence is an impact that may cost data.
type Consequence struct {
	Impact
	// Loss reports whether data is deleted.
	Loss bool
}

// When is when AWS makes a change.
type When int

// The times of a change.
const (
	AtOnce   When = iota
	InWindow      // in the next maintenance window, unless applyImmediately is set
)

// A Deletion is the impact of a deleted resource.
type Deletion struct {
	Impact
	// Of is the field whose value takes the place of %v in the effect. A successor with the same value has no impact.
	Of string
	// If is a field without which there is no impact.
	If string
}

// onlyItself is of kinds whose deletion affects nothing but the resource and the data in it.
var onlyItself = &Deletion{}

// An Outcome is what happens to data.
type Outcome struct {
	// If is the parameter that has to be set, empty if the outcome is that of all other resources.
	If string
	// Text says what happens, for people. The parameter's value takes the place of %v.
	Text string
}

// noData is of kinds that hold none.
var noData = []Outcome{}

const (
	intoSnapshot = "its data goes into the snapshot %v"
	// otherGroups is of what is put into other security groups.
	otherGroups = "whoever only the former security groups let in is shut out"
)

// Lost says what happens to the data of a resource with these parameters that is deleted; empty if it holds none.
func (f *Facts) Lost(p Parameters) string {
	for _, o := range f.DataAfterDelete {
		if o.If == "" {
			return o.Text
		}
		if set(p[o.If]) {
			return strings.ReplaceAll(o.Text, "%v", fmt.Sprint(p[o.If]))
		}
	}
	return ""
}

// An Adoption says how a resource is adopted: what holds data, what others know by its address or id, and the network that
// those are in.
type Adoption struct {
	// Form says what the external name is, for people, and Prefix what it begins with, empty where any prefix does.
	Form, Prefix string
	// Attribute is the Terraform attribute that holds the external name, empty if it is the id.
	Attribute string
	// Computed reports whether the provider finds the resource by its parameters, whatever the external name, and then writes
	// that name itself. Another version of the provider may write another.
	Computed bool
	// Own reports whether a resource is only adopted from a control plane that was lost: AWS knows it by an id, and no other
	// tool's would serve.
	Own bool
	// Keeps are the parameters that name or describe a resource, and stay as AWS has them once it is adopted.
	Keeps []string
}

// The adoptions that several kinds have.
var (
	byID     = &Adoption{Form: "its id"}
	ofBucket = &Adoption{Form: "the bucket's name"}
)

// ofEarlier is of kinds that only a platform's own earlier control plane has made.
func ofEarlier(keeps ...string) *Adoption { return &Adoption{Form: "its id", Own: true, Keeps: keeps} }

// createdBeside is of kinds that are created beside those that are there, under names of the platform's own: roles, policies, alarms,
// log groups, task definitions, services.
var createdBeside = &Adoption{}

// Adoption says how a resource is adopted, and whether it can be.
func (f *Facts) Adoption() (a Adoption, ok bool) {
	if f.Adopt == nil || f.Adopt.Form == "" {
		return Adoption{}, false
	}
	a = *f.Adopt
	if a.Prefix == "" {
		a.Prefix = f.ID.prefix
	}
	return a, true
}

// Parameters are a resource's spec.forProvider, as JSON decodes it.
type Parameters map[string]any

// Text returns a string, empty if the field holds none.
func (p Parameters) Text(field string) string { return text(p[field]) }

// Number returns a number, zero if the field holds none.
func (p Parameters) Number(field string) float64 { return number(p[field]) }

// At follows fields into objects, and into the first entry of lists.
func (p Parameters) At(path ...string) any {
	var v any = map[string]any(p)
	for _, field := range path {
		if l, ok := v.([]any); ok && len(l) > 0 {
			v = l[0]
		}
		o, _ := v.(map[string]any)
		v = o[field]
	}
	return v
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func number(v any) float64 {
	n, _ := v.(float64)
	return n
}

func length(v any) int {
	l, _ := v.([]any)
	return len(l)
}

// set reports whether a value is there, and not false, zero or empty.
func set(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != "" && v != "false"
	case float64:
		return v != 0
	default:
		return true
	}
}
