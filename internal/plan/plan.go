// Package plan says what a change of a claim does to a platform before anybody does it: which resources are created, changed
// in place, replaced and deleted, what AWS or the API server would refuse, what costs an outage or data, and about how
// much the platform costs a month before and after.
//
// It compares what there is with what the pipeline wants in the end, and judges the differences by what the provider does
// with them: see internal/kinds for what it refuses.
package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// A Plan is what a change does. It is always in the same order.
type Plan struct {
	// Platform, Environment and Region are the claim's.
	Platform    string `json:"platform"`
	Environment string `json:"environment"`
	Region      string `json:"region"`
	// Refused are the reasons why the API server or the function would not take the claim, in their words. Nothing
	// happens then: the changes are what the claim asks for.
	Refused []string `json:"refused,omitempty"`
	// Changes are the resources that are not left as they are.
	Changes []ResourceChange `json:"changes"`
	// Unchanged is how many are.
	Unchanged int `json:"unchanged"`
	// Cost is an estimate.
	Cost *Cost `json:"cost,omitempty"`
	// Notes say what is unknown, and what the function warns of.
	Notes []string `json:"notes,omitempty"`
}

// An Action is what happens to a resource.
type Action string

// The actions, in the order in which changes are listed: first what needs somebody to look at it.
const (
	// Refuse is an update that the provider does not make, as a whole, because it holds a field that cannot be changed in place.
	Refuse Action = "refuse"
	Delete Action = "delete"
	// Replace composes a resource beside the one it replaces, which goes when nothing uses it any more.
	Replace Action = "replace"
	Update  Action = "update"
	Create  Action = "create"
	// Adopt takes over what is in AWS: it is looked at, and nothing is done to it before AWS has said what it is.
	Adopt Action = "adopt"
	// Ignore changes the managed resource, and nothing in AWS.
	Ignore Action = "ignore"
)

var actions = []Action{Refuse, Delete, Replace, Update, Create, Adopt, Ignore}

// A ResourceChange is what happens to one resource.
type ResourceChange struct {
	Action Action `json:"action"`
	// Name is the resource's name in the composition, and Kind its kind with its group.
	Name string `json:"name"`
	Kind string `json:"kind"`
	// Replaces is the name of the resource that it replaces.
	Replaces string `json:"replaces,omitempty"`
	// Fields are what differs.
	Fields []Field `json:"fields,omitempty"`
	// Impacts are what the change costs while it is made.
	Impacts []Impact `json:"impacts,omitempty"`
	// Afterwards says what becomes of what is deleted, or of the data in it; empty if it is simply gone, and held none.
	Afterwards string `json:"afterwards,omitempty"`
	// WayOut says what to do about a refusal.
	WayOut string `json:"wayOut,omitempty"`
}

