// Package compositions holds the Composition that the platform ships, for those that run it in process.
package compositions

import _ "embed"

// Platform is the pipeline of the whole platform.
//
//go:embed platform.yaml
var Platform []byte
