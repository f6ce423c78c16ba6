package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
)

// A proposal is what a claim could say about what a state holds.
type proposal struct {
	match    *adopt.Match
	settings []proposedSetting
	// keep are the fields that AWS cannot change and that no setting matches, for spec.adopt.keep.
	keep map[string][]string
	// unplanned says why the plan of the proposal is not known, empty if it is.
	unplanned string
	// collisions are rules of load balancers that AWS refuses beside those that there are.
	collisions []string
}

// A proposedSetting is a setting with what the claim has to do with it.
type proposedSetting struct {
	adopt.Setting
	// now is what the claim comes to without it.
	now any
	// refused says why the claim cannot have it, empty if it can.
	refused string
}

// A proposer matches a state with a claim.
type proposer struct {
	file     string
	renderer *render.Renderer
	state    []*adopt.Resource
}

// propose matches the state with a claim, and then with the claim that has the settings that the state shows: with another
// number of readers or zones, it asks for other resources.
func (p *proposer) propose(claim map[string]any) (*proposal, error) {
	m, result, err := p.match(claim)
	if err != nil {
		return nil, err
	}
	out := &proposal{match: m, keep: map[string][]string{}}
	now := fields.Object(result.XR, "status", "sizing").AsMap()
	better, settings, err := admitted(claim, m)
	if err != nil {
		return nil, err
	}
	if m, with, err := p.match(better); err == nil { // otherwise the function refuses the settings together
		out.match, result = m, with
		if better, settings, err = admitted(claim, m); err != nil {
			return nil, err
		}
	} else {
		better = claim
	}
	for i := range settings {
		settings[i].now = fields.In(now, strings.Split(settings[i].Path, ".")...)
	}
	out.settings, out.collisions = settings, collisions(out.match, result)
	if err := p.keep(out, better); err != nil { // the proposal is worth reading all the same
		out.unplanned = err.Error()
	}
	return out, nil
}

// match finds what a claim takes over. result is what the claim composes.
func (p *proposer) match(claim map[string]any) (m *adopt.Match, result *render.Result, err error) {
	xr, problems, err := render.Admit(runtime.DeepCopyJSON(claim))
	if err != nil {
		return nil, nil, err
	}
	if len(problems) > 0 {
		return nil, nil, &refusedError{file: p.file, problems: problems}
	}
	if result, err = p.renderer.Eventually(xr, nil); err != nil {
		return nil, nil, err
	}
	of := adopt.Claim{
		Environment: fields.Text(xr, "spec", "environment"), AccountID: fields.Text(xr, "spec", "accountId"), Region: fields.Text(xr, "spec", "region"),
		CIDR: fields.Text(result.XR, "status", "sizing", "network", "cidr"), Domain: fields.Text(xr, "spec", "domain", "name"),
	}
	return adopt.Find(p.state, slices.Sorted(maps.Keys(result.Resources)), of), result, nil
}

// collisions says which rules of an adopted listener have the priority of one that the platform would add.
func collisions(m *adopt.Match, result *render.Result) []string {
	var out []string
	for _, name := range result.Names() {
		listener, isRule := strings.CutPrefix(name, "rule-")
		if _, adopted := m.ExternalNames[name]; !isRule || adopted {
			continue
		}
		protocol, _, _ := strings.Cut(listener, "-")
		arn := m.ExternalNames["listener-"+protocol]
		priority := fields.At(result.Resources[name], "spec", "forProvider", "priority").GetNumberValue()
		for _, c := range m.Left {
			if arn != "" && c.Resource.Values["listener_arn"] == arn && c.Resource.Values["priority"] == priority {
				out = append(out, fmt.Sprintf("%s has the priority %v of %s: adopt it as %s, %v, or give it another priority first", c.Address, priority, name, name, c.Resource.Values["id"]))
			}
		}
	}
	return out
}

