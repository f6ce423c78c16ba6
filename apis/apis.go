// Package apis holds the platform's generated API definition, for those that validate without an API server.
package apis

import _ "embed"

// Definition is the CompositeResourceDefinition.
//
//go:embed definition.yaml
var Definition []byte

// CRDs are those that Crossplane makes of it, for package xrd.
//
//go:embed crds.json
var CRDs []byte
