package stack

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/catalog"
	"github.com/morket-io/platform/internal/aws/crds"
)

// family is the package that every provider family depends on: it has the provider's configuration.
const family = "xpkg.upbound.io/upbound/provider-family-aws"

// largest is the package with the most definitions.
const largest = "xpkg.upbound.io/upbound/provider-aws-ec2"

// publishProviders pushes a stand-in for each provider package: the provider's own definitions of those kinds that we have
// models for, and no program. The real provider gets the definitions of its own release, which is older.
// What a layer composes and crossplane.yaml does not depend on is not there.
func (s *Stack) publishProviders(packages []string) error {
	locate := crds.Locate
	if s.Real {
		locate = crds.Built
	}
	source, err := locate()
	if err != nil {
		return err
	}
	var config bytes.Buffer
	fmt.Fprintf(&config, "apiVersion: meta.pkg.crossplane.io/v1\nkind: Provider\nmetadata: {name: provider-family-aws}\nspec: {}\n")
	for _, plural := range []string{"providerconfigs", "providerconfigusages"} {
		raw, err := os.ReadFile(filepath.Join(source.Dir, "aws.upbound.io_"+plural+".yaml"))
		if err != nil {
			return err
		}
		fmt.Fprintf(&config, "---\n%s\n", bytes.TrimPrefix(raw, []byte("---\n")))
	}
	if err := pushStream(family+":"+providerVersion, config.Bytes()); err != nil {
		return err
	}
	for _, p := range packages {
		stream, err := s.provider(source, p)
		if err != nil {
			return err
		}
		if err := pushStream(p+":"+providerVersion, stream); err != nil {
			return err
		}
	}
	return nil
}

func pushStream(image string, stream []byte) error {
	i, err := xpkg(stream)
	if err != nil {
		return err
	}
	return push(image, i)
}

// provider is a stand-in for a provider package. It does not say which family it is of. By that, a provider gets a role over
// the kinds of its whole family, and Crossplane's RBAC manager writes the roles of twenty packages anew with each of them, seven
// hundred times in all. What plays the providers here is an administrator.
func (s *Stack) provider(source *crds.Source, pkg string) ([]byte, error) {
	service := strings.TrimPrefix(filepath.Base(pkg), "provider-aws-")
	var b bytes.Buffer
	fmt.Fprintf(&b, `apiVersion: meta.pkg.crossplane.io/v1
kind: Provider
metadata: {name: provider-aws-%s}
spec:
  capabilities: [safe-start]
  dependsOn: [{provider: %s, version: ">=%s"}]
`, service, family, providerVersion)
	found := false
	for _, k := range catalog.Kinds() {
		if k.Group != service+".aws.upbound.io" {
			continue
		}
		definition, err := definition(filepath.Join(source.Dir, k.Group+"_"+k.Plural+".yaml"), k.APIVersion, s.Real)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "---\n%s", definition)
		s.Kinds = append(s.Kinds, k)
		found = true
	}
	if !found {
		return nil, fmt.Errorf("crossplane.yaml depends on %s, of which we have no model: leave it out", pkg)
	}
	return b.Bytes(), nil
}

// definition reads a provider's definition and leaves in it the version that we use and, if the provider converts between
// versions, the one that it stores. A schema's descriptions are two thirds of it, which cost the API server and Crossplane
// minutes: they are left out. Crossplane fills in where the conversion webhook is.
func definition(path, apiVersion string, converts bool) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var o map[string]any
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	_, version, _ := strings.Cut(apiVersion, "/")
	spec, _ := o["spec"].(map[string]any)
	versions, _ := spec["versions"].([]any)
	delete(spec, "conversion")
	var kept []any
	found := false
	for _, v := range versions {
		m, ok := v.(map[string]any)
		if !ok || m["name"] != version && (!converts || m["storage"] != true) {
			continue
		}
		if !converts {
			m["storage"], m["served"] = true, true
		}
		found = found || m["name"] == version
		undescribe(m["schema"])
		kept = append(kept, m)
	}
	if !found {
		return nil, fmt.Errorf("%s has no version %s", path, version)
	}
	spec["versions"] = kept
	if len(kept) > 1 {
		spec["conversion"] = map[string]any{"strategy": "Webhook", "webhook": map[string]any{
			"conversionReviewVersions": []any{"v1"},
			"clientConfig":             map[string]any{"service": map[string]any{"name": "provider", "namespace": Namespace, "path": "/convert", "port": ConversionPort}},
		}}
	}
	return yaml.Marshal(o)
}

// undescribe removes what a schema says to people.
func undescribe(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["description"].(string); ok {
			delete(v, "description")
		}
		for _, x := range v {
			undescribe(x)
		}
	case []any:
		for _, x := range v {
			undescribe(x)
		}
	}
}

// ConversionPort is where a provider converts between versions: Crossplane's choice.
const ConversionPort = 9443

// conversionSecret has the certificate of the one process that is all providers.
const conversionSecret = "provider-conversion"

// ConversionCerts is the directory of that certificate, as a server reads it.
func (s *Stack) ConversionCerts() string { return filepath.Join(s.Dir, "tls", conversionSecret) }

// convert makes it known how to reach the conversion webhook of each provider: by a Service of the name that its package
// has in the cluster, which selects no pods. The API server goes to its address, which the loopback interface has and
// where the one process listens.
func (s *Stack) convert(ctx context.Context) error {
	crt, key, err := s.ca.issue(pkix.Name{CommonName: conversionSecret}, x509.ExtKeyUsageServerAuth, "*."+Namespace+".svc")
	if err != nil {
		return err
	}
	if err := writeFiles(s.ConversionCerts(), map[string][]byte{"tls.crt": crt, "tls.key": key}); err != nil {
		return err
	}
	secret := &corev1.Secret{Data: map[string][]byte{"tls.crt": crt, "tls.key": key, "ca.crt": s.ca.pem}}
	secret.Name, secret.Namespace = conversionSecret, Namespace
	if err := s.Client.Create(ctx, secret); err != nil {
		return err
	}
	for _, p := range append([]string{family}, s.providers...) {
		service := &corev1.Service{Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: ConversionPort}}}}
		service.Name, service.Namespace = installedAs(p), Namespace
		if err := s.Client.Create(ctx, service); err != nil {
			return err
		}
	}
	return nil
}

// installedAs is the name that Crossplane gives a package which it installs because another depends on it.
func installedAs(pkg string) string {
	_, path, _ := strings.Cut(pkg, "/")
	return dashed(path)
}

// pause has the API server pause all resources of the kinds in Paused as they are created.
func (s *Stack) pause(ctx context.Context) error {
	if len(s.Paused) == 0 {
		return nil
	}
	var rules strings.Builder
	for _, k := range s.Kinds {
		if slices.Contains(s.Paused, k.Kind) {
			fmt.Fprintf(&rules, "    - {apiGroups: [%s], apiVersions: ['*'], resources: [%s], operations: [CREATE]}\n", k.Group, k.Plural)
		}
	}
	return s.Apply(ctx, `apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicy
metadata: {name: pause}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
`+rules.String()+`  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: 'Object{metadata: Object.metadata{annotations: {"crossplane.io/paused": "true"}}}'
---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicyBinding
metadata: {name: pause}
spec: {policyName: pause}
`)
}
