// Pins provider-aws: the one source of the schemas of managed resources. Nothing but this one module (40 MB) is
// downloaded to read them:
//
//	go mod download -json github.com/upbound/provider-aws/v2
module github.com/morket-io/platform/test/provider

go 1.26

require github.com/upbound/provider-aws/v2 v2.5.0

// As in the provider's own go.mod, for those who build it.
replace github.com/hashicorp/terraform-provider-aws => github.com/upbound/terraform-provider-aws v0.0.0-20260305123303-f7691456b787
