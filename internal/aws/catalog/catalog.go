// Package catalog lists the managed resources we have models for.
package catalog

import "github.com/morket-io/platform/internal/aws"

// Kinds returns every kind, sorted by group and kind.
func Kinds() []*aws.Kind {
	resources := Resources()
	kinds := make([]*aws.Kind, len(resources))
	for i, r := range resources {
		kinds[i] = r.Kind()
	}
	return kinds
}
