package mockaws

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Definition makes a definition of provider-aws' module what the provider's package has: its objects are stored in
// v1beta1, which the provider works at, and converted by the provider to the version that we use. The module's own
// definitions do not say who converts, and cannot serve two versions that differ without. Crossplane fills in where the
// webhook is. Versions that neither use are left out, descriptions too.
func Definition(raw []byte, version string) ([]byte, error) {
	var o map[string]any
	if err := yaml.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	spec, _ := o["spec"].(map[string]any)
	versions, _ := spec["versions"].([]any)
	var kept []any
	found := false
	for _, v := range versions {
		m, ok := v.(map[string]any)
		if !ok || (m["name"] != version && m["storage"] != true) {
			continue
		}
		found = found || m["name"] == version
		undescribe(m["schema"])
		kept = append(kept, m)
	}
	if !found {
		return nil, fmt.Errorf("there is no version %s", version)
	}
	spec["versions"] = kept
	delete(spec, "conversion")
	if len(kept) > 1 {
		spec["conversion"] = map[string]any{"strategy": "Webhook", "webhook": map[string]any{
			"conversionReviewVersions": []any{"v1"},
			"clientConfig":             map[string]any{"service": map[string]any{"name": "provider", "namespace": "default", "path": "/convert", "port": WebhookPort}},
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

// WebhookServices are, as YAML, the Services by which the API server finds the conversion webhook of each of the provider's
// packages, by the names of their Provider objects. They select no pods: the API server goes to their addresses, which the
// loopback interface has and the one process listens on. Its certificate must be for *.<namespace>.svc.
func WebhookServices(namespace string, providers []string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(slices.Values(providers)) {
		fmt.Fprintf(&b, `---
apiVersion: v1
kind: Service
metadata: {name: %s, namespace: %s}
spec: {ports: [{name: webhook, port: %[3]d, targetPort: %[3]d}]}
`, name, namespace, WebhookPort)
	}
	return b.String()
}
