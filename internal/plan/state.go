package plan

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
)

// Nothing is a platform that is not there: before it is created, or after it is deleted.
func Nothing() *State { return &State{} }

// Rendered is a platform as it is in the end, when the provider has done its work. It begins with what is observed.
func Rendered(r *render.Renderer, xr *structpb.Struct, observed map[string]*structpb.Struct) (*State, error) {
	seen := asObserved(observed)
	waiting, err := broughtIn(r, xr, seen)
	if err != nil {
		return nil, err
	}
	result, err := r.Eventually(xr, seen)
	if err != nil {
		return nil, err
	}
	maps.Copy(result.Resources, waiting) // nobody has filled them
	return &State{Composite: result.XR, Desired: result.Resources, Observed: result.Observed, Dropped: result.Dropped, Warnings: result.Warnings}, nil
}

// broughtIn fills the Secrets that wait for a value of what the claim takes over, as somebody will, so that it can be told what
// comes of it. It returns them as they are.
func broughtIn(r *render.Renderer, xr *structpb.Struct, observed map[string]*fnv1.Resource) (map[string]*structpb.Struct, error) {
	if fields.At(xr, "spec", "adopt") == nil {
		return nil, nil
	}
	result, err := r.Once(xr, observed)
	if err != nil {
		return nil, err
	}
	waiting := map[string]*structpb.Struct{}
	for name, o := range result.Resources {
		if fields.Text(o, "kind") != "Secret" || fields.Text(o, "apiVersion") != "v1" || o.GetFields()["data"] != nil {
			continue
		}
		waiting[name] = o
		filled := proto.CloneOf(o)
		value := structpb.NewStringValue(base64.StdEncoding.EncodeToString([]byte("<redacted>")))
		filled.Fields["data"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"secretString": value, "value": value}})
		observed[name] = &fnv1.Resource{Resource: filled}
	}
	return waiting, nil
}

// Applied is a platform out of what it was rendered to, as `morket render --eventual` prints it: perhaps by another version of
// the functions, which is then compared too.
func Applied(xr *structpb.Struct, desired map[string]*structpb.Struct) *State {
	const rounds = 3 // until what refers to each other has been resolved
	observed := map[string]*fnv1.Resource{}
	for range rounds {
		observed = simulate.Provider(asObserved(desired), observed)
	}
	s := &State{Composite: xr, Desired: desired, Observed: make(map[string]*structpb.Struct, len(observed))}
	for name, o := range observed {
		s.Observed[name] = o.GetResource()
	}
	return s
}

// Found is a platform as it was observed. xr is nil where it is not known what was asked for.
func Found(r *render.Renderer, xr *structpb.Struct, observed map[string]*structpb.Struct) (s *State, notes []string, err error) {
	s = &State{Composite: xr, Observed: observed}
	owned := false
	for _, o := range observed {
		owned = owned || managed(o) != nil
	}
	switch {
	case owned: // resources say themselves what is desired of them
	case xr == nil:
		notes = append(notes, "what a resource is given no more is not shown: neither the former claim nor managed fields are known (kubectl get --show-managed-fields)")
	default:
		result, err := r.Once(xr, asObserved(observed))
		if err != nil {
			return nil, nil, fmt.Errorf("cannot render the claim as it was: %w", err)
		}
		s.Desired = result.Resources
	}
	return s, notes, nil
}

func asObserved(resources map[string]*structpb.Struct) map[string]*fnv1.Resource {
	out := make(map[string]*fnv1.Resource, len(resources))
	for name, o := range resources {
		out[name] = &fnv1.Resource{Resource: o}
	}
	return out
}

// guarded says why the API server refuses to delete a platform; empty if it does not.
func guarded(s *State) string {
	for _, name := range []string{platform.GuardClaim, platform.Guard} {
		spec := s.Observed[name].GetFields()["spec"].GetStructValue()
		if reason := fields.Text(spec, "reason"); reason != "" {
			return strings.ReplaceAll(reason, "\n", " ")
		}
	}
	return ""
}
