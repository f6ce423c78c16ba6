package adopt

import (
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// A Setting is a field of a claim, as the state shows it.
type Setting struct {
	// Path is the field's below spec, such as data.aurora.databaseName.
	Path  string
	Value any
	// From is the address of the resource that shows it.
	From string
	// Doubt says why people have to decide on it, empty if they need not.
	Doubt string
}

// A source is the resource that settings are read from.
type source struct {
	m     *matcher
	r     *Resource
	doubt string
}

// of is the source of a name of the platform, which shows nothing if nothing was matched with it.
func (m *matcher) of(name string) source { return source{m, m.is[name], m.doubt[name]} }

// set adds a setting, if the state shows one.
func (s source) set(path string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	s.m.revealed = append(s.m.revealed, Setting{Path: path, Value: value, From: s.r.called(), Doubt: s.doubt})
}

// copy adds a setting for an attribute, such as cluster_config.instance_type, that has its form.
func (s source) copy(path, attribute string) { s.set(path, s.at(attribute)) }

// at is an attribute that may be in a block, nil if there is none.
func (s source) at(attribute string) any {
	if s.r == nil {
		return nil
	}
	return first(s.r.Values, strings.Split(attribute, "."))
}

// first follows attributes into objects and the first entries of lists.
func first(v any, path []string) any {
	if list, ok := v.([]any); ok && len(path) > 0 {
		if len(list) == 0 {
			return nil
		}
		v = list[0]
	}
	if len(path) == 0 {
		return v
	}
	o, _ := v.(map[string]any)
	return first(o[path[0]], path[1:])
}

// version is the first parts of a version: the others are AWS's to choose.
func (s source) version(attribute string, parts int) string {
	v, _ := s.at(attribute).(string)
	all := strings.Split(v, ".")
	return strings.Join(all[:min(parts, len(all))], ".")
}

// reveal reads the settings of what was matched. A setting comes after those that it depends on.
func (m *matcher) reveal() {
	m.revealNetwork()
	m.revealAurora()
	m.revealStores()
	m.revealEdge()
	m.revealServices()
}

func (m *matcher) revealNetwork() {
	s := m.of(network)
	if s.r == nil {
		return
	}
	s.copy("network.cidr", "cidr_block")
	var zones []string
	gateways := 0
	for _, r := range m.state {
		if m.fence.at[r].elsewhere != "" || !slices.Contains(m.fence.networks(r), m.id(network)) {
			continue
		}
		switch kind(r) {
		case kinds.Terraform(subnet):
			zones = append(zones, r.text("availability_zone"))
		case kinds.Terraform(aws("ec2", "NATGateway")):
			if r.text("connectivity_type") != "private" {
				gateways++
			}
		}
	}
	slices.Sort(zones)
	s.set("network.availabilityZones", anyOf(without(slices.Compact(zones), "")))
	if gateways > 0 {
		s.set("network.natGateways", float64(gateways))
	}
	m.revealAllowed()
}

// noRange is the doubt about who may reach a load balancer that no address range may reach.
const noRange = "its rules for port 443 in the state name no IPv4 range, at most prefix lists, other groups or IPv6; without this setting, Manage adds a rule that lets in 0.0.0.0/0"

// revealAllowed reads who may reach the load balancer, from rules of each of Terraform's forms.
func (m *matcher) revealAllowed() {
	s := m.of("sg-alb")
	if s.r == nil {
		return
	}
	var ranges []string
	add := func(r *Resource, from, to any, path ...string) {
		low, _ := from.(float64)
		high, ok := to.(float64)
		if ok && low <= 443 && high >= 443 || from == nil && to == nil { // all ports
			ranges = append(ranges, r.all(path...)...)
		}
	}
	for _, r := range m.state {
		if r.text("security_group_id") != s.r.text("id") {
			continue
		}
		if kind(r) == "aws_vpc_security_group_ingress_rule" {
			add(r, r.Values["from_port"], r.Values["to_port"], "cidr_ipv4")
			add(r, r.Values["from_port"], r.Values["to_port"], "cidr_blocks")
		}
	}
	inline, _ := s.r.Values["ingress"].([]any)
	for _, rule := range inline {
		o, _ := rule.(map[string]any)
		add(&Resource{Values: o}, o["from_port"], o["to_port"], "cidr_blocks")
	}
	if len(ranges) == 0 {
		// The default is everyone, so people have to decide: the network's own range is the narrowest that makes sense.
		ranges, s.doubt = m.is[network].all("cidr_block"), noRange
	}
	slices.Sort(ranges)
	s.set("network.allowedCidrs", anyOf(slices.Compact(ranges)))
}

func (m *matcher) revealAurora() {
	s := m.of(platform.Aurora)
	if s.r == nil {
		return
	}
	s.copy("data.aurora.databaseName", "database_name")
	s.copy("data.aurora.masterUsername", "master_username")
	s.set("data.aurora.engineVersion", s.version("engine_version", 1))
	members := m.members(s.r.text("id"))
	if len(members) > 0 {
		writer := source{m, members[0], s.doubt}
		writer.copy("data.aurora.instanceClass", "instance_class")
		s.set("data.aurora.readers", float64(len(members)-1))
		writer.copy("data.aurora.performanceInsights", "performance_insights_enabled")
	}
	s.copy("data.aurora.backupRetentionDays", "backup_retention_period")
	s.copy("data.aurora.backupWindow", "preferred_backup_window")
	if window, ok := s.at("preferred_maintenance_window").(string); ok {
		s.set("data.aurora.maintenanceWindow", strings.ToLower(window))
	}
	group := m.of("aurora-parameters")
	if group.r == nil {
		return
	}
	parameters, _ := group.r.Values["parameter"].([]any)
	for _, p := range parameters {
		o, _ := p.(map[string]any)
		if o["name"] != "log_min_duration_statement" {
			continue
		}
		text, _ := o["value"].(string)
		if ms, err := strconv.Atoi(text); err == nil {
			group.set("data.aurora.logMinDurationMilliseconds", float64(ms))
		}
	}
}

func (m *matcher) revealStores() {
	if s := m.of("clickhouse-volume"); s.r != nil {
		s.copy("data.clickHouse.volume.sizeGiB", "size")
		s.copy("data.clickHouse.volume.iops", "iops")
		s.copy("data.clickHouse.volume.throughputMiBps", "throughput")
		for _, r := range m.state {
			if r.Type == "aws_volume_attachment" && r.text("volume_id") == s.r.text("id") {
				m.revealInstance(r.text("instance_id"))
			}
		}
	}
	if s := m.of("redis"); s.r != nil {
		if v := s.version("engine_version", 2); v != "7.x" {
			s.set("data.redis.engineVersion", v)
		}
		s.copy("data.redis.nodeType", "node_type")
		s.copy("data.redis.nodes", "num_cache_clusters")
		s.copy("data.redis.snapshotRetentionDays", "snapshot_retention_limit")
	}
	if s := m.of("rabbitmq"); s.r != nil {
		s.set("data.rabbitmq.engineVersion", s.version("engine_version", 2))
		s.copy("data.rabbitmq.instanceType", "host_instance_type")
		s.copy("data.rabbitmq.deploymentMode", "deployment_mode")
	}
	if s := m.of("opensearch"); s.r != nil {
		s.copy("data.openSearch.engineVersion", "engine_version")
		s.copy("data.openSearch.instanceType", "cluster_config.instance_type")
		s.copy("data.openSearch.nodes", "cluster_config.instance_count")
		s.copy("data.openSearch.volumeSizeGiB", "ebs_options.volume_size")
		if s.at("cluster_config.dedicated_master_enabled") == true {
			s.set("data.openSearch.dedicatedMasters", true)
			s.copy("data.openSearch.masterInstanceType", "cluster_config.dedicated_master_type")
		}
	}
}

// revealInstance reads the type of the instance that ClickHouse's volume is attached to.
func (m *matcher) revealInstance(id string) {
	for _, r := range m.state {
		if r.Type == "aws_instance" && r.text("id") == id && id != "" {
			source{m, r, m.doubt["clickhouse-volume"]}.copy("data.clickHouse.instanceType", "instance_type")
		}
	}
}

func (m *matcher) revealEdge() {
	if s := m.of("alb"); s.r != nil {
		s.copy("compute.loadBalancer.idleTimeoutSeconds", "idle_timeout")
	}
	if s := m.of("listener-https"); s.r != nil {
		s.copy("compute.loadBalancer.tlsPolicy", "ssl_policy")
		s.doubt = "only if this certificate is for the site's name and the API's"
		s.copy("domain.certificateArn", "certificate_arn")
	}
	if s := m.of("alb-logs-bucket-lifecycle"); s.r != nil {
		s.copy("compute.loadBalancer.accessLogRetentionDays", "rule.expiration.days")
	}
	if s := m.of("cdn"); s.r != nil {
		s.copy("edge.cdn.priceClass", "price_class")
		if ttl, _ := s.at("default_cache_behavior.default_ttl").(float64); ttl > 0 {
			s.set("edge.cdn.defaultTTLSeconds", ttl)
		}
		s.doubt = "only if this certificate is for the site's name"
		s.copy("domain.cloudFrontCertificateArn", "viewer_certificate.acm_certificate_arn")
	}
	if s := m.of("exports-bucket-lifecycle"); s.r != nil {
		if days, _ := s.at("rule.expiration.days").(float64); days > 0 {
			s.set("edge.exports.expireAfterDays", days)
		}
		if days, _ := s.at("rule.transition.days").(float64); days > 0 {
			s.set("edge.exports.archiveAfterDays", days)
		}
	}
}

// serviceWords are what the tasks of each service are called. The first that fits is the one.
var serviceWords = []struct {
	service string
	words   []string
}{
	{"temporalWorker", []string{"worker", "workers"}},
	{"temporalServer", []string{"temporal"}},
	{"scraper", []string{"scraper", "scrapers"}},
	{"frontend", synonyms["frontend"]},
	{"backend", synonyms["backend"]},
}

// revealServices reads the sizes of ECS services. Only their names tell which they are.
func (m *matcher) revealServices() {
	of := map[string][]*Resource{}
	for _, r := range m.state {
		if r.Type != "aws_ecs_service" || m.fence.at[r].elsewhere != "" {
			continue
		}
		for _, s := range serviceWords {
			if slices.ContainsFunc(split(r.text("name")), func(w string) bool { return slices.Contains(s.words, w) }) {
				of[s.service] = append(of[s.service], r)
				break
			}
		}
	}
	for _, s := range serviceWords {
		if len(of[s.service]) == 1 {
			m.revealService("compute.services."+s.service+".", of[s.service][0])
		}
	}
}

func (m *matcher) revealService(path string, service *Resource) {
	scales := false
	for _, r := range m.state {
		switch {
		case r.Type == "aws_ecs_task_definition" && service.text("task_definition") != "" && slices.Contains([]string{r.text("arn"), r.text("id"), r.text("family")}, service.text("task_definition")):
			s := source{m, r, onlyWord}
			for _, field := range []string{"cpu", "memory"} {
				if n, err := strconv.Atoi(r.text(field)); err == nil {
					s.set(path+field, float64(n))
				}
			}
		case r.Type == "aws_appautoscaling_target" && strings.HasSuffix(r.text("resource_id"), "/"+service.text("name")):
			scales = true
			s := source{m, r, onlyWord}
			s.set(path+"scaling.enabled", true)
			s.copy(path+"scaling.min", "min_capacity")
			s.copy(path+"scaling.max", "max_capacity")
		}
	}
	if !scales { // a claim whose scaling is on must leave the count out
		source{m, service, onlyWord}.copy(path+"desiredCount", "desired_count")
	}
}

func anyOf(list []string) []any {
	var out []any
	for _, s := range list {
		out = append(out, s)
	}
	return out
}
