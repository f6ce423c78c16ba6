// Package config adds one file to the package of this name when provider-aws v2.5.0 is built. It fixes what v2.6.0 fixed
// (crossplane-contrib/provider-upjet-aws #2003, #2085, #2040); our packages accept v2.7.0 and later. A resource of the Terraform
// plugin framework that does not exist yet has no identity either. v2.5.0 took the complaint about that for an error, and
// never created a security group's rule or a bucket's lifecycle.
package config

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

func init() {
	for name, e := range TerraformPluginFrameworkExternalNameConfigs {
		before := e.IsNotFoundDiagnosticFn
		e.IsNotFoundDiagnosticFn = func(diagnostics []*tfprotov6.Diagnostic) bool {
			return lacksIdentity(diagnostics) || before != nil && before(diagnostics)
		}
		TerraformPluginFrameworkExternalNameConfigs[name] = e
	}
}

// lacksIdentity says whether the plugin framework, having read a resource, misses its identity and nothing else.
func lacksIdentity(diagnostics []*tfprotov6.Diagnostic) bool {
	lacks := false
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		if d.Summary != "Missing Resource Identity After Read" {
			return false
		}
		lacks = true
	}
	return lacks
}
