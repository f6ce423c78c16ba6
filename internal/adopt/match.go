package adopt

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// A Match is what was found.
type Match struct {
	// ExternalNames are for spec.adopt.externalNames.
	ExternalNames map[string]string
	// Addresses are Terraform's, by the same names.
	Addresses map[string]string
	// Open are names of the platform for which nothing, or more than one thing, was found.
	Open []string
	// Left are addresses of a kind that can be adopted and that were matched with nothing.
	Left []string
}

// Find matches Terraform's resources with those that a platform composes. cidr is the range of the platform's network.
func Find(state []*Resource, composed []string, cidr string) *Match {
	m := &matcher{wanted: map[string]*platform.Adoptable{}, is: map[string]*Resource{}, taken: map[*Resource]bool{}}
	for _, name := range composed {
		if a := platform.FindAdoptable(name); a != nil && !a.Own {
			m.wanted[name] = a
		}
	}
	m.state = state
	m.network(cidr)
	m.stores()
	m.balancer()
	m.named()

	out := &Match{ExternalNames: map[string]string{}, Addresses: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		r := m.is[name]
		if r == nil {
			out.Open = append(out.Open, name)
			continue
		}
		out.ExternalNames[name], out.Addresses[name] = external(m.wanted[name], r), r.Address
	}
	types := map[string]bool{}
	for _, a := range platform.Adoptables {
		types[kinds.Terraform(a.Key)] = types[kinds.Terraform(a.Key)] || !a.Own
	}
	for _, r := range state {
		if types[kind(r)] && !m.taken[r] {
			out.Left = append(out.Left, r.Address)
		}
	}
	return out
}

// kind is a resource's type, by the one of its names that is used here.
func kind(r *Resource) string {
	switch r.Type {
	case "aws_security_group_rule":
		return map[string]string{"ingress": "aws_vpc_security_group_ingress_rule", "egress": "aws_vpc_security_group_egress_rule"}[r.text("type")]
	case "aws_alb", "aws_alb_listener", "aws_alb_listener_rule", "aws_alb_target_group":
		return "aws_lb" + strings.TrimPrefix(r.Type, "aws_alb")
	default:
		return r.Type
	}
}

// external is the name by which the provider knows a resource.
func external(a *platform.Adoptable, r *Resource) string {
	return cmp.Or(r.text(cmp.Or(a.Attribute, "id")), r.text("id"))
}

type matcher struct {
	state  []*Resource
	wanted map[string]*platform.Adoptable
	is     map[string]*Resource
	taken  map[*Resource]bool
}

// take matches a name with the one resource of its kind that fits, if there is exactly one.
func (m *matcher) take(name string, fits func(*Resource) bool) {
	a := m.wanted[name]
	if a == nil || m.is[name] != nil {
		return
	}
	var found *Resource
	for _, r := range m.state {
		if kind(r) != kinds.Terraform(a.Key) || m.taken[r] || external(a, r) == "" || !fits(r) {
			continue
		}
		if found != nil {
			return
		}
		found = r
	}
	if found != nil {
		m.is[name], m.taken[found] = found, true
	}
}

// id is the id of what a name was matched with, which no other has.
func (m *matcher) id(name string) string {
	if r := m.is[name]; r != nil {
		return r.text("id")
	}
	return "nothing"
}