// admitted tries settings, each with those that the API server takes. It returns the claim with those, and what is wrong with the others.
func admitted(claim map[string]any, m *adopt.Match) (map[string]any, []proposedSetting, error) {
	out := make([]proposedSetting, len(m.Settings))
	for i, s := range m.Settings {
		out[i].Setting = s
	}
	if cluster := m.ExternalNames[platform.Aurora]; cluster != "" { // which may be called what no new one may
		claim = adopting(claim, v1alpha1.AdoptManage, map[string]any{platform.Aurora: cluster})
	}
	left := len(out)
	for before := left + 1; left < before; { // one may need another that comes later
		before, left = left, 0
		for i := range out {
			s := &out[i]
			if s.Doubt != "" || s.refused == taken {
				continue
			}
			with := runtime.DeepCopyJSON(claim)
			set(with, s.Value, append([]string{"spec"}, strings.Split(s.Path, ".")...)...)
			_, problems, err := render.Admit(runtime.DeepCopyJSON(with))
			switch {
			case err != nil:
				return nil, nil, err
			case len(problems) == 0:
				claim, s.refused = with, taken
			default:
				s.refused = problemOf("spec."+s.Path, problems)
				left++
			}
		}
	}
	for i := range out {
		if out[i].refused == taken {
			out[i].refused = ""
		}
	}
	return claim, out, nil
}

// problemOf is the problem of a field, or else the first.
func problemOf(path string, problems []string) string {
	for _, p := range problems {
		if strings.HasPrefix(p, path) {
			return p
		}
	}
	return problems[0]
}

// taken marks a setting that the claim has already, while others are tried.
const taken = "taken"

// adopting is a claim that takes something over.
func adopting(claim map[string]any, policy string, names map[string]any) map[string]any {
	out := runtime.DeepCopyJSON(claim)
	set(out, map[string]any{"policy": policy, "externalNames": runtime.DeepCopyJSON(names)}, "spec", "adopt")
	return out
}

func set(o map[string]any, value any, path ...string) {
	for ; len(path) > 1; path = path[1:] {
		below, ok := o[path[0]].(map[string]any)
		if !ok {
			below = map[string]any{}
			o[path[0]] = below
		}
		o = below
	}
	o[path[0]] = value
}

// keep plans what the claim would do to what it takes over, as far as the state shows what there is.
func (p *proposer) keep(out *proposal, claim map[string]any) error {
	names := map[string]any{}
	for name, external := range out.match.ExternalNames {
		names[name] = external
	}
	if len(names) == 0 {
		return nil
	}
	observe, manage := adopting(claim, v1alpha1.AdoptObserve, names), adopting(claim, v1alpha1.AdoptManage, names)
	observed, err := p.observed(out.match, observe, manage)
	if err != nil {
		return err
	}
	planned, err := plan.Change(p.renderer, &plan.Input{Name: "the state", Platform: observe, Resources: observed, Found: true}, &plan.Input{Name: p.file, Platform: manage})
	if err != nil {
		return err
	}
	if len(planned.Refused) > 0 {
		return errors.New(strings.Join(planned.Refused, "; "))
	}
	for _, c := range planned.Changes {
		for _, f := range c.Fields {
			if path, _, _ := strings.Cut(f.Path, "["); names[c.Name] != nil && f.Refused != "" && path != "externalName" && !slices.Contains(out.keep[c.Name], path) {
				out.keep[c.Name] = append(out.keep[c.Name], path)
			}
		}
	}
	return nil
}

// observed are the resources that the claim takes over, as the provider will observe them.
func (p *proposer) observed(m *adopt.Match, observe, manage map[string]any) (map[string]*structpb.Struct, error) {
	looked, err := p.compose(observe, p.renderer.Once)
	if err != nil {
		return nil, err
	}
	managed, err := p.compose(manage, p.renderer.Eventually)
	if err != nil {
		return nil, err
	}
	out := map[string]*structpb.Struct{}
	for name, c := range m.Found {
		o := looked.Resources[name]
		if o == nil {
			continue
		}
		wanted := fields.Object(managed.Observed[name], "spec", "forProvider").AsMap()
		has := adopt.Observed(c.Resource, name, wanted)
		at, err := structpb.NewStruct(has)
		if err != nil {
			return nil, err
		}
		at.Fields["id"] = structpb.NewStringValue(c.ExternalName)
		out[name] = fields.Clone(o)
		fields.Child(out[name], "status").Fields["atProvider"] = structpb.NewStructValue(at)
	}
	return out, nil
}

// compose renders a claim.
func (p *proposer) compose(claim map[string]any, how func(*structpb.Struct, map[string]*fnv1.Resource) (*render.Result, error)) (*render.Result, error) {
	xr, problems, err := render.Admit(runtime.DeepCopyJSON(claim))
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, &refusedError{file: p.file, problems: problems}
	}
	return how(xr, nil)
}
