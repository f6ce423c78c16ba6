package adopt

import (
	"slices"
	"strings"
)

// network is the name of the VPC in the composition.
const network = "vpc"

// network matches the VPC by its range, and the rest by what is in it.
func (m *matcher) network() {
	m.take(network, support{}, has("cidr_block", m.fence.claim.CIDR))
	m.take(network, support{doubt: "its range is not " + m.fence.claim.CIDR + ", the claim's"}, whatever)
	if r := m.is[network]; r != nil {
		m.fence.leave(r)
	}
	vpc := has("vpc_id", m.id(network))
	m.take("internet-gateway", relation(network), vpc)
	m.take("sg-default", relation(network), vpc)
	m.take("endpoint-s3", relation(network), func(r *Resource) bool { return vpc(r) && strings.HasSuffix(r.text("service_name"), ".s3") })
	for _, side := range []string{"public", "private"} {
		for _, zone := range m.after("subnet-" + side + "-") {
			name := "subnet-" + side + "-" + zone
			m.take(name, relation(network), func(r *Resource) bool {
				return vpc(r) && strings.HasSuffix(r.text("availability_zone"), zone) && slices.Contains(r.words(), side)
			})
			m.take("association-"+side+"-"+zone, relation(name), has("subnet_id", m.id(name)))
		}
	}
	for _, zone := range m.after("nat-") {
		name := "nat-" + zone
		m.take(name, relation("subnet-public-"+zone), has("subnet_id", m.id("subnet-public-"+zone)))
		if nat := m.is[name]; nat != nil {
			m.take("nat-address-"+zone, relation(name), has("id", nat.text("allocation_id")))
		}
	}
	for _, side := range m.after("association-") {
		name := "association-" + side
		r := m.is[name]
		if r == nil {
			continue
		}
		if strings.HasPrefix(side, "public-") {
			side = "public"
		} else if m.shared(name, r) { // by zones that are to have a table each
			continue
		}
		m.take("route-table-"+side, relation(name), has("id", r.text("route_table_id")))
		m.take("route-"+side, relation("route-table-"+side), func(route *Resource) bool {
			return route.text("route_table_id") == m.id("route-table-"+side) && route.text("destination_cidr_block") == "0.0.0.0/0"
		})
	}
}

// shared reports whether another association leads to the same table.
func (m *matcher) shared(name string, r *Resource) bool {
	for other, o := range m.is {
		if other != name && strings.HasPrefix(other, "association-") && o.text("route_table_id") == r.text("route_table_id") {
			return true
		}
	}
	return false
}
