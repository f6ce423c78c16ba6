package layer

import (
	"fmt"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/aws/kms"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// The resources that carry the labels by which other platforms find that a name prefix is taken. AWS deletes a VPC last, when
// nothing is in it any more, so a platform that is being deleted holds its prefix until then.
const (
	PrefixHolder = platform.VPC
	// FormerHolder is the only holder of a platform that v0.1.0 composes. Functions of both versions may run beside each other.
	FormerHolder = "key-alias"
)

// HoldsPrefix labels a resource as a holder of the platform's name prefix.
func HoldsPrefix(p *platform.Platform) Option {
	return func(s *settings) {
		s.label(LabelNamePrefix, p.Prefix)
		s.label(LabelAccountID, p.AccountID)
	}
}

// Names of what is asked of Crossplane to find another platform with the same name prefix.
const (
	requireClaimName  = "platforms-with-this-claim-name"
	requirePrefixName = "platforms-named-like-this-prefix"
	requireHolders    = "holders-of-this-prefix"
	requireFormer     = "former-holders-of-this-prefix"
)

// holders are the holders of a prefix, by what is asked for them.
var holders = []struct {
	ask, resource string
	kind          *aws.Kind
}{
	{requireHolders, PrefixHolder, (*ec2.VPC)(nil).Kind()},
	{requireFormer, FormerHolder, (*kms.Alias)(nil).Kind()},
}

// require asks Crossplane for the platforms that may share the name prefix: those whose claims are called alike in
// another namespace, those whose claim is called like this one's prefix, and whoever holds the prefix's label. Asking by
// label keeps the answer small and quiet: asking for every platform would wake each whenever another's status moves.
//
// The answer must not change what is asked, or Crossplane asks for ever, so this depends on the spec alone. A composite
// resource that no API server made has no age, and nothing to fear from others.
func require(rsp *fnv1.RunFunctionResponse, p *platform.Platform, xr *structpb.Struct) {
	if !fromServer(xr) {
		return
	}
	required := requirements(rsp)
	ask := func(name, apiVersion, kind string, labels map[string]string) {
		required[name] = &fnv1.ResourceSelector{
			ApiVersion: apiVersion,
			Kind:       kind,
			Match:      &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{Labels: labels}},
		}
	}
	if p.ClaimName != "" {
		ask(requireClaimName, v1alpha1.APIVersion, v1alpha1.KindComposite, map[string]string{labelClaimName: p.ClaimName})
	}
	if p.ClaimName != p.Prefix {
		ask(requirePrefixName, v1alpha1.APIVersion, v1alpha1.KindComposite, map[string]string{labelClaimName: p.Prefix})
	}
	for _, h := range holders {
		ask(h.ask, h.kind.APIVersion, h.kind.Kind, map[string]string{LabelNamePrefix: p.Prefix, LabelAccountID: p.AccountID})
	}
}

// prefixTaken says why the platform cannot have its name prefix: an older platform has it in the same account and region. It is
// empty if there is none.
func prefixTaken(req *fnv1.RunFunctionRequest, p *platform.Platform, xr *structpb.Struct) string {
	mine := age(xr)
	for _, name := range []string{requireClaimName, requirePrefixName} {
		for _, r := range req.GetRequiredResources()[name].GetItems() {
			if other := r.GetResource(); sharesPrefix(other, p) && age(other).before(mine) {
				return taken(p, other, fields.Text(other, "metadata", "name"))
			}
		}
	}
	for _, h := range holders {
		own := req.GetObserved().GetResources()[h.resource].GetResource()
		for _, r := range req.GetRequiredResources()[h.ask].GetItems() {
			other := r.GetResource()
			composite := fields.Text(other, "metadata", "labels", labelComposite)
			if composite == "" || composite == p.XRName || fields.Text(other, "spec", "forProvider", "region") != p.Region {
				continue
			}
			// Who has no holder yet came later; of two that have one, the later is the younger.
			if own == nil || age(other).before(age(own)) {
				return taken(p, other, composite)
			}
		}
	}
	return ""
}

// taken says that another platform has the name prefix, by an object of its.
func taken(p *platform.Platform, other *structpb.Struct, composite string) string {
	const prefix = "spec.namePrefix: Invalid value: %q: "
	if fields.Text(other, "metadata", "deletionTimestamp") != "" {
		return fmt.Sprintf(prefix+"%s is still being deleted in account %s, region %s, and had this prefix: this claim waits, and continues by itself when the last resource is deleted; `kubectl get managed -l crossplane.io/composite=%s` lists what is left (nothing of either platform was touched)",
			p.Prefix, owner(other), p.AccountID, p.Region, composite)
	}
	return fmt.Sprintf(prefix+"%s has the AWS names that begin with it in account %s, region %s: give this claim a spec.namePrefix of its own (nothing of either platform was touched)",
		p.Prefix, owner(other), p.AccountID, p.Region)
}

// sharesPrefix says whether another composite resource resolves to the same prefix in the same account and region.
func sharesPrefix(other *structpb.Struct, p *platform.Platform) bool {
	if fields.Text(other, "metadata", "name") == p.XRName {
		return false
	}
	prefix := fields.Text(other, "spec", "namePrefix")
	if prefix == "" {
		prefix = fields.Text(other, "metadata", "labels", labelClaimName)
	}
	return prefix == p.Prefix &&
		fields.Text(other, "spec", "accountId") == p.AccountID &&
		fields.Text(other, "spec", "region") == p.Region
}

// An order is an object's place in time. Objects of one second are ordered by name, so that exactly one is the younger.
type order struct{ created, name string }

func age(object *structpb.Struct) order {
	return order{
		created: fields.Text(object, "metadata", "creationTimestamp"), // RFC 3339 in UTC: sorts as text
		name:    fields.Text(object, "metadata", "name"),
	}
}

func (o order) before(other order) bool {
	if o.created != other.created {
		return o.created < other.created
	}
	return o.name < other.name
}

// owner names whose an object is: a claim's namespace/name, or a composite resource.
func owner(object *structpb.Struct) string {
	labels := fields.Below(object, "metadata", "labels")
	if claim := labels[labelClaimName].GetStringValue(); claim != "" {
		return fmt.Sprintf("claim %s/%s", labels[labelClaimNamespace].GetStringValue(), claim)
	}
	if composite := labels[labelComposite].GetStringValue(); composite != "" {
		return "composite resource " + composite
	}
	return "composite resource " + fields.Text(object, "metadata", "name")
}
