package compute

import (
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

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
	// claimKeys encrypt the claim's own secrets.
	claimKeys []string
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
	for _, store := range p.Stores() {
		if use := store.Use(svc.Name); use != nil {
			e.connect(s, store, use)
		}
	}
	for _, use := range svc.Uses {
		if tell, ok := uses[use]; ok {
			tell(e, s)
		} else {
			e.tellOf(p, use)
		}
	}
	for c, v := range p.SecretVariables(svc) {
		e.addSecret(s, c, v)
	}
	for k, v := range svc.Size.Environment {
		e.set(k, string(v), "the claim")
	}
	for k, v := range svc.Size.Secrets {
		e.addOwn(k, v)
	}

	// AWS answers in its own order, sorted by name; so is what it is asked for, or the two would seem to differ.
	slices.SortFunc(e.variables, func(a, b variable) int { return strings.Compare(a.name, b.name) })
	slices.SortFunc(e.secrets, func(a, b secret) int { return strings.Compare(a.name, b.name) })
	slices.Sort(e.versions)
	slices.Sort(e.secretARNs)
	e.secretARNs = slices.Compact(e.secretARNs)
	slices.Sort(e.claimKeys)
	e.claimKeys = slices.Compact(e.claimKeys)
	return e
}

// uses tells a container of what it uses beside stores. Services are told of each other by tellOf; what is a secret and
// nothing else is not here.
var uses = map[string]func(*environment, *layer.Scope){
	"application": func(e *environment, s *layer.Scope) {
		e.set("AWS_REGION", s.Platform.Region, "spec.region")
		e.set("LOG_LEVEL", "info", "constant")
		if e.port != 0 {
			e.set("PORT", strconv.Itoa(e.port), "constant")
		}
	},
	platform.Exports: func(e *environment, s *layer.Scope) {
		e.set("EXPORTS_BUCKET", s.Platform.BucketName(platform.Exports), "name prefix, account and region")
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

// connect sets the variables of a store. The container waits until all of them are known and the store answers.
func (e *environment) connect(s *layer.Scope, store *platform.Store, use *platform.Use) {
	for _, v := range use.Variables {
		if value, ok := s.Value(v.Value); ok {
			e.set(v.Name, value, v.Source)
		} else {
			e.wait(v.Source)
		}
	}
	if _, ok := s.Value(store.Answers); !ok {
		e.wait(store.Answers.Source)
	}
}

// tellOf tells a container where another service is.
func (e *environment) tellOf(p *platform.Platform, service string) {
	for _, other := range p.Services() {
		switch {
		case other.Name != service || other.Host == "":
		case service == platform.TemporalServer:
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

func (e *environment) wait(what string) {
	if e.waitsFor == "" {
		e.waitsFor = what
	}
}

// addVersion notes which value a secret has, so that another one rolls the service out. The latest is the one of the highest
// generation; while that is not stored, the value that tasks would start with is none to rely on.
func (e *environment) addVersion(s *layer.Scope, c *platform.Credential) {
	if s.LeftToUs(c) {
		return
	}
	value := s.Observe(c.Version(e.stored[c.Name]))
	id, ok := value.String("versionId")
	if !ok || !value.Ready() {
		e.wait("the value of the secret " + c.Name)
		return
	}
	if version := c.Name + "=" + id; !slices.Contains(e.versions, version) {
		e.versions = append(e.versions, version)
	}
}

// generations are the highest of each secret that something stores.
type generations map[string]int

func storedGenerations(s *layer.Scope) generations {
	g := generations{}
	for _, name := range s.Observed(platform.SecretPrefix) {
		secret, number, _ := strings.Cut(strings.TrimPrefix(name, platform.SecretPrefix), platform.VersionInfix)
		if n, err := strconv.Atoi(number); err == nil {
			g[secret] = max(g[secret], n)
		}
	}
	return g
}

// addSecret lets ECS fill a variable from Secrets Manager. A task definition names the secret by the ARN that AWS made,
// a policy by the name that it was given, so that it waits for nothing. One that AWS makes has a name that only AWS knows.
func (e *environment) addSecret(s *layer.Scope, c *platform.Credential, v platform.SecretVariable) {
	var from string
	var known bool
	what := "Secrets Manager, " + c.Name
	if c.MadeByAWS() {
		what = c.ARN.Source
		if from, known = s.Value(c.ARN); known {
			e.secretARNs = append(e.secretARNs, from)
		} else {
			e.policyWaitsFor = what
		}
	} else {
		from, known = s.Observe(c.Resource()).String("arn")
		e.secretARNs = append(e.secretARNs, s.Platform.SecretARN(c.Name))
		e.ownSecrets = true
		e.addVersion(s, c)
	}
	if !known {
		e.wait("the secret " + c.Name)
		return
	}
	if v.Key != "" {
		from += ":" + v.Key + "::"
		what += ", field " + v.Key
	}
	e.secrets = append(e.secrets, secret{name: v.Name, from: from, source: what})
}

// addOwn lets ECS fill a variable from a secret of the claim's own, in the place of a plain variable of that name.
func (e *environment) addOwn(name string, from v1alpha1.SecretSource) {
	e.variables = slices.DeleteFunc(e.variables, func(v variable) bool { return v.name == name })
	value, source := from.ARN, "the claim's own secret"
	if from.Key != nil {
		value += ":" + *from.Key + "::"
		source += ", field " + *from.Key
	}
	e.secrets = append(e.secrets, secret{name: name, from: value, source: source})
	e.secretARNs = append(e.secretARNs, from.ARN)
	if from.KMSKeyARN != nil {
		e.claimKeys = append(e.claimKeys, *from.KMSKeyARN)
	}
}
