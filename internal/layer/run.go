package layer

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// How long Crossplane may wait before it asks again. It asks anyway when a composed resource changes. While something is
// waited for, a short time catches what no watch tells. When all is ready, it catches what Crossplane heard of while its circuit
// breaker was open, and dropped: a change of the claim, too (crossplane/crossplane#7703).
const (
	ttlWaiting = 30 * time.Second
	ttlReady   = 5 * time.Minute
)

// Run is Answer without a log.
func Run(req *fnv1.RunFunctionRequest, all []Layer) *fnv1.RunFunctionResponse {
	rsp, _ := Answer(req, all, logging.NewNopLogger())
	return rsp
}

// Answer answers a request with the layers that the step's input names, out of those that exist. It never fails and never
// panics: what goes wrong is a Fatal result, with which Crossplane changes nothing. It also returns the problems that the
// Fatal result joins in its message. It logs the stack of a panic.
func Answer(req *fnv1.RunFunctionRequest, all []Layer, log logging.Logger) (rsp *fnv1.RunFunctionResponse, problems []string) {
	rsp = passOn(req)
	defer func() {
		// The fuzz tests know of no input that gets here. If there is one, it must not take the server down, and
		// nothing half composed may be applied.
		if r := recover(); r != nil {
			log.Info("Panicked", "stack", stack())
			rsp = passOn(req)
			problems = fatal(rsp, all, reasonInternalError, fmt.Sprintf("this is a bug in the platform's function, please report it: %v", r))
		}
	}()

	layers, err := selected(req, all)
	if err != nil {
		return rsp, fatal(rsp, nil, reasonInvalidInput, err.Error())
	}
	xr := req.GetObserved().GetComposite().GetResource()
	in, errs := decode(xr, req.GetObserved().GetResources())
	if len(errs) > 0 {
		return rsp, fatal(rsp, layers, reasonInvalidSpec, messages(errs)...)
	}
	p, errs := platform.Resolve(in)
	if len(errs) > 0 {
		return rsp, fatal(rsp, layers, reasonInvalidSpec, messages(errs)...)
	}
	if why := wrongAccount(req.GetObserved().GetResources(), p); why != "" {
		return rsp, fatal(rsp, layers, reasonWrongAccount, why)
	}
	require(rsp, p, xr)
	if why := prefixTaken(req, p, xr); why != "" {
		return rsp, fatal(rsp, layers, reasonNamePrefix, why)
	}
	if reason, wrong := compose(req, rsp, p, layers, len(layers) == len(all)); len(wrong) > 0 {
		asked := rsp.GetRequirements()
		rsp = passOn(req)
		rsp.Requirements = asked // the same whatever is answered
		return rsp, fatal(rsp, layers, reason, wrong...)
	}
	return rsp, nil
}

// stack lists the functions that a panic came through, with their lines. It shows no arguments, as debug.Stack would: they
// may hold secrets.
func stack() []string {
	const most, own = 64, 3 // runtime.Callers, stack and the function that recovers
	calls := make([]uintptr, most)
	frames := runtime.CallersFrames(calls[:runtime.Callers(own, calls)])
	var out []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		out = append(out, fmt.Sprintf("%s %s:%d", f.Function, f.File, f.Line))
	}
	return out
}

// compose lets each layer add what it wants to the response. It returns why a layer refuses the platform, or what is wrong with what the
// claim takes over, which only tells once everything is composed.
func compose(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse, p *platform.Platform, layers []Layer, all bool) (reason string, wrong []string) {
	xr := req.GetObserved().GetComposite().GetResource()
	status, details := composite(rsp, xr)
	setStatus(status, "namePrefix", structpb.NewStringValue(p.Prefix))
	setStatus(status, "sizing", encode(reflect.ValueOf(&p.Sizing).Elem()))

	if rsp.Desired.Resources == nil {
		rsp.Desired.Resources = make(map[string]*fnv1.Resource)
	}
	scopes := make([]*Scope, 0, len(layers))
	waiting, ready, common := false, true, share(p)
	for _, l := range layers {
		s := &Scope{
			Platform:  p,
			request:   req,
			response:  rsp,
			composite: xr,
			observed:  req.GetObserved().GetResources(),
			desired:   rsp.Desired.Resources,
			status:    status,
			details:   details,
			shared:    common,
		}
		l.Compose(s)
		for _, r := range s.refusals {
			return r.reason, []string{r.message}
		}
		scopes = append(scopes, s)
		c := summarise(l, s)
		rsp.Conditions = append(rsp.Conditions, c)
		if r := announce(l, c, xr); r != nil {
			rsp.Results = append(rsp.Results, r)
		}
		rsp.Results = append(rsp.Results, s.warn(l, xr)...)
		waiting = waiting || len(s.waiting)+len(s.problems)+len(s.skipped) > 0 || p.ObserveOnly()
		ready = ready && c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE
	}

	// Crossplane works readiness out from the composed resources, and names those that are not ready. It cannot know of
	// what is not composed yet: only then is it told.
	if waiting && allReady(rsp.Desired.Resources) {
		rsp.Desired.Composite.Ready = fnv1.Ready_READY_FALSE
	}
	if ready {
		rsp.Meta.Ttl = durationpb.New(ttlReady)
	}
	return reasonAdoption, settleAdoption(p, req.GetObserved().GetResources(), rsp.Desired.Resources, scopes, all)
}