// after lists, sorted, what follows a prefix in the names that are wanted.
func (m *matcher) after(prefix string) []string {
	var out []string
	for name := range m.wanted {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return out
}

func whatever(*Resource) bool { return true }

// has says whether an attribute is a value.
func has(attribute, value string) func(*Resource) bool {
	return func(r *Resource) bool { return value != "" && r.text(attribute) == value }
}

func (m *matcher) network(cidr string) {
	m.take("vpc", has("cidr_block", cidr))
	m.take("vpc", whatever)
	vpc := has("vpc_id", m.id("vpc"))
	m.take("internet-gateway", vpc)
	m.take("sg-default", vpc)
	m.take("endpoint-s3", func(r *Resource) bool { return vpc(r) && strings.HasSuffix(r.text("service_name"), ".s3") })
	for _, side := range []string{"public", "private"} {
		for _, zone := range m.after("subnet-" + side + "-") {
			name := "subnet-" + side + "-" + zone
			m.take(name, func(r *Resource) bool {
				return vpc(r) && strings.HasSuffix(r.text("availability_zone"), zone) && slices.Contains(r.words(), side)
			})
			m.take("association-"+side+"-"+zone, has("subnet_id", m.id(name)))
		}
	}
	for _, zone := range m.after("nat-") {
		name := "nat-" + zone
		m.take(name, has("subnet_id", m.id("subnet-public-"+zone)))
		if nat := m.is[name]; nat != nil {
			m.take("nat-address-"+zone, has("id", nat.text("allocation_id")))
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
		m.take("route-table-"+side, has("id", r.text("route_table_id")))
		m.take("route-"+side, func(route *Resource) bool {
			return route.text("route_table_id") == m.id("route-table-"+side) && route.text("destination_cidr_block") == "0.0.0.0/0"
		})
	}
}

// shared says whether another association leads to the same table.
func (m *matcher) shared(name string, r *Resource) bool {
	for other, o := range m.is {
		if other != name && strings.HasPrefix(other, "association-") && o.text("route_table_id") == r.text("route_table_id") {
			return true
		}
	}
	return false
}

func (m *matcher) stores() {
	m.take(platform.Aurora, has("engine", platform.AuroraEngine))
	if cluster := m.is["aurora"]; cluster != nil {
		m.take("aurora-subnets", has("name", cluster.text("db_subnet_group_name")))
		m.take("aurora-parameters", has("name", cluster.text("db_cluster_parameter_group_name")))
		m.take("key", has("arn", cluster.text("kms_key_id")))
		m.instances(cluster.text("id"))
	}
	m.take("redis", whatever)
	if group := m.is["redis"]; group != nil {
		m.take("redis-subnets", has("name", group.text("subnet_group_name")))
		m.take("redis-parameters", has("name", group.text("parameter_group_name")))
		m.take("key", has("arn", group.text("kms_key_id")))
	}
	m.take("rabbitmq", func(r *Resource) bool { return strings.EqualFold(r.text("engine_type"), platform.RabbitMQEngine) })
	m.take("opensearch", whatever)
	m.take("key", whatever)
}

// instances are the cluster's: the writer first, then its readers by their names.
func (m *matcher) instances(cluster string) {
	var members []*Resource
	for _, r := range m.state {
		if r.Type == "aws_rds_cluster_instance" && r.text("cluster_identifier") == cluster {
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
	for i, r := range members {
		m.take("aurora-"+strconv.Itoa(i), func(o *Resource) bool { return o == r })
	}
}

func (m *matcher) balancer() {
	m.take("alb", func(r *Resource) bool { return r.text("load_balancer_type") == "application" })
	alb := has("load_balancer_arn", m.id("alb"))
	for name, port := range map[string]float64{"listener-http": 80, "listener-https": 443} {
		m.take(name, func(r *Resource) bool { return alb(r) && r.Values["port"] == port })
	}
	m.take("cdn", whatever)
	m.take("cdn-access", whatever)
}

// synonyms are what people call what the platform calls otherwise.
var synonyms = map[string][]string{
	"alb":                   {"alb", "lb", "elb"},
	"alb-logs":              {"logs"},
	"aurora":                {"aurora", "db", "database", "rds", "postgres", "postgresql"},
	"backend":               {"backend", "api"},
	"clickhouse":            {"clickhouse"},
	"ecs":                   {"ecs", "fargate", "services", "tasks"},
	"exports":               {"exports", "export"},
	"frontend":              {"frontend", "web", "site"},
	"opensearch":            {"opensearch", "elasticsearch", "search"},
	"rabbitmq":              {"rabbitmq", "rabbit", "mq"},
	"redis":                 {"redis", "cache", "elasticache"},
	"redis-auth":            {"redis"},
	"service-api-key":       {"service"},
	"webhook-hmac":          {"webhook", "hmac"},
	"encryption-master-key": {"encryption", "master"},
}

// called says whether a resource is called something.
func called(what string) func(*Resource) bool {
	words := synonyms[what]
	if words == nil {
		words = []string{what}
	}
	return func(r *Resource) bool {
		return slices.ContainsFunc(r.words(), func(w string) bool { return slices.Contains(words, w) })
	}
}

// named are matched by what they are called, and then what belongs to them.
func (m *matcher) named() {
	vpc := has("vpc_id", m.id("vpc"))
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		switch a := m.wanted[name]; a.Kind {
		case "SecurityGroup":
			is := called(strings.TrimPrefix(name, "sg-"))
			m.take(name, func(r *Resource) bool { return vpc(r) && is(r) })
		case "Secret":
			m.take(name, called(strings.TrimPrefix(name, "secret-")))
		case "EBSVolume":
			m.take(name, called("clickhouse"))
		case "Bucket":
			m.take(name, called(strings.TrimSuffix(name, "-bucket")))
		case "LBTargetGroup":
			m.take(name, called(strings.TrimPrefix(name, "target-")))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		if bucket, _, ok := strings.Cut(name, "-bucket-"); ok {
			m.take(name, has("bucket", m.id(bucket+"-bucket")))
		}
	}
}
