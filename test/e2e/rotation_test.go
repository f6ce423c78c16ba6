package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// checkRotation rotates every secret that can be, all at once: what is planned happens, each has one value then, which is
// another than before, and all others have kept theirs.
func checkRotation(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	fields := map[string]string{ // of the claim, by the secret's name
		"redis-auth": "redis", "opensearch": "openSearch", "clickhouse": "clickHouse", "jwt": "jwt", "service-api-key": "serviceApiKey", "webhook-hmac": "webhookHmac",
	}
	numbers := map[string]int{}
	for _, field := range fields {
		numbers[field] = 1
	}
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"secrets": map[string]any{"rotation": numbers}}})
	if err != nil {
		t.Fatal(err)
	}
	before := secretValues(t, claim)
	checkPlanned(t, claim, string(patch), func(all map[string]*unstructured.Unstructured) error {
		for secret := range fields {
			for _, former := range []string{"credentials-" + secret + "-0", "secret-" + secret + "-version-0"} {
				if all[former] != nil {
					return fmt.Errorf("%s should go", former)
				}
			}
			if all["secret-"+secret+"-version-1"] == nil {
				return fmt.Errorf("%s should have another version", secret)
			}
		}
		return nil
	})
	after := secretValues(t, claim)
	if got, want := slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)); !slices.Equal(got, want) {
		t.Errorf("Should keep a value of each of %v, has %v", want, got)
	}
	for secret, value := range after {
		_, rotated := fields[secret]
		if changed := value != before[secret]; changed != rotated {
			t.Errorf("Should have another value of %s: %t, has: %t", secret, rotated, changed)
		}
	}
}

// secretValues are what Secrets Manager is to hold, by the names of secrets after the platform's prefix. Each has one
// Kubernetes Secret, credentials-<secret>-<generation>.
func secretValues(t *testing.T, claim *unstructured.Unstructured) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, data := range secrets(t, claim) {
		secret := strings.TrimPrefix(name, "credentials-")
		secret = secret[:strings.LastIndex(secret, "-")]
		if out[secret] != "" {
			t.Errorf("Should have one value of %s", secret)
		}
		value, err := base64.StdEncoding.DecodeString(data["secretString"])
		if err != nil || len(value) == 0 {
			t.Errorf("Should read the value of %s: %v", name, err)
		}
		out[secret] = string(value)
	}
	if len(out) == 0 {
		t.Error("Should compose Secrets")
	}
	return out
}
