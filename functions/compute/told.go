package compute

import (
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// A Told is a variable that a container has, for the documentation.
type Told struct {
	Name, Source, Value string
	Secret              bool
}

// Tell is what a service's container is told, sorted by name, variables before secrets.
func Tell(s *layer.Scope, svc *platform.Service) []Told {
	env := describe(s, svc, storedGenerations(s))
	var out []Told
	for _, v := range env.variables {
		out = append(out, Told{Name: v.name, Source: v.source, Value: v.value})
	}
	for _, v := range env.secrets {
		out = append(out, Told{Name: v.name, Source: v.source, Secret: true})
	}
	return out
}
