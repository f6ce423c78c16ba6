package plan

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/xrd"
)

// An Input is a platform as it is given: a claim, what a claim was rendered to, or what was found.
type Input struct {
	// Name is where it is from, for messages.
	Name string
	// Platform is the claim or composite resource; nil where there is none, or none is known.
	Platform map[string]any
	// Resources are what is composed of it by their names in the composition, if that is given too.
	Resources map[string]*structpb.Struct
	// Found says that the resources are as they were observed. Otherwise they are as they were rendered.
	Found bool

	known *State // once it has been made
	notes []string
}

// An InvalidError says why the API server or the function refuses a claim that is there already.
type InvalidError struct {
	Input    string
	Problems []string
}

func (e *InvalidError) Error() string { return e.Input + ": " + strings.Join(e.Problems, "; ") }

// Change plans the change from one platform to another. The latter is a claim, or empty. A platform that is there already is
// rendered once, so it may be compared with several.
func Change(r *render.Renderer, was, next *Input) (*Plan, error) {
	if a, b := was.claim(), next.claim(); !a.maybe(b) {
		return nil, fmt.Errorf("%s is of the claim %s, and %s of %s: a plan is of one claim; to make another, compare it with an empty file", was.Name, a, next.Name, b)
	}
	if was.known == nil {
		var err error
		if was.known, was.notes, err = was.state(r); err != nil {
			return nil, err
		}
	}
	before, notes := was.known, was.notes
	if next.Platform == nil {
		if before.Composite == nil && len(before.Observed) > 0 {
			return nil, fmt.Errorf("%s holds no claim or composite resource, and there is no other: add it, as kubectl get xmorketplatform NAME -o yaml prints it", was.Name)
		}
		if before.Composite == nil {
			return nil, errors.New("there is no claim: neither as it is, nor as it would be")
		}
		p := Compare(before, Nothing())
		p.Notes = notes
		return p, nil
	}

	xr, refused, err := admit(was, next)
	if err != nil {
		return nil, err
	}
	if xr == nil { // nothing can be composed of it, so nothing would change
		return refusal(next, before, refused, notes), nil
	}
	running(xr, fields.Object(before.Composite, "status", "sizing"), len(before.Observed) > 0)
	rendered, err := Rendered(r, xr, before.Observed)
	if err != nil { // the function refuses it, and what there is stays
		return refusal(next, before, append(refused, render.Problems(err)...), notes), nil
	}
	p := Compare(before, rendered)
	p.Refused = append(refused, p.Refused...)
	p.Notes = append(notes, p.Notes...)
	return p, nil
}

// running has the function know that a platform is there already, and how its knobs were resolved if that is known. What only new
// claims are refused for, it warns of then.
func running(xr, sizing *structpb.Struct, is bool) {
	if !is || fields.Object(xr, "status", "sizing") != nil {
		return
	}
	if sizing == nil {
		sizing = &structpb.Struct{}
	}
	fields.Child(xr, "status").Fields["sizing"] = structpb.NewStructValue(sizing)
}

// refusal is the plan of a claim that nothing can be composed of.
func refusal(next *Input, before *State, refused, notes []string) *Plan {
	spec, _ := next.Platform["spec"].(map[string]any)
	was, _ := before.Composite.AsMap()["spec"].(map[string]any)
	return &Plan{
		Platform:    cmp.Or(metadataName(next.Platform), name(before.Composite)),
		Environment: cmp.Or(fields.TextIn(spec, "environment"), fields.TextIn(was, "environment")),
		Region:      cmp.Or(fields.TextIn(spec, "region"), fields.TextIn(was, "region")),
		Refused:     refused, Changes: []ResourceChange{}, Unchanged: len(before.Observed), Notes: notes,
	}
}

