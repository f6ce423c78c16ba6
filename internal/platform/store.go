package platform

import (
	"iter"
	"slices"

	"github.com/morket-io/platform/internal/monitoring"
)

// A Store is one of the platform's data stores: the whole of what is said about it. The layers, the status and the
// connection details read it, so that another store is another entry in stores, and what composes its own resources
// (functions/data).
type Store struct {
	// Name is the composed resource's, such as aurora. Title is what people call it.
	Name, Title string

	// Ports are the TCP ports on which services reach it. Egress are those on which it reaches the internet, for most none.
	Ports, Egress []int

	// AWSName is the name that the platform gives it in AWS. One that the claim takes over has its own: see NameOf.
	AWSName string
	// Engine is what AWS calls the engine. ParameterFamily is the family of its parameter group, ParameterGroup the group's
	// name in AWS. They are empty where AWS has no such thing.
	Engine, ParameterFamily, ParameterGroup string
	// Protection is the field of its status that reports whether AWS refuses to delete it, empty if it never does.
	Protection string

	// Credential is what services log in with.
	Credential Credential
	// UsedBy are the services that use it, and the environment variables that they get for it.
	UsedBy []Use
	// Answers is known as soon as the store answers: services wait for it. Most stores answer once they have an address.
	Answers Value

	// Outputs are shown in the status and in the connection details.
	Outputs []Output
	// Monitoring returns its alarms and graphs, nil if there are none.
	Monitoring func(*Platform, *Store, monitoring.Lookup) monitoring.Section
}

// A Value is a constant, or what AWS answers.
type Value struct {
	// Text is the constant.
	Text string
	// Resource is a composed resource, Field a field below its status.atProvider, which stands between Before and After.
	// They are empty for a constant.
	Resource, Field string
	Before, After   string
	// Source says where the value comes from, in words.
	Source string
}

// A Variable is an environment variable of a container.
type Variable struct {
	Name string
	Value
}

// constant is a variable that is always the same.
func constant(name, value string) Variable {
	return Variable{name, Value{Text: value, Source: "constant"}}
}

// An Output is a value that the platform publishes. Status is its field below status.endpoints, Detail its key in the
// connection details; one of them may be empty.
type Output struct {
	Status, Detail string
	Value
}

// A Use is how some services use a store.
type Use struct {
	Services  []string
	Variables []Variable
	Secrets   []SecretVariable
}

// A SecretVariable is an environment variable that ECS fills from Secrets Manager.
type SecretVariable struct {
	Name string
	// Key is the field of the secret's JSON, empty for all of it.
	Key string
}

// Names of the stores: those of their resources, and of their entries.
const (
	Aurora     = "aurora"
	Redis      = "redis"
	ClickHouse = "clickhouse"
	OpenSearch = "opensearch"
	RabbitMQ   = "rabbitmq"
)

// stores describes the platform's stores, in the dashboard's order.
func stores(p *Platform) []*Store {
	return []*Store{aurora(p), redis(p), clickHouse(p), openSearch(p), rabbitMQ(p)}
}

// Stores lists the stores, always in the same order. The list is not to be changed.
func (p *Platform) Stores() []*Store { return p.stores }

// AddStore adds a store to the platform's own, as tests do to prove that an entry is all there is to it.
func (p *Platform) AddStore(s *Store) { p.stores = append(slices.Clip(p.stores), s) }

// Store is the store of a name, nil if there is none.
func (p *Platform) Store(name string) *Store {
	for _, s := range p.stores {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Use returns how a service uses the store, nil if it does not.
func (s *Store) Use(service string) *Use {
	for i := range s.UsedBy {
		if slices.Contains(s.UsedBy[i].Services, service) {
			return &s.UsedBy[i]
		}
	}
	return nil
}

// Credentials lists the stores' credentials and the application's, always in the same order.
func (p *Platform) Credentials() []*Credential {
	out := make([]*Credential, 0, len(p.stores)+len(p.secrets))
	for _, s := range p.stores {
		out = append(out, &s.Credential)
	}
	return append(out, p.secrets...)
}

// SecretVariables lists the variables that ECS fills from Secrets Manager in a service's container, each with its secret.
func (p *Platform) SecretVariables(svc *Service) iter.Seq2[*Credential, SecretVariable] {
	return func(yield func(*Credential, SecretVariable) bool) {
		for _, s := range p.stores {
			if use := s.Use(svc.Name); use != nil {
				for _, v := range use.Secrets {
					if !yield(&s.Credential, v) {
						return
					}
				}
			}
		}
		for _, c := range p.secrets {
			if slices.Contains(svc.Uses, c.Name) && !yield(c, c.Variable) {
				return
			}
		}
	}
}
