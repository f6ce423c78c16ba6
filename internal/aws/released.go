package aws

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed released-kinds.txt
var releasedKinds string

// released has the definitions of the kinds that the last release composes.
var released = sync.OnceValue(func() map[string]bool {
	out := make(map[string]bool)
	for definition := range strings.FieldsSeq(releasedKinds) {
		out[definition] = true
	}
	return out
})

// Definition returns the name of the kind's CustomResourceDefinition, for example "vpcs.ec2.aws.upbound.io".
func (k *Kind) Definition() string { return k.Plural + "." + k.Group }

// Released reports whether the last release composes this kind. A cluster that runs it serves such a kind. After an upgrade it may not
// serve another one yet.
func (k *Kind) Released() bool { return released()[k.Definition()] }
