package adopt

import (
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// stores matches the stores of the platform's network, and what belongs to them.
func (m *matcher) stores() {
	m.inNetwork(platform.Aurora, has("engine", platform.AuroraEngine))
	if cluster := m.is[platform.Aurora]; cluster != nil {
		m.take("aurora-subnets", relation(platform.Aurora), has("name", cluster.text("db_subnet_group_name")))
		m.take("aurora-parameters", relation(platform.Aurora), has("name", cluster.text("db_cluster_parameter_group_name")))
		m.instances(cluster.text("id"))
	}
	m.inNetwork("redis", whatever)
	if group := m.is["redis"]; group != nil {
		m.take("redis-subnets", relation("redis"), has("name", group.text("subnet_group_name")))
		m.take("redis-parameters", relation("redis"), has("name", group.text("parameter_group_name")))
	}
	m.inNetwork("rabbitmq", func(r *Resource) bool { return strings.EqualFold(r.text("engine_type"), platform.RabbitMQEngine) })
	m.inNetwork("opensearch", whatever)
}

// inNetwork matches a name with what is in the platform's network, and otherwise with the only one of its kind.
func (m *matcher) inNetwork(name string, fits func(*Resource) bool) {
	if id := m.id(network); id != "" {
		m.take(name, relation(network), func(r *Resource) bool { return fits(r) && slices.Contains(m.fence.networks(r), id) })
	}
	m.take(name, support{doubt: onlyOne}, fits)
}

// key matches the key that stores are encrypted with. If they name one that is not in the state, no other is the platform's.
func (m *matcher) key() {
	var named []string
	var of string
	for _, store := range []string{platform.Aurora, "redis", "rabbitmq", "opensearch"} {
		r := m.is[store]
		if r == nil {
			continue
		}
		values, _ := m.fence.named(r, encryptionKey)
		named = append(named, values...)
		if len(values) > 0 && (of == "" || m.doubt[of] != "") {
			of = store
		}
	}
	m.take("key", relation(of), func(r *Resource) bool {
		return slices.ContainsFunc([]string{r.text("arn"), r.text("id"), r.text("key_id")}, func(id string) bool { return id != "" && slices.Contains(named, id) })
	})
	if len(named) == 0 {
		m.take("key", support{doubt: onlyOne}, whatever)
	}
}

// instances are the cluster's: the writer first, then its readers by their names.
func (m *matcher) instances(cluster string) {
	for i, r := range m.members(cluster) {
		m.take("aurora-"+strconv.Itoa(i), relation(platform.Aurora), func(o *Resource) bool { return o == r })
	}
}

// members are the instances of a cluster, in that order.
func (m *matcher) members(cluster string) []*Resource {
	var members []*Resource
	for _, r := range m.state {
		if kind(r) == kinds.Terraform(aws("rds", "ClusterInstance")) && m.fence.at[r].elsewhere == "" && r.text("cluster_identifier") == cluster {
			members = append(members, r)
		}
	}
	slices.SortFunc(members, func(a, b *Resource) int {
		if a.Values["writer"] != b.Values["writer"] {
			if a.Values["writer"] == true {
				return -1
			}
			return 1
		}
		return strings.Compare(a.text("id"), b.text("id"))
	})
	return members
}
