package adopt

import (
	"slices"

	"github.com/morket-io/platform/internal/kinds"
)

// edge matches the load balancer, the distribution, and the buckets that they name.
func (m *matcher) edge() {
	m.inNetwork("alb", func(r *Resource) bool { return r.text("load_balancer_type") == "application" })
	alb := has("load_balancer_arn", m.id("alb"))
	for name, port := range map[string]float64{"listener-http": 80, "listener-https": 443} {
		m.take(name, relation("alb"), func(r *Resource) bool { return alb(r) && r.Values["port"] == port })
	}
	if domain := m.fence.claim.Domain; domain != "" {
		m.take("cdn", support{}, func(r *Resource) bool { return slices.Contains(r.all("aliases"), domain) })
	}
	if alb := m.is["alb"]; alb != nil {
		m.take("cdn", relation("alb"), func(r *Resource) bool {
			_, origins := m.fence.named(r, balancer)
			return slices.Contains(origins, alb)
		})
	}
	m.take("cdn", support{doubt: onlyOne}, whatever)
	m.follow("cdn", "cdn-access", aws("cloudfront", "OriginAccessControl"))
	m.take("cdn-access", support{doubt: onlyOne}, whatever)
	m.follow("alb", "alb-logs-bucket", bucket)
	m.follow("cdn", "frontend-bucket", bucket)
}

// follow matches a name with what another's resource names. If that is not in the state, nothing else is the platform's.
func (m *matcher) follow(from, name string, to kinds.Key) {
	r := m.is[from]
	if r == nil {
		return
	}
	values, found := m.fence.named(r, to)
	m.take(name, relation(from), func(r *Resource) bool { return slices.Contains(found, r) })
	if len(values) > 0 {
		m.settled[name] = true
	}
}
