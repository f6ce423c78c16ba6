package adopt

import (
	"maps"
	"slices"
	"strings"
)

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

// named matches what only its name tells: words decide nothing, so that people confirm each.
func (m *matcher) named() {
	vpc := has("vpc_id", m.id(network))
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		var what string
		within := whatever
		switch m.wanted[name].Kind {
		case "SecurityGroup":
			what, within = strings.TrimPrefix(name, "sg-"), vpc
		case "LBTargetGroup":
			what, within = strings.TrimPrefix(name, "target-"), vpc
		case "Secret":
			what = strings.TrimPrefix(name, "secret-")
		case "EBSVolume":
			what = "clickhouse"
		case "Bucket":
			what = strings.TrimSuffix(name, "-bucket")
		default:
			continue
		}
		is := called(what)
		m.take(name, support{doubt: onlyWord}, func(r *Resource) bool { return within(r) && is(r) })
	}
}

// groups matches the security groups that the platform's resources are in, if each is in one.
func (m *matcher) groups() {
	for _, name := range []string{"aurora", "redis", "rabbitmq", "opensearch", "alb"} {
		if r := m.is[name]; r != nil {
			_, groups := m.fence.named(r, securityGroup)
			m.take("sg-"+name, relation(name), func(r *Resource) bool { return slices.Contains(groups, r) })
		}
	}
}

// settings matches a bucket's settings by the bucket.
func (m *matcher) settings() {
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		if bucket, _, ok := strings.Cut(name, "-bucket-"); ok {
			m.take(name, relation(bucket+"-bucket"), has("bucket", m.id(bucket+"-bucket")))
		}
	}
}
