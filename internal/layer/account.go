package layer

import (
	"cmp"
	"fmt"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
)

// wrongAccount says that AWS has shown a resource of the platform in another account than the claim's, because the provider config leads
// there. It is empty if AWS has shown none. (R-LIFE-4) What the claim takes over may be of another account: a VPC can be shared.
func wrongAccount(observed map[string]*fnv1.Resource, p *platform.Platform) string {
	first, account := "", ""
	for name, r := range observed {
		if first != "" && name > first {
			continue
		}
		if a := accountOf(r.GetResource()); a != "" && a != p.AccountID {
			if _, adopted := p.Adopted(name); !adopted {
				first, account = name, a
			}
		}
	}
	if first == "" {
		return ""
	}
	o := observed[first].GetResource()
	return fmt.Sprintf("spec.accountId: Invalid value: %q: AWS has %s (%s) in account %s, where the ProviderConfig %q leads, and nothing more is created, changed or dropped. "+
		"If the platform ran before, have the ProviderConfig lead to account %s again. If it is new, delete this claim, which deletes what was created there, "+
		"and create it with a spec.providerConfigName that leads to account %s, or with spec.accountId %s: docs/tasks/accounts.md#wrong-account",
		p.AccountID, first, fields.Text(o, "kind"), account, cmp.Or(fields.Text(o, "spec", "providerConfigRef", "name"), p.ProviderConfigName), p.AccountID, p.AccountID, account)
}

// accountOf is the account in which AWS has shown a managed resource: its ownerId, or what its ARN names. It is empty where AWS has shown
// neither.
func accountOf(o *structpb.Struct) string {
	at := fields.Object(o, "status", "atProvider")
	if at == nil {
		return ""
	}
	if owner := at.GetFields()["ownerId"].GetStringValue(); platform.IsAccount(owner) {
		return owner
	}
	const accountPart = 4 // arn:partition:service:region:account:resource
	parts := strings.SplitN(at.GetFields()["arn"].GetStringValue(), ":", accountPart+2)
	if len(parts) > accountPart+1 && platform.IsAccount(parts[accountPart]) {
		return parts[accountPart]
	}
	return ""
}