// A Field is a value that differs. The values are JSON, empty where there is none.
type Field struct {
	Path string `json:"path"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
	// Refused says why the provider would not change it.
	Refused string `json:"refused,omitempty"`
	// Ignored says why nothing comes of it in AWS.
	Ignored string `json:"ignored,omitempty"`

	parameter bool // one of AWS's, and not of how the resource is managed
}

// A State is a platform at one time.
type State struct {
	// Composite is the composite resource.
	Composite *structpb.Struct
	// Desired are the resources as they are composed, by their names in the composition. Nil where only what was observed is
	// known.
	Desired map[string]*structpb.Struct
	// Observed are the resources as they are.
	Observed map[string]*structpb.Struct
	// Dropped are the resources that were composed on the way here and no longer are, as they were composed last.
	Dropped map[string]*structpb.Struct
	// Warnings are what the function warns of.
	Warnings []string

	read map[*structpb.Struct]resource // those that object has read
}

// object reads a resource of the state, once.
func (s *State) object(o *structpb.Struct) resource {
	r, ok := s.read[o]
	if !ok {
		if s.read == nil {
			s.read = make(map[*structpb.Struct]resource, len(s.Desired)+len(s.Observed))
		}
		r = object(o)
		s.read[o] = r
	}
	return r
}

// Compare returns the plan of a change. One of the states may be Nothing.
func Compare(before, after *State) *Plan {
	composite := after.Composite
	if composite == nil {
		composite = before.Composite
	}
	spec, _ := composite.AsMap()["spec"].(map[string]any)
	p := &Plan{Platform: name(composite), Environment: fieldpath.TextIn(spec, "environment"), Region: fieldpath.TextIn(spec, "region"), Changes: []ResourceChange{}}
	if reason := guarded(before); after.Composite == nil && reason != "" {
		p.Refused = append(p.Refused, reason)
	}

	adopted := after.adopted()
	created := p.keep(before, after, adopted)
	var deleted []string
	for _, name := range slices.Sorted(maps.Keys(before.Observed)) {
		if after.Desired[name] == nil {
			deleted = append(deleted, name)
		}
	}
	pairs := pair(deleted, created, func(name string) kinds.Key {
		if o := before.Observed[name]; o != nil {
			return before.object(o).kind
		}
		return after.object(after.Desired[name]).kind
	}, func(old, updated string) int {
		return len(fieldsOf(nil, before.object(before.Observed[old]), after.object(after.Desired[updated])))
	})
	for _, name := range created {
		o := after.object(after.Desired[name])
		c := o.create(name, pairs[name], before)
		c.Impacts = append(c.Impacts, overwrites(name, o, adopted)...)
		p.Changes = append(p.Changes, c)
	}
	for _, name := range deleted {
		if _, replaced := pairs[name]; !replaced {
			p.Changes = append(p.Changes, removed(before, after, name).remove(name))
		}
	}
	p.taken(before, after)
	slices.SortStableFunc(p.Changes, func(a, b ResourceChange) int {
		return cmp.Or(cmp.Compare(slices.Index(actions, a.Action), slices.Index(actions, b.Action)), cmp.Compare(a.Name, b.Name))
	})
	if names := waiting(after); len(names) > 0 {
		p.Notes = append(p.Notes, strings.Join(names, ", ")+": somebody has to bring in values first (docs/adoption.md); the plan is of what comes then")
	}
	if note := otherConfig(before, after); note != "" {
		p.Notes = append(p.Notes, note)
	}
	p.Notes = append(p.Notes, after.Warnings...)
	p.Cost = cost(priced{p.costly(before, after), before.object}, priced{paid(before, after, deleted), after.object}, p.Region)
	return p
}

// keep adds the changes of what exists and is still wanted, or is adopted, and returns the names of what is created.
func (p *Plan) keep(before, after *State, adopted map[string]any) (created []string) {
	for _, name := range slices.Sorted(maps.Keys(after.Desired)) {
		o := after.object(after.Desired[name])
		switch {
		case before.Observed[name] == nil && adopted[name] != nil:
			p.Changes = append(p.Changes, ResourceChange{Action: Adopt, Name: name, Kind: o.kind.String(), Fields: []Field{{Path: "externalName", New: value(adopted[name])}}})
			continue
		case before.Observed[name] == nil:
			created = append(created, name)
			continue
		}
		was := before.object(before.Observed[name])
		if c, is := takeOver(name, was, o, before, after); is {
			if c == nil {
				p.Unchanged++
			} else {
				p.Changes = append(p.Changes, *c)
			}
			continue
		}
		fields := fieldsOf(owned(before, name), was, o)
		if len(fields) == 0 {
			p.Unchanged++
			continue
		}
		p.Changes = append(p.Changes, o.update(name, was.parameters, fields))
	}
	return created
}

// costly are the resources that cost something before the change: also those that are there, and are only found now.
func (p *Plan) costly(before, after *State) map[string]*structpb.Struct {
	out := maps.Clone(before.Observed)
	for _, c := range p.Changes {
		if o := after.Observed[c.Name]; c.Action == Adopt && o != nil {
			if out == nil {
				out = map[string]*structpb.Struct{}
			}
			out[c.Name] = o
		}
	}
	return out
}

// paid are the resources that cost something after the change: also those that are left behind in AWS.
func paid(before, after *State, deleted []string) map[string]*structpb.Struct {
	out := maps.Clone(after.Observed)
	if out == nil {
		out = map[string]*structpb.Struct{}
	}
	for _, name := range deleted {
		if removed(before, after, name).orphaned() {
			out[name] = before.Observed[name]
		}
	}
	return out
}

// removed is a resource as it is when Crossplane deletes it: as it was, unless the platform first tells it to stay in AWS.
func removed(before, after *State, name string) resource {
	if o := after.Dropped[name]; o != nil && after.object(o).orphaned() {
		return after.object(o)
	}
	return before.object(before.Observed[name])
}

// owned is what is known to have been desired of a resource before.
func owned(s *State, name string) *resource {
	if o := s.Desired[name]; o != nil {
		r := s.object(o)
		return &r
	}
	return managed(s.Observed[name])
}

// update is a change of fields. was are the values before, of all fields.
func (o resource) update(name string, was map[string]any, fields []Field) ResourceChange {
	c := ResourceChange{Action: Ignore, Name: name, Kind: o.kind.String(), Fields: fields}
	for _, f := range fields {
		switch {
		case f.Refused != "":
			c.Action = Refuse
		case f.Ignored == "" && c.Action != Refuse:
			c.Action = Update
		}
	}
	if c.Action == Refuse {
		c.WayOut = wayOut
	}
	if c.Action == Update {
		c.Impacts = updateImpacts(o, was, fields)
	}
	return c
}

// wayOut is the same for all resources: the provider replaces none of them, whatever they are.
const wayOut = "give the claim the value it had, or make a second claim with the new one and move over; until then the provider changes nothing about this resource, and its Synced condition says why"

func (o resource) create(name, replaces string, before *State) ResourceChange {
	if replaces == "" {
		return ResourceChange{Action: Create, Name: name, Kind: o.kind.String()}
	}
	old := before.object(before.Observed[replaces])
	c := ResourceChange{Action: Replace, Name: name, Kind: o.kind.String(), Replaces: replaces, Impacts: replaceImpacts(name, old, o)}
	for _, f := range fieldsOf(owned(before, replaces), old, o) {
		if f.Path == "tags.Name" { // it is called otherwise, which the line above says
			continue
		}
		c.Fields = append(c.Fields, Field{Path: f.Path, Old: f.Old, New: f.New})
	}
	return c
}

func (o resource) remove(name string) ResourceChange {
	return ResourceChange{Action: Delete, Name: name, Kind: o.kind.String(), Afterwards: o.dataAfterDelete(), Impacts: deleteImpacts(o)}
}

// Counts are how many resources there are of each action.
func (p *Plan) Counts() map[Action]int {
	out := map[Action]int{}
	for _, c := range p.Changes {
		out[c.Action]++
	}
	return out
}

// Refuses says whether something of the plan cannot be done.
func (p *Plan) Refuses() bool { return len(p.Refused) > 0 || p.Counts()[Refuse] > 0 }

// Empty says whether the plan changes nothing.
func (p *Plan) Empty() bool { return len(p.Refused) == 0 && len(p.Changes) == 0 }
