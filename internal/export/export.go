// Package export writes what a live platform is, so that a new control plane or another tool can find it again.
// Each format is a function over one model.
package export

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// A Platform is a platform as it is: its claim, and what AWS calls its resources.
type Platform struct {
	// Claim is the claim without its status and without what Kubernetes and Crossplane write into it.
	Claim map[string]any
	// Resources are the managed resources that exist in AWS, by their names in the composition, sorted.
	Resources []Resource
	// Planned reports whether they do not exist: they are what the claim would become, and what AWS answers is made up.
	Planned bool
	// others are notes on what was left out and the claim does not name.
	others []string
}

// A Resource is a managed resource that exists in AWS.
type Resource struct {
	// Name is its name in the composition.
	Name string
	Kind kinds.Key
	// ExternalName is the name, id or ARN by which AWS knows it.
	ExternalName string
	// Object is the managed resource, as it was observed.
	Object *structpb.Struct
}

// A Format writes a platform.
type Format func(w io.Writer, p *Platform) error

// formats are what Find knows.
var formats = map[string]Format{"claim": Claim, "ids": IDs, "terraform": Terraform}

// Find returns the format of a name.
func Find(name string) (Format, error) {
	if f := formats[name]; f != nil {
		return f, nil
	}
	return nil, fmt.Errorf("there is no format %q: use one of %s", name, strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
}

// Read returns the platform of a claim or composite resource, with what was observed of it. composed are the names of what the
// claim asks for. The notes say what was left out, and why, a line each.
func Read(o map[string]any, observed map[string]*structpb.Struct, composed []string) (p *Platform, notes []string, err error) {
	claim, err := claimOf(o)
	if err != nil {
		return nil, nil, err
	}
	if err := sameClaim(claim, observed); err != nil {
		return nil, nil, err
	}
	p = &Platform{Claim: claim}
	for _, name := range slices.Sorted(maps.Keys(observed)) {
		o := observed[name]
		if fields.At(o, "spec", "forProvider") == nil {
			continue // Kubernetes' own
		}
		r := Resource{Name: name, Kind: kinds.Parse(fields.Text(o, "apiVersion"), fields.Text(o, "kind")), ExternalName: externalName(name, o), Object: o}
		if why := leftOut(&r, o, composed); why != "" {
			note := fmt.Sprintf("%s (%s) is left out: %s", name, r.Kind.Kind, why)
			if named(name, r.Kind) {
				notes = append(notes, note)
			} else {
				p.others = append(p.others, note)
			}
			continue
		}
		p.Resources = append(p.Resources, r)
	}
	for _, name := range slices.Sorted(slices.Values(composed)) {
		if what := platform.FindAdoptable(name); observed[name] == nil && what != nil && named(name, what.Key) {
			notes = append(notes, fmt.Sprintf("%s (%s) is left out: it does not exist yet; export again when the claim is Ready", name, what.Kind))
		}
	}
	if takenOver(observed) {
		notes = append(notes, "the image repositories were taken over from another claim, which the file does not say: write spec.compute.registry.sharedWith into it, or they are deleted with this platform")
	}
	return p, notes, nil
}

// sameClaim refuses resources of another claim: the exported claim would take them over.
func sameClaim(claim map[string]any, observed map[string]*structpb.Struct) error {
	want := fields.TextIn(claim, "metadata", "namespace") + "/" + fields.TextIn(claim, "metadata", "name")
	for _, name := range slices.Sorted(maps.Keys(observed)) {
		labels := fields.Object(observed[name], "metadata", "labels")
		of := fields.Text(labels, "crossplane.io/claim-namespace") + "/" + fields.Text(labels, "crossplane.io/claim-name")
		if of != "/" && of != want {
			return fmt.Errorf("%s belongs to the claim %s, not to %s: give the resources of one claim (kubectl get managed -l crossplane.io/claim-name=%s -o yaml)", name, of, want, fields.TextIn(claim, "metadata", "name"))
		}
	}
	return nil
}

// takenOver reports whether the platform took its image repositories over: only status and labels of the control plane say so.
func takenOver(observed map[string]*structpb.Struct) bool {
	for _, o := range observed {
		if fields.Text(o, "metadata", "labels", platform.LabelTakenOver) != "" {
			return true
		}
	}
	return false
}

// leftOut returns why a resource is no part of the platform that is to be found again, empty if it is.
func leftOut(r *Resource, o *structpb.Struct, composed []string) string {
	switch {
	case fields.Text(o, "metadata", "deletionTimestamp") != "":
		return "it is being deleted"
	case r.ExternalName == "":
		return "AWS has not given it a name yet; export again when the claim is Ready"
	case !slices.Contains(composed, r.Name):
		return "the claim no longer asks for it; export again when the change is complete"
	}
	return ""
}

// externalName returns the name by which spec.adopt knows a resource. The simulated provider, unlike AWS, names some
// resources by the names of their objects: their status has the ARN.
func externalName(name string, o *structpb.Struct) string {
	external := fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
	what := platform.FindAdoptable(name)
	if what == nil || external == "" {
		return external
	}
	if arn := fields.Text(o, "status", "atProvider", "arn"); !strings.HasPrefix(external, what.Prefix) && strings.HasPrefix(arn, what.Prefix) {
		return arn
	}
	return external
}
