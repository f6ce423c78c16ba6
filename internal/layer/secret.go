package layer

import "github.com/morket-io/platform/internal/platform"

// LeftToUs reports whether the value of a credential is in Secrets Manager alone: a former control plane of the claim left it behind, and
// no provider reads it. No Kubernetes Secret keeps it, and no version is written.
func (s *Scope) LeftToUs(c *platform.Credential) bool {
	return c.Irreplaceable && s.Own(c.Resource()) && len(s.Observed(c.KeptPrefix())) == 0
}
