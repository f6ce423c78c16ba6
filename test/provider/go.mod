// Pins the release of provider-aws whose definitions we use: models are generated from them, and what is rendered is
// validated against them. It is the oldest release that crossplane.yaml accepts. Nothing but this one module (43 MB) is
// downloaded:
//
//	go mod download -json github.com/upbound/provider-aws/v2
//
// The provider that is built, run and read as Go source is an older one: see tools/provider-aws.
module github.com/morket-io/platform/test/provider

go 1.26.5

require github.com/upbound/provider-aws/v2 v2.7.0
