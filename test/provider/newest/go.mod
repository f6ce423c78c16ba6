// Pins the newest release of provider-aws, which is what Crossplane installs where crossplane.yaml says ">=": `make
// validate` holds what is rendered against its definitions too. Models are generated from those of the module above, which
// is the newest that can be built.
module github.com/morket-io/platform/test/provider/newest

go 1.26.5

require github.com/upbound/provider-aws/v2 v2.7.0