// state is the platform of an input, as far as there is one.
func (in *Input) state(r *render.Renderer) (s *State, notes []string, err error) {
	if in.Platform == nil && len(in.Resources) == 0 {
		return Nothing(), nil, nil
	}
	var xr *structpb.Struct
	if in.Platform != nil {
		var problems []string
		if xr, problems, err = render.Admit(runtime.DeepCopyJSON(in.Platform)); err != nil {
			return nil, nil, err
		}
		if len(problems) > 0 {
			return nil, nil, &InvalidError{Input: in.Name, Problems: problems}
		}
		running(xr, nil, true)
	}
	switch {
	case in.Found:
		s, notes, err = Found(r, xr, in.Resources)
	case len(in.Resources) > 0:
		s = Applied(xr, ofFormer(in.Resources))
	default:
		s, err = Rendered(r, xr, nil)
	}
	if err != nil {
		err = &InvalidError{Input: in.Name, Problems: render.Problems(err)}
	}
	return s, notes, err
}

// admit makes the composite resource of the claim as it would be, and says why the API server would refuse the claim or its
// change. The composite resource is nil if nothing can be made of the claim.
func admit(was, next *Input) (xr *structpb.Struct, refused []string, err error) {
	schema, err := render.Schema()
	if err != nil {
		return nil, nil, err
	}
	updated, former := runtime.DeepCopyJSON(next.Platform), runtime.DeepCopyJSON(was.Platform)
	if composite := was.composite(); composite != "" && updated["kind"] == v1alpha1.KindClaim && former["kind"] != v1alpha1.KindClaim {
		// Only the composite resource is known of what there is: compare it with the one that the claim becomes.
		schema.Default(updated)
		if problems := schema.Validate(updated); len(problems) > 0 {
			return nil, messages(problems), nil
		}
		if updated, err = render.Composite(updated); err != nil {
			return nil, nil, err
		}
		updated["metadata"].(map[string]any)["name"] = composite //nolint:forcetypeassert // Composite has made it.
	}
	xr, refused, err = render.Admit(updated)
	if err != nil || len(refused) > 0 || former == nil || former["kind"] != updated["kind"] {
		return xr, refused, err
	}
	schema.Default(former)
	return xr, messages(schema.ValidateUpdate(updated, former)), nil
}

func messages(problems []xrd.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

// composite is the name of the composite resource of what was found or rendered; empty if a claim is all that there is.
func (in *Input) composite() string {
	if in.Platform["kind"] == v1alpha1.KindComposite {
		return metadataName(in.Platform)
	}
	for _, o := range in.Resources {
		labels := fields.Object(o, "metadata", "labels")
		if name := fields.Text(labels, "crossplane.io/composite"); name != "" {
			return name
		}
	}
	return ""
}

// A claim is known by these. Either is empty if it is not known.
type claim struct{ namespace, name string }

func (c claim) String() string { return strings.TrimPrefix(c.namespace+"/"+c.name, "/") }

// maybe says whether two may be the same.
func (c claim) maybe(other claim) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return !differ(c.name, other.name) && !differ(c.namespace, other.namespace)
}

// claim is the one that an input is of.
func (in *Input) claim() claim {
	if in.Platform != nil {
		metadata, _ := in.Platform["metadata"].(map[string]any)
		if in.Platform["kind"] == v1alpha1.KindClaim {
			return claim{fields.TextIn(metadata, "namespace"), fields.TextIn(metadata, "name")}
		}
		labels, _ := metadata["labels"].(map[string]any)
		return claim{fields.TextIn(labels, "crossplane.io/claim-namespace"), fields.TextIn(labels, "crossplane.io/claim-name")}
	}
	for _, o := range in.Resources {
		labels := fields.Below(o, "metadata", "labels")
		if name := labels["crossplane.io/claim-name"].GetStringValue(); name != "" {
			return claim{labels["crossplane.io/claim-namespace"].GetStringValue(), name}
		}
	}
	return claim{}
}

func metadataName(o map[string]any) string {
	metadata, _ := o["metadata"].(map[string]any)
	return fields.TextIn(metadata, "name")
}