// passOn begins a response with everything that earlier functions of the pipeline desired.
func passOn(req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	desired := req.GetDesired()
	if desired == nil {
		desired = &fnv1.State{}
	}
	return &fnv1.RunFunctionResponse{
		Meta:    &fnv1.ResponseMeta{Tag: req.GetMeta().GetTag(), Ttl: durationpb.New(ttlWaiting)},
		Desired: desired,
		Context: req.GetContext(),
	}
}

// composite returns where the status and the connection details of the desired composite resource are written.
func composite(rsp *fnv1.RunFunctionResponse, xr *structpb.Struct) (status *structpb.Struct, details map[string][]byte) {
	if rsp.Desired.Composite == nil {
		rsp.Desired.Composite = &fnv1.Resource{}
	}
	c := rsp.Desired.Composite
	if c.Resource.GetFields() == nil {
		c.Resource = &structpb.Struct{Fields: map[string]*structpb.Value{
			"apiVersion": structpb.NewStringValue(fields.Text(xr, "apiVersion")),
			"kind":       structpb.NewStringValue(fields.Text(xr, "kind")),
		}}
	}
	status = fields.Object(c.Resource, "status")
	if status == nil {
		status = &structpb.Struct{}
		c.Resource.Fields["status"] = structpb.NewStructValue(status)
	}
	if c.ConnectionDetails == nil {
		c.ConnectionDetails = make(map[string][]byte)
	}
	return status, c.ConnectionDetails
}

// selected returns the layers that the step's input names, in its order.
func selected(req *fnv1.RunFunctionRequest, all []Layer) ([]Layer, error) {
	known := make([]string, len(all))
	byName := make(map[string]Layer, len(all))
	for i, l := range all {
		known[i] = l.Name
		byName[l.Name] = l
	}
	names := fields.At(req.GetInput(), "layers").GetListValue().GetValues()
	if len(names) == 0 {
		return nil, fmt.Errorf("the pipeline step's input names no layers: give `layers` some of %s", strings.Join(known, ", "))
	}
	layers := make([]Layer, 0, len(names))
	for _, v := range names {
		name := v.GetStringValue()
		l, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("the pipeline step's input names layer %q, which does not exist, or is there twice: choose from %s", name, strings.Join(known, ", "))
		}
		delete(byName, name)
		layers = append(layers, l)
	}
	return layers, nil
}

// fatal makes Crossplane stop and change nothing, and returns the problems. The condition is what shows the message on the
// claim: a Fatal result alone reaches the composite resource only.
func fatal(rsp *fnv1.RunFunctionResponse, layers []Layer, reason string, problems ...string) []string {
	message := valid(strings.Join(problems, "; "))
	rsp.Results = append(rsp.Results, &fnv1.Result{
		Severity: fnv1.Severity_SEVERITY_FATAL,
		Message:  message,
		Reason:   new(reason),
		Target:   fnv1.Target_TARGET_COMPOSITE_AND_CLAIM.Enum(),
	})
	for _, l := range layers {
		rsp.Conditions = append(rsp.Conditions, &fnv1.Condition{
			Type:    l.Condition,
			Status:  fnv1.Status_STATUS_CONDITION_FALSE,
			Reason:  reason,
			Message: new(message),
			Target:  fnv1.Target_TARGET_COMPOSITE_AND_CLAIM.Enum(),
		})
	}
	return problems
}

func allReady(resources map[string]*fnv1.Resource) bool {
	for _, r := range resources {
		if r.GetReady() != fnv1.Ready_READY_TRUE {
			return false
		}
	}
	return true
}

func messages(errs field.ErrorList) []string {
	out := make([]string, len(errs))
	for i, e := range errs {
		out[i] = e.Error()
	}
	return out
}
