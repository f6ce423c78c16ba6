package export

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// ofCrossplane are the fields of spec that Crossplane writes, of claim and composite resource.
var ofCrossplane = []string{"resourceRef", "resourceRefs", "claimRef", "compositionRevisionRef"}

// shippedComposition is the Composition that a claim has that names none: Crossplane writes it into the claim.
const shippedComposition = "morket-platform"

// Claim writes the claim with spec.adopt: one file that is enough to find the platform again.
func Claim(w io.Writer, p *Platform) error {
	claim := runtime.DeepCopyJSON(p.Claim)
	spec, _ := claim["spec"].(map[string]any)
	before, _ := spec["adopt"].(map[string]any)
	adopt := maps.Clone(before)
	if adopt == nil {
		adopt = map[string]any{}
	}
	names, _ := adopt["externalNames"].(map[string]any)
	if names == nil {
		names = map[string]any{}
	}
	for i := range p.Resources {
		if r := &p.Resources[i]; named(r.Name, r.Kind) {
			names[r.Name] = r.ExternalName
		}
	}
	adopt["externalNames"] = names
	adopt["policy"] = v1alpha1.AdoptObserve
	spec["adopt"] = adopt
	raw, err := yaml.Marshal(claim)
	if err != nil {
		return fmt.Errorf("cannot write the claim: %w", err)
	}
	_, err = io.WriteString(w, header(claim, fields.TextIn(before, "policy") == v1alpha1.AdoptObserve)+string(raw))
	return err
}

// header is the comment above the claim. It has no date, so that the same platform gives the same file.
func header(claim map[string]any, observing bool) string {
	manage := "3. When the claim's conditions say that everything was found, set spec.adopt.policy to Manage."
	if observing {
		manage = "3. The platform only observed when this file was written: set spec.adopt.policy to Manage only if you mean to manage it."
	}
	lines := []string{
		fmt.Sprintf("The platform %s/%s: its claim, and what AWS calls its resources. This file is enough to find the platform", fields.TextIn(claim, "metadata", "namespace"), fields.TextIn(claim, "metadata", "name")),
		"again with an empty cluster and the same AWS account. `morket export --format claim` wrote it. It holds no secret values.",
		"",
		"Write it again whenever the platform is Ready after a change that created or re-created resources.",
		"",
		"To find the platform again (docs/tasks/lost.md has the commands):",
		"1. Install the packages and the provider config, then apply this file. policy: Observe changes nothing in AWS.",
		"2. Bring the secrets' values back from Secrets Manager: the condition SecretNeeded names them.",
		manage,
		"4. Leave spec.adopt in the claim, also in Git: the platform refuses to forget what it adopted.",
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight("# "+l, " ") + "\n")
	}
	return b.String()
}

// claimOf returns the claim without what Kubernetes and Crossplane wrote into it. Of a composite resource it is the claim that
// it was made of, as far as the composite resource tells.
func claimOf(o map[string]any) (map[string]any, error) {
	kind := fields.TextIn(o, "kind")
	spec, _ := o["spec"].(map[string]any)
	from := o
	if kind == v1alpha1.KindComposite {
		if from, _ = spec["claimRef"].(map[string]any); from == nil {
			return nil, fmt.Errorf("the %s %s has no spec.claimRef: give its claim", kind, fields.TextIn(o, "metadata", "name"))
		}
		from = map[string]any{"metadata": map[string]any{"name": from["name"], "namespace": from["namespace"]}}
	}
	namespace := fields.TextIn(from, "metadata", "namespace")
	if namespace == "" {
		namespace = "default"
	}
	metadata := map[string]any{"name": fields.TextIn(from, "metadata", "name"), "namespace": namespace}
	old, _ := from["metadata"].(map[string]any)
	for _, field := range []string{"labels", "annotations"} {
		if kept := ofPeople(old[field]); len(kept) > 0 {
			metadata[field] = kept
		}
	}
	own := runtime.DeepCopyJSON(spec)
	if own == nil {
		own = map[string]any{}
	}
	for _, field := range ofCrossplane {
		delete(own, field)
	}
	if fields.TextIn(own, "compositionRef", "name") == shippedComposition {
		delete(own, "compositionRef")
	}
	return map[string]any{"apiVersion": v1alpha1.APIVersion, "kind": v1alpha1.KindClaim, "metadata": metadata, "spec": own}, nil
}

// ofPeople are the labels or annotations that neither kubectl nor Crossplane wrote. A pause does not outlive the control plane.
func ofPeople(v any) map[string]any {
	all, _ := v.(map[string]any)
	out := map[string]any{}
	for k, v := range all {
		domain, _, _ := strings.Cut(k, "/")
		if domain != "crossplane.io" && domain != "kubectl.kubernetes.io" {
			out[k] = v
		}
	}
	return out
}

// named reports whether spec.adopt names a resource: what AWS knows by an id, and what holds data, so that nothing empty takes its
// place. What is not named is found by its name or its place, or is created again.
func named(resource string, k kinds.Key) bool {
	if platform.FindAdoptable(resource) == nil {
		return false
	}
	switch Found(k) {
	case Refused, Twice:
		return true
	case ByName:
		return len(kinds.Of(k).DataAfterDelete) > 0
	default:
		return false
	}
}
