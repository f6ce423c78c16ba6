package compute_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestTemporal is R-TMP-1: where the server keeps its data, and how others find it.
func TestTemporal(t *testing.T) {
	r := eventual(t, "production")
	_, server := definition(t, r, "temporal-server")
	got := variables(server)
	endpoint := field(r.Observed["aurora"], "status.atProvider.endpoint")
	for name, want := range map[string]any{
		"DB": "postgres12", "POSTGRES_SEEDS": endpoint, "DB_PORT": "5432", "DBNAME": "temporal", "VISIBILITY_DBNAME": "temporal_visibility",
		"POSTGRES_TLS_ENABLED": "true", "SQL_TLS_ENABLED": "true", "NUM_HISTORY_SHARDS": "512",
		"SQL_PLUGIN": "postgres12", "SQL_HOST": endpoint, "SQL_DATABASE": "temporal", "SQL_VISIBILITY_DATABASE": "temporal_visibility",
	} {
		if got[name] != want {
			t.Errorf("%s should be %v, got %v", name, want, got[name])
		}
	}
	for _, s := range server["secrets"].([]any) {
		if from := s.(map[string]any)["valueFrom"].(string); !strings.HasPrefix(from, masterSecret(t, r)+":") {
			t.Errorf("Should take its credentials from Aurora's secret, got %s", from)
		}
	}
	d := parameters(r.Resources["discovery-temporal-server"])
	namespace := parameters(r.Resources["namespace"])
	if name := fmt.Sprintf("%s.%s", d["name"], namespace["name"]); name != "temporal.morket.local" || ref(namespace["vpcRef"]) != "vpc" {
		t.Errorf("Should be found at temporal.morket.local in the VPC, got %s in %v", name, namespace)
	}
	for _, service := range []string{"backend", "temporal-worker"} {
		_, c := definition(t, r, service)
		if got := variables(c)["TEMPORAL_ADDRESS"]; got != "temporal.morket.local:7233" {
			t.Errorf("%s should be told where Temporal is, got %v", service, got)
		}
	}
}

func variables(container map[string]any) map[string]any {
	out := map[string]any{}
	for _, v := range container["environment"].([]any) {
		out[v.(map[string]any)["name"].(string)] = v.(map[string]any)["value"]
	}
	return out
}

// TestClaimsVariables: what a claim adds, and what it may not.
func TestClaimsVariables(t *testing.T) {
	r := eventual(t, "staging", set(map[string]any{"LOG_LEVEL": "debug", "FEATURE": "on"}, "spec", "compute", "services", "backend", "environment"))
	_, c := definition(t, r, "backend")
	got := variables(c)
	if got["LOG_LEVEL"] != "debug" || got["FEATURE"] != "on" {
		t.Errorf("Should add the claim's variables, above the platform's, got %v and %v", got["LOG_LEVEL"], got["FEATURE"])
	}
	_, other := definition(t, r, "scraper")
	if v := variables(other); v["LOG_LEVEL"] != "info" || v["FEATURE"] != nil {
		t.Errorf("Should add them to no other service, got %v", v)
	}
}
