package layer

import (
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// subnetZones lists, sorted, the availability zones in which a platform has private subnets. The status tells the zones
// too, in their order, but it is lost when a control plane is restored without it.
func subnetZones(xr *structpb.Struct, observed map[string]*fnv1.Resource) []string {
	var zones []string
	for name, r := range observed {
		if letter, ok := strings.CutPrefix(name, platform.PrivateSubnetPrefix); ok && r.GetResource() != nil {
			zones = append(zones, fields.Text(xr, "spec", "region")+letter)
		}
	}
	slices.Sort(zones)
	return zones
}
