// Package render runs the platform's pipeline in process, the way Crossplane does in a cluster: it makes the requests
// that Crossplane would make, and puts on the composed resources what Crossplane would put there. `make validate` holds
// its output against Crossplane's own render.
package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/simulate"
)

// maxRounds ends a render that would never settle. The longest chain of values that AWS invents is far shorter.
const maxRounds = 50

// A Renderer runs a pipeline.
type Renderer struct {
	Layers []layer.Layer
	Steps  []Step
}

// A Result is what a pipeline composed.
type Result struct {
	// XR is the composite resource with its status, as Crossplane would print it.
	XR *structpb.Struct
	// Resources are the composed resources by their names in the composition.
	Resources map[string]*structpb.Struct
	// Ready says of each whether it is.
	Ready map[string]bool
	// Conditions are the layers', in their order.
	Conditions []*fnv1.Condition
	// Warnings are what the layers' conditions warn of.
	Warnings []string
	// Details are the connection details.
	Details map[string][]byte
	// Rounds is how often the pipeline ran until nothing changed any more: 1 without a simulated provider.
	Rounds int
	// Observed are the resources as the simulated provider left them, if one answered.
	Observed map[string]*structpb.Struct
	// Dropped are the resources that were composed in an earlier round only, as they were composed last.
	Dropped map[string]*structpb.Struct
}

// Names returns the composed resources' names in the composition, sorted, as Crossplane prints them.
func (r *Result) Names() []string { return slices.Sorted(maps.Keys(r.Resources)) }

// Objects returns the composite resource and what is composed, in the order in which Crossplane prints them.
func (r *Result) Objects() []*structpb.Struct {
	out := []*structpb.Struct{r.XR}
	for _, name := range r.Names() {
		out = append(out, r.Resources[name])
	}
	return out
}

// ObservedObjects returns the resources as the simulated provider left them, in the same order.
func (r *Result) ObservedObjects() []*structpb.Struct {
	var out []*structpb.Struct
	for _, name := range slices.Sorted(maps.Keys(r.Observed)) {
		out = append(out, r.Observed[name])
	}
	return out
}

// Once runs the pipeline once, on a composite resource and what is observed of its resources.
func (r *Renderer) Once(xr *structpb.Struct, observed map[string]*fnv1.Resource) (*Result, error) {
	rsp, err := r.run(xr, observed)
	if err != nil {
		return nil, err
	}
	return finish(xr, rsp), nil
}

// Eventually runs the pipeline and lets a simulated provider answer, round after round, until nothing changes any more.
func (r *Renderer) Eventually(xr *structpb.Struct, observed map[string]*fnv1.Resource) (*Result, error) {
	var before *fnv1.RunFunctionResponse
	var warnings []string
	dropped := map[string]*structpb.Struct{}
	for round := range maxRounds {
		rsp, err := r.run(xr, observed)
		if err != nil {
			return nil, err
		}
		next := composite(xr, rsp)
		warnings = warned(warnings, rsp)
		if before != nil && fields.Equal(xr, next) && same(before, rsp) {
			result := finish(xr, rsp)
			result.Rounds = round
			result.Warnings = warnings
			result.Dropped = dropped
			result.Observed = make(map[string]*structpb.Struct, len(observed))
			for name, o := range observed {
				result.Observed[name] = adopt(xr, name, o.GetResource())
				delete(fields.Below(result.Observed[name], "metadata"), "ownerReferences") // they would need the composite's uid
			}
			return result, nil
		}
		former := before.GetDesired().GetResources()
		for name, o := range former {
			if rsp.GetDesired().GetResources()[name] == nil {
				dropped[name] = o.GetResource()
			}
		}
		before, xr = rsp, next
		observed = simulate.Next(former, rsp.GetDesired().GetResources(), observed)
	}
	return nil, fmt.Errorf("the platform did not settle in %d rounds: this is a bug, please report it", maxRounds)
}

// warned adds what a response warns of, each once, and leaves out what its conditions no longer say.
func warned(warnings []string, rsp *fnv1.RunFunctionResponse) []string {
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_WARNING && !slices.Contains(warnings, r.GetMessage()) {
			warnings = append(warnings, r.GetMessage())
		}
	}
	return slices.DeleteFunc(warnings, func(w string) bool {
		return !slices.ContainsFunc(rsp.GetConditions(), func(c *fnv1.Condition) bool { return strings.Contains(c.GetMessage(), w) })
	})
}

// same says whether two rounds came to the same resources.
func same(a, b *fnv1.RunFunctionResponse) bool {
	return maps.EqualFunc(a.GetDesired().GetResources(), b.GetDesired().GetResources(), func(x, y *fnv1.Resource) bool {
		return x.GetReady() == y.GetReady() && fields.Equal(x.GetResource(), y.GetResource())
	})
}

// run calls the function for each step of the pipeline, handing on what was desired before.
func (r *Renderer) run(xr *structpb.Struct, observed map[string]*fnv1.Resource) (*fnv1.RunFunctionResponse, error) {
	var conditions []*fnv1.Condition
	rsp := &fnv1.RunFunctionResponse{}
	for _, step := range r.Steps {
		req := &fnv1.RunFunctionRequest{
			Meta:     &fnv1.RequestMeta{Tag: "render"},
			Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: observed},
			Desired:  rsp.GetDesired(),
			Input:    step.Input,
			Context:  rsp.GetContext(),
		}
		var problems []string
		if rsp, problems = layer.Answer(req, r.Layers, logging.NewNopLogger()); len(problems) > 0 {
			return nil, &RefusedError{Problems: problems}
		}
		conditions = append(conditions, rsp.GetConditions()...)
	}
	rsp.Conditions = conditions
	return rsp, nil
}

