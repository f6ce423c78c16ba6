package compute

import (
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// exports is the bucket of exported data, as the edge layer calls it.
const exports = "exports"

// An environment is what a container is told: its variables and its secrets, and what has to be known for both.
type environment struct {
	port      int
	stored    generations
	variables []variable
	secrets   []secret

	// versions tell which values the secrets have: ECS reads them when a task starts, and never again.
	versions []string
	// secretARNs are what the execution role has to read, in the form of IAM. ownSecrets says that some of them are
	// encrypted with the platform's key.
	secretARNs []string
	ownSecrets bool
	// exports says that the code uses the exports bucket.
	exports bool

	// waitsFor is the first thing that AWS has not told yet, policyWaitsFor the same for the execution role's policy.
	waitsFor, policyWaitsFor string
}

// A variable is one environment variable and where its value comes from, in words.
type variable struct {
	name, value, source string
}

// A secret is one variable that ECS fills from Secrets Manager.
type secret struct {
	name, from, source string
}

// describe works out what a service's container is told. (R-ECS-6)
func describe(s *layer.Scope, svc *platform.Service, stored generations) *environment {
	p, e := s.Platform, &environment{port: svc.Port, stored: stored}
	for k, v := range svc.Variables {
		e.set(k, v, "constant")
	}
	for _, use := range svc.Uses {
		if tell, ok := uses[use]; ok {
			tell(e, s)
		} else {
			e.tellOf(p, use)
		}
	}
	for _, v := range svc.Secrets() {
		e.addSecret(s, v)
	}
	for k, v := range svc.Size.Environment {
		e.set(k, string(v), "the claim")
	}

	// AWS answers in its own order, sorted by name; so is what it is asked for, or the two would seem to differ.
	slices.SortFunc(e.variables, func(a, b variable) int { return strings.Compare(a.name, b.name) })
	slices.SortFunc(e.secrets, func(a, b secret) int { return strings.Compare(a.name, b.name) })
	slices.Sort(e.versions)
	slices.Sort(e.secretARNs)
	e.secretARNs = slices.Compact(e.secretARNs)
	return e
}

// uses tells a container of what it uses. Services are told of each other by tellOf; what is a secret and nothing else
// is not here.
var uses = map[string]func(*environment, *layer.Scope){
	"application": func(e *environment, s *layer.Scope) {
		e.set("AWS_REGION", s.Platform.Region, "spec.region")
		e.set("LOG_LEVEL", "info", "constant")
		if e.port != 0 {
			e.set("PORT", strconv.Itoa(e.port), "constant")
		}
	},
	"aurora": func(e *environment, s *layer.Scope) {
		e.observe(s, "DATABASE_HOST", "aurora", "endpoint", "Aurora's writer", "")
		e.observe(s, "DATABASE_READER_HOST", "aurora", "readerEndpoint", "Aurora's readers", "")
		e.set("DATABASE_PORT", "5432", "constant")
		e.set("DATABASE_NAME", *s.Platform.Data.Aurora.DatabaseName, "spec.data.aurora.databaseName")
		e.set("DATABASE_SSLMODE", "require", "constant")
		e.answering(s)
	},
	"redis": func(e *environment, s *layer.Scope) {
		e.observeURL(s, "REDIS_URL", "redis", "primaryEndpointAddress", "Redis' primary node", "rediss://", ":6379")
	},
	"rabbitmq": func(e *environment, s *layer.Scope) {
		e.observe(s, "RABBITMQ_URL", "rabbitmq", "instances[0].endpoints[0]", "RabbitMQ's endpoint", "")
	},
	"opensearch": func(e *environment, s *layer.Scope) {
		e.observe(s, "OPENSEARCH_URL", "opensearch", "endpoint", "OpenSearch's endpoint", "https://")
	},
	"clickhouse": func(e *environment, s *layer.Scope) {
		e.observeURL(s, "CLICKHOUSE_URL", "clickhouse", "privateIp", "ClickHouse's address", "http://", ":8123")
		e.observeURL(s, "CLICKHOUSE_NATIVE_ADDRESS", "clickhouse", "privateIp", "ClickHouse's address", "", ":9000")
		e.set("CLICKHOUSE_DATABASE", "morket", "constant")
	},
	"temporal-database": temporalVariables,
	"exports": func(e *environment, s *layer.Scope) {
		e.set("EXPORTS_BUCKET", s.Platform.BucketName(exports), "name prefix, account and region")
		e.exports = true
	},
	// Without a domain AWS chooses the site's name, and only after the services' load balancer has one: whoever needs it in
	// a container then gives it in the claim, as services.<service>.environment.
	"site": func(e *environment, s *layer.Scope) {
		if site, ok := s.Platform.SiteURL(); ok {
			e.set("SITE_URL", site, "spec.domain.name")
		}
		if api, ok := s.Platform.APIURL(); ok {
			e.set("API_URL", api, "spec.domain.apiName")
		}
	},
}

// temporalVariables configure Temporal's image, by the names that auto-setup 1.29 reads (DB, POSTGRES_…) and those that its
// successors do (SQL_…). (R-TMP-1)
func temporalVariables(e *environment, s *layer.Scope) {
	e.observe(s, "POSTGRES_SEEDS", "aurora", "endpoint", "Aurora's writer", "")
	e.observe(s, "SQL_HOST", "aurora", "endpoint", "Aurora's writer", "")
	for _, v := range []struct{ old, now, value string }{
		{"DB", "SQL_PLUGIN", "postgres12"},
		{"DB_PORT", "SQL_PORT", "5432"},
		{"DBNAME", "SQL_DATABASE", "temporal"},
		{"VISIBILITY_DBNAME", "SQL_VISIBILITY_DATABASE", "temporal_visibility"}, // the schemas collide in one database
		// TLS, for the tool that sets the schema up and for the server. Neither image has the authority that signed Aurora's
		// certificate, so the traffic is encrypted, and who answers is left to the VPC and its security groups.
		{"POSTGRES_TLS_ENABLED", "SQL_TLS", "true"},
		{"POSTGRES_TLS_DISABLE_HOST_VERIFICATION", "SQL_TLS_DISABLE_HOST_VERIFICATION", "true"},
	} {
		e.set(v.old, v.value, "constant")
		e.set(v.now, v.value, "constant")
	}
	e.set("SQL_TLS_ENABLED", "true", "constant")
	e.set("SQL_HOST_VERIFICATION", "false", "constant")
	e.set("NUM_HISTORY_SHARDS", strconv.Itoa(int(*s.Platform.Compute.Temporal.HistoryShards)), "spec.compute.temporal.historyShards")
	e.set("LOG_LEVEL", "info", "constant")
	e.set("DEFAULT_NAMESPACE", "default", "constant")
	e.set("SKIP_ADD_CUSTOM_SEARCH_ATTRIBUTES", "true", "constant") // they are for Temporal's own tests

	// The one server is its own cluster: it listens on all addresses, so that its health can be asked for on this one, and
	// tells no address that the next task would look for in vain.
	e.set("BIND_ON_IP", "0.0.0.0", "constant")
	e.set("TEMPORAL_BROADCAST_ADDRESS", "127.0.0.1", "constant")
	e.set("TEMPORAL_ADDRESS", "127.0.0.1:7233", "constant")
	e.answering(s)
}

// tellOf tells a container where another service is.
func (e *environment) tellOf(p *platform.Platform, service string) {
	for _, other := range p.Services() {
		switch {
		case other.Name != service || other.Host == "":
		case service == "temporal-server":
			e.set("TEMPORAL_ADDRESS", other.Address(), "constant")
			e.set("TEMPORAL_NAMESPACE", "default", "constant")
		default:
			e.set(strings.ToUpper(strings.ReplaceAll(service, "-", "_"))+"_URL", "http://"+other.Address(), "constant")
		}
	}
}

// set sets a variable. The last to set one wins.
func (e *environment) set(name, value, source string) {
	for i := range e.variables {
		if e.variables[i].name == name {
			e.variables[i].value, e.variables[i].source = value, source
			return
		}
	}
	e.variables = append(e.variables, variable{name: name, value: value, source: source})
}

// observe sets a variable to something that AWS chooses.
func (e *environment) observe(s *layer.Scope, name, resource, path, what, before string) {
	e.observeURL(s, name, resource, path, what, before, "")
}

// observeURL sets a variable to something that AWS chooses, between what stands before and behind it.
func (e *environment) observeURL(s *layer.Scope, name, resource, path, what, before, behind string) {
	v, ok := s.Observe(resource).String(path)
	if !ok {
		e.wait(what)
		return
	}
	e.set(name, before+v+behind, what)
}

// answering waits until Aurora's first instance answers. The cluster has its endpoint long before, and tasks that find
// nobody there fail until ECS gives up on the service.
func (e *environment) answering(s *layer.Scope) {
	if _, ok := s.Observe("aurora-0").String("endpoint"); !ok {
		e.wait("Aurora's first instance")
	}
}

func (e *environment) wait(what string) {
	if e.waitsFor == "" {
		e.waitsFor = what
	}
}

// addVersion notes which value a secret has, so that another one rolls the service out. The latest is the one of the highest
// generation; while that is not stored, the value that tasks would start with is none to rely on.
func (e *environment) addVersion(s *layer.Scope, secret string) {
	value := s.Observe("secret-" + secret + versionInfix + strconv.Itoa(e.stored[secret]))
	id, ok := value.String("versionId")
	if !ok || !value.Ready() {
		e.wait("the value of the secret " + secret)
		return
	}
	if version := secret + "=" + id; !slices.Contains(e.versions, version) {
		e.versions = append(e.versions, version)
	}
}

// versionInfix stands between a secret and the generation of its value, in the name of what stores the value.
const versionInfix = "-version-"

// generations are the highest of each secret that something stores.
type generations map[string]int

func storedGenerations(s *layer.Scope) generations {
	g := generations{}
	for _, name := range s.Observed("secret-") {
		secret, number, _ := strings.Cut(strings.TrimPrefix(name, "secret-"), versionInfix)
		if n, err := strconv.Atoi(number); err == nil {
			g[secret] = max(g[secret], n)
		}
	}
	return g
}

// addSecret lets ECS fill a variable from Secrets Manager. A task definition names the secret by the ARN that AWS made,
// a policy by the name that it was given, so that it waits for nothing. Aurora's own has a name that only AWS knows.
func (e *environment) addSecret(s *layer.Scope, v platform.SecretVariable) {
	var from string
	var known bool
	what := "Secrets Manager, " + v.Secret
	if v.Secret == "aurora" {
		what = "Aurora's own secret"
		if from, known = s.Observe("aurora").String("masterUserSecret[0].secretArn"); known {
			e.secretARNs = append(e.secretARNs, from)
		} else {
			e.policyWaitsFor = what
		}
	} else {
		from, known = s.Observe("secret-" + v.Secret).String("arn")
		e.secretARNs = append(e.secretARNs, s.Platform.SecretARN(v.Secret))
		e.ownSecrets = true
		e.addVersion(s, v.Secret)
	}
	if !known {
		e.wait("the secret " + v.Secret)
		return
	}
	if v.Key != "" {
		from += ":" + v.Key + "::"
		what += ", field " + v.Key
	}
	e.secrets = append(e.secrets, secret{name: v.Name, from: from, source: what})
}
