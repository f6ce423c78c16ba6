package plan

import (
	"slices"

	"github.com/morket-io/platform/internal/kinds"
)

// dataAfterDelete says what happens to the data of a resource that is deleted, empty if it holds none. It is the resource as
// it is that decides, not as it would be.
func (o resource) dataAfterDelete() string {
	facts := kinds.Of(o.kind)
	if o.orphaned() && facts.PartOf == "" {
		return "stays in AWS as it is, and nothing manages it any more"
	}
	return facts.Lost(o.parameters)
}

// orphaned says whether a resource stays in AWS when its managed resource is deleted. Management policies that are not the
// default are what counts, and deletionPolicy otherwise (crossplane-runtime, LegacyManagementPoliciesResolver.ShouldDelete).
func (o resource) orphaned() bool {
	if policies, ok := o.rest["managementPolicies"].([]any); ok && !slices.Equal(policies, []any{"*"}) {
		return !slices.Contains(policies, any("Delete"))
	}
	return o.rest["deletionPolicy"] == "Orphan"
}