// A RefusedError lists why the function refuses a composite resource.
type RefusedError struct{ Problems []string }

// Error returns the message of the function's Fatal result.
func (e *RefusedError) Error() string { return strings.Join(e.Problems, "; ") }

// Problems returns what an error lists, or its text.
func Problems(err error) []string {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return refused.Problems
	}
	return []string{err.Error()}
}

// finish does what Crossplane does with a response: it marks the composed resources as the composite resource's, and
// writes status and conditions into it.
func finish(xr *structpb.Struct, rsp *fnv1.RunFunctionResponse) *Result {
	result := &Result{
		XR:         composite(xr, rsp),
		Resources:  make(map[string]*structpb.Struct),
		Ready:      make(map[string]bool),
		Conditions: rsp.GetConditions(),
		Details:    rsp.GetDesired().GetComposite().GetConnectionDetails(),
		Rounds:     1,
	}
	for name, r := range rsp.GetDesired().GetResources() {
		result.Resources[name] = adopt(xr, name, r.GetResource())
		result.Ready[name] = r.GetReady() == fnv1.Ready_READY_TRUE
	}
	return result
}

// composite returns the composite resource with the status and conditions that a response gives it.
func composite(xr *structpb.Struct, rsp *fnv1.RunFunctionResponse) *structpb.Struct {
	out := fields.Clone(xr)
	var unready []string
	for name, r := range rsp.GetDesired().GetResources() {
		if r.GetReady() != fnv1.Ready_READY_TRUE {
			unready = append(unready, name)
		}
	}
	slices.Sort(unready)

	status := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	maps.Copy(status.Fields, fields.Below(rsp.GetDesired().GetComposite().GetResource(), "status"))
	status.Fields["conditions"] = conditions(rsp, unready)
	out.Fields["status"] = structpb.NewStructValue(status)
	return out
}

// conditions are what Crossplane and the layers say of the composite resource, by type.
func conditions(rsp *fnv1.RunFunctionResponse, unready []string) *structpb.Value {
	ready := map[string]any{"type": "Ready", "status": "True", "reason": "Available"}
	if len(unready) > 0 || rsp.GetDesired().GetComposite().GetReady() == fnv1.Ready_READY_FALSE {
		ready["status"], ready["reason"] = "False", "Creating"
		if len(unready) > 0 {
			ready["message"] = "Unready resources: " + someOf(unready)
		}
	}
	all := []map[string]any{ready, {"type": "Synced", "status": "True", "reason": "ReconcileSuccess"}}
	for _, c := range rsp.GetConditions() {
		status := map[fnv1.Status]string{fnv1.Status_STATUS_CONDITION_TRUE: "True", fnv1.Status_STATUS_CONDITION_FALSE: "False"}[c.GetStatus()]
		all = append(all, map[string]any{"type": c.GetType(), "status": status, "reason": c.GetReason(), "message": c.GetMessage()})
	}
	slices.SortFunc(all, func(a, b map[string]any) int {
		return strings.Compare(fields.TextIn(a, "type"), fields.TextIn(b, "type"))
	})
	list := &structpb.ListValue{}
	for _, c := range all {
		o := &structpb.Struct{Fields: map[string]*structpb.Value{"lastTransitionTime": structpb.NewStringValue("2024-01-01T00:00:00Z")}}
		for k := range c {
			if v := fields.TextIn(c, k); v != "" {
				o.Fields[k] = structpb.NewStringValue(v)
			}
		}
		list.Values = append(list.Values, structpb.NewStructValue(o))
	}
	return structpb.NewListValue(list)
}

// someOf names three and counts the rest, as Crossplane does.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// adopt returns a composed resource with the metadata that Crossplane adds.
func adopt(xr *structpb.Struct, name string, r *structpb.Struct) *structpb.Struct {
	out := fields.Clone(r)
	metadata := fields.Child(out, "metadata")
	fields.Child(metadata, "annotations").Fields["crossplane.io/composition-resource-name"] = structpb.NewStringValue(name)

	labels := fields.Child(metadata, "labels")
	labels.Fields["crossplane.io/composite"] = fields.At(xr, "metadata", "name")
	own := fields.Below(xr, "metadata", "labels")
	claim, namespace := own["crossplane.io/claim-name"], own["crossplane.io/claim-namespace"]
	if claim != nil && namespace != nil {
		labels.Fields["crossplane.io/claim-name"], labels.Fields["crossplane.io/claim-namespace"] = claim, namespace
	}

	reference := &structpb.Struct{Fields: map[string]*structpb.Value{
		"apiVersion":         xr.GetFields()["apiVersion"],
		"kind":               xr.GetFields()["kind"],
		"name":               fields.At(xr, "metadata", "name"),
		"controller":         structpb.NewBoolValue(true),
		"blockOwnerDeletion": structpb.NewBoolValue(true),
	}}
	if uid := fields.At(xr, "metadata", "uid"); uid != nil {
		reference.Fields["uid"] = uid
	}
	metadata.Fields["ownerReferences"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStructValue(reference)}})
	return out
}
