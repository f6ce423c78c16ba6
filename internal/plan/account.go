package plan

import (
	"fmt"

	"github.com/morket-io/platform/internal/fields"
)

// otherConfig says what a changed spec.providerConfigName means for a platform that exists; empty if it stays. Which account a
// ProviderConfig leads to, nobody knows before AWS has answered.
func otherConfig(before, after *State) string {
	const field = "providerConfigName"
	was, next := fields.Text(before.Composite, "spec", field), fields.Text(after.Composite, "spec", field)
	if was == next || was == "" || next == "" || len(before.Observed) == 0 {
		return ""
	}
	account := fields.Text(after.Composite, "spec", "accountId")
	return fmt.Sprintf("spec.%s changes from %s to %s: make sure that %s leads to account %s too. In another account the provider finds nothing: it would create the platform there "+
		"a second time, with empty stores, and nothing would manage the present one any more. The function sees that only when AWS has answered; then it stops with the reason WrongAccount",
		field, was, next, next, account)
}
