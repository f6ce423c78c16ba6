package data_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// parameters are spec.forProvider of a resource of an eventual render, nil if it is not composed.
func parameters(r *render.Result, name string) map[string]any {
	fp, _ := spec(r, name)["forProvider"].(map[string]any)
	return fp
}

func spec(r *render.Result, name string) map[string]any {
	if r.Resources[name] == nil {
		return nil
	}
	s, _ := r.Resources[name].AsMap()["spec"].(map[string]any)
	return s
}

// TestStores looks at what is the sizing's or the environment's of each store.
func TestStores(t *testing.T) {
	type field struct{ resource, path string }
	cases := map[field]struct {
		reason              string
		staging, production any
	}{
		{"aurora", "engine"}:                                  {"Should be PostgreSQL.", "aurora-postgresql", "aurora-postgresql"},
		{"aurora", "engineVersion"}:                           {"Should be 15 (R-AUR-1).", "15", "15"},
		{"aurora", "storageEncrypted"}:                        {"Should be encrypted (R-AUR-1).", true, true},
		{"aurora", "kmsKeyIdRef.name"}:                        {"Should be encrypted with the platform's key (R-SEC-2).", "morket-staging-key", "morket-production-key"},
		{"aurora", "deletionProtection"}:                      {"Should be protected in production (R-AUR-1, R-ENV-2).", false, true},
		{"aurora", "skipFinalSnapshot"}:                       {"Should leave a snapshot behind in production (R-AUR-1).", true, false},
		{"aurora", "backupRetentionPeriod"}:                   {"Should keep backups for a week (R-AUR-1).", 7.0, 7.0},
		{"aurora", "preferredBackupWindow"}:                   {"Should have a window for backups (R-AUR-1).", "03:00-04:00", "03:00-04:00"},
		{"aurora", "manageMasterUserPassword"}:                {"Should leave the password to RDS (R-AUR-2).", true, true},
		{"aurora-rotation", "rotationRules"}:                  {"Should rotate it every 30 days (R-AUR-2).", map[string]any{"automaticallyAfterDays": 30.0}, map[string]any{"automaticallyAfterDays": 30.0}},
		{"aurora-0", "instanceClass"}:                         {"Should have the class that the plan names (R-AUR-1).", "db.t4g.medium", "db.r6g.large"},
		{"aurora-0", "preferredMaintenanceWindow"}:            {"Should be restarted in the claim's window: an instance has one of its own, by default any (R-AUR-1).", "sun:04:30-sun:05:30", "sun:04:30-sun:05:30"},
		{"aurora-0", "publiclyAccessible"}:                    {"Should be private (R-AUR-3).", false, false},
		{"aurora-1", "promotionTier"}:                         {"Should have a reader in production only (R-ENV-1).", nil, 1.0},
		{"aurora-parameters", "parameter.0.name"}:             {"Should load pg_stat_statements (R-AUR-3).", "shared_preload_libraries", "shared_preload_libraries"},
		{"aurora-parameters", "parameter.0.value"}:            {"Should load pg_stat_statements (R-AUR-3).", "pg_stat_statements", "pg_stat_statements"},
		{"clickhouse", "instanceType"}:                        {"Should have the plan's type in production (R-CH-1).", "t3.large", "m6i.xlarge"},
		{"clickhouse", "subnetIdRef.name"}:                    {"Should be in a private subnet (R-CH-1).", "morket-staging-subnet-private-a", "morket-production-subnet-private-a"},
		{"clickhouse", "disableApiTermination"}:               {"Should be protected in production (R-ENV-2).", false, true},
		{"clickhouse-template", "metadataOptions.httpTokens"}: {"Should take version 2 of the metadata service alone (R-CH-1).", "required", "required"},
		{"clickhouse-template", "blockDeviceMappings.0.ebs.encrypted"}: {
			"Should encrypt the root volume (R-CH-1).", "true", "true",
		},
		{"clickhouse-volume", "size"}:                        {"Should have the plan's size in production (R-CH-2).", 100.0, 500.0},
		{"clickhouse-volume", "iops"}:                        {"Should have the plan's operations (R-CH-2).", 3000.0, 3000.0},
		{"clickhouse-volume", "type"}:                        {"Should be gp3 (R-CH-2).", "gp3", "gp3"},
		{"clickhouse-volume", "encrypted"}:                   {"Should be encrypted (R-CH-1).", true, true},
		{"clickhouse-volume", "availabilityZone"}:            {"Should be in the instance's zone.", "us-east-1a", "us-east-1a"},
		{"clickhouse-volume", "finalSnapshot"}:               {"Should leave a snapshot behind in production.", false, true},
		{"backup-plan", "rule.0.lifecycle"}:                  {"Should keep backups for a week (R-CH-3).", map[string]any{"deleteAfter": 7.0}, map[string]any{"deleteAfter": 7.0}},
		{"backup-vault", "forceDestroy"}:                     {"Should go with its backups in staging only.", true, false},
		{"redis", "engineVersion"}:                           {"Should be 7.x (R-RED-1).", "7.1", "7.1"},
		{"redis", "nodeType"}:                                {"Should have the plan's type in production (R-RED-1).", "cache.t4g.small", "cache.r6g.large"},
		{"redis", "numCacheClusters"}:                        {"Should have one node in staging, several in production (R-RED-1).", 1.0, 2.0},
		{"redis", "automaticFailoverEnabled"}:                {"Should fail over where there is another node (R-RED-1).", false, true},
		{"redis", "multiAzEnabled"}:                          {"Should be over zones where there is another node (R-RED-1).", false, true},
		{"redis", "atRestEncryptionEnabled"}:                 {"Should be encrypted at rest (R-RED-1).", "true", "true"},
		{"redis", "transitEncryptionMode"}:                   {"Should be encrypted in transit (R-RED-1).", "required", "required"},
		{"redis", "authTokenSecretRef"}:                      {"Should take its token from the Secret (R-RED-1).", secretRef("staging", "redis-auth"), secretRef("production", "redis-auth")},
		{"redis", "snapshotRetentionLimit"}:                  {"Should keep snapshots for three days (R-RED-1).", 3.0, 3.0},
		{"redis-parameters", "parameter.0.value"}:            {"Should evict what was used longest ago (R-RED-1).", "allkeys-lru", "allkeys-lru"},
		{"rabbitmq", "engineVersion"}:                        {"Should be a version that AWS creates (R-MQ-1).", "3.13", "3.13"},
		{"rabbitmq", "hostInstanceType"}:                     {"Should have the plan's type in production (R-MQ-1).", "mq.t3.micro", "mq.m5.large"},
		{"rabbitmq", "deploymentMode"}:                       {"Should be over zones in production (R-MQ-1).", "SINGLE_INSTANCE", "CLUSTER_MULTI_AZ"},
		{"rabbitmq", "publiclyAccessible"}:                   {"Should be private (R-MQ-1).", false, false},
		{"rabbitmq", "logs"}:                                 {"Should log what RabbitMQ can (R-MQ-1).", map[string]any{"general": true}, map[string]any{"general": true}},
		{"rabbitmq", "user.0.passwordSecretRef"}:             {"Should take its password from the Secret (R-MQ-1).", secretRef("staging", "rabbitmq"), secretRef("production", "rabbitmq")},
		{"opensearch", "engineVersion"}:                      {"Should be 2.x (R-OS-1).", "OpenSearch_2.19", "OpenSearch_2.19"},
		{"opensearch", "clusterConfig.instanceType"}:         {"Should have the plan's type in production (R-OS-1).", "t3.small.search", "r6g.large.search"},
		{"opensearch", "clusterConfig.zoneAwarenessEnabled"}: {"Should be over zones in production (R-ENV-2).", false, true},
		{"opensearch", "ebsOptions.volumeSize"}:              {"Should have the plan's size in production (R-OS-1).", 20.0, 100.0},
		{"opensearch", "ebsOptions.volumeType"}:              {"Should be gp3 (R-OS-1).", "gp3", "gp3"},
		{"opensearch", "encryptAtRest.enabled"}:              {"Should be encrypted at rest (R-OS-1).", true, true},
		{"opensearch", "nodeToNodeEncryption.enabled"}:       {"Should be encrypted between nodes (R-OS-1).", true, true},
		{"opensearch", "domainEndpointOptions.enforceHttps"}: {"Should take HTTPS alone (R-OS-1).", true, true},
		{"opensearch", "advancedSecurityOptions.enabled"}:    {"Should have access control of its own (R-OS-1).", true, true},
		{"opensearch", "snapshotOptions"}:                    {"Should ask for snapshots at 02:00 UTC (R-OS-1).", map[string]any{"automatedSnapshotStartHour": 2.0}, map[string]any{"automatedSnapshotStartHour": 2.0}},
		{"secret-jwt", "recoveryWindowInDays"}:               {"Should be gone at once in staging.", 0.0, 30.0},
		{"opensearch-role", "awsServiceName"}:                {"Should not make what an account has once.", nil, nil},
	}
	for _, env := range platformtest.Environments {
		r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		for f, tc := range cases {
			want := tc.staging
			if env == "production" {
				want = tc.production
			}
			if diff := cmp.Diff(want, fields.In(any(parameters(r, f.resource)), strings.Split(f.path, ".")...)); diff != "" {
				t.Errorf("%s: %s %s\n%s\n-want, +got:\n%s", env, f.resource, f.path, tc.reason, diff)
			}
		}
	}
}

func secretRef(env, name string) map[string]any {
	return map[string]any{"namespace": "crossplane-system", "name": "morket-" + env + "-credentials-" + name + "-0", "key": "value"}
}

// A knob of the claim, and what it turns.
type knob struct {
	path  string // below spec
	value any
	with  map[string]any // other fields that the value needs, by path
	// resource, field and want are what it turns.
	resource, field string
	want            any
}

var knobs = []knob{
	{path: "data.aurora.engineVersion", value: "15.12", resource: "aurora", field: "engineVersion", want: "15.12"},
	{path: "data.aurora.instanceClass", value: "db.r7g.xlarge", resource: "aurora-0", field: "instanceClass", want: "db.r7g.xlarge"},
	{path: "data.aurora.readers", value: 2.0, resource: "aurora-2", field: "engine", want: "aurora-postgresql"},
	{path: "data.aurora.databaseName", value: "shop", resource: "aurora", field: "databaseName", want: "shop"},
	{path: "data.aurora.masterUsername", value: "boss", resource: "aurora", field: "masterUsername", want: "boss"},
	{path: "data.aurora.backupRetentionDays", value: 35.0, resource: "aurora", field: "backupRetentionPeriod", want: 35.0},
	{path: "data.aurora.backupWindow", value: "01:00-02:00", resource: "aurora", field: "preferredBackupWindow", want: "01:00-02:00"},
	{path: "data.aurora.maintenanceWindow", value: "mon:06:00-mon:07:00", resource: "aurora", field: "preferredMaintenanceWindow", want: "mon:06:00-mon:07:00"},
	{path: "data.aurora.passwordRotationDays", value: 7.0, resource: "aurora-rotation", field: "rotationRules.automaticallyAfterDays", want: 7.0},
	{path: "data.aurora.logMinDurationMilliseconds", value: -1.0, resource: "aurora-parameters", field: "parameter.last.value", want: "-1"},
	{path: "data.aurora.performanceInsights", value: true, resource: "aurora-0", field: "performanceInsightsEnabled", want: true},
	{path: "data.clickHouse.instanceType", value: "r6i.large", resource: "clickhouse", field: "instanceType", want: "r6i.large"},
	{path: "data.clickHouse.volume.sizeGiB", value: 900.0, resource: "clickhouse-volume", field: "size", want: 900.0},
	{path: "data.clickHouse.volume.iops", value: 6000.0, resource: "clickhouse-volume", field: "iops", want: 6000.0},
	{path: "data.clickHouse.volume.throughputMiBps", value: 250.0, resource: "clickhouse-volume", field: "throughput", want: 250.0},
	{path: "data.clickHouse.version", value: "25.3", resource: "clickhouse-template", field: "userData", want: "VERSION='25.3'"},
	{path: "data.clickHouse.backupRetentionDays", value: 14.0, resource: "backup-plan", field: "rule.0.lifecycle.deleteAfter", want: 14.0},
	{path: "data.redis.engineVersion", value: "7.0", resource: "redis", field: "engineVersion", want: "7.0"},
	{path: "data.redis.nodeType", value: "cache.m7g.large", resource: "redis", field: "nodeType", want: "cache.m7g.large"},
	{path: "data.redis.nodes", value: 3.0, resource: "redis", field: "numCacheClusters", want: 3.0},
	{path: "data.redis.snapshotRetentionDays", value: 0.0, resource: "redis", field: "snapshotRetentionLimit", want: 0.0},
	{path: "data.rabbitmq.engineVersion", value: "4.2", with: map[string]any{"data.rabbitmq.instanceType": "mq.m7g.large"}, resource: "rabbitmq", field: "engineVersion", want: "4.2"},
	{path: "data.rabbitmq.instanceType", value: "mq.m7g.large", resource: "rabbitmq", field: "hostInstanceType", want: "mq.m7g.large"},
	{path: "data.rabbitmq.deploymentMode", value: "CLUSTER_MULTI_AZ", with: map[string]any{"data.rabbitmq.instanceType": "mq.m5.large"}, resource: "rabbitmq", field: "deploymentMode", want: "CLUSTER_MULTI_AZ"},
	{path: "data.openSearch.engineVersion", value: "OpenSearch_2.17", resource: "opensearch", field: "engineVersion", want: "OpenSearch_2.17"},
	{path: "data.openSearch.instanceType", value: "m6g.large.search", resource: "opensearch", field: "clusterConfig.instanceType", want: "m6g.large.search"},
	{path: "data.openSearch.nodes", value: 4.0, resource: "opensearch", field: "clusterConfig.instanceCount", want: 4.0},
	{path: "data.openSearch.volumeSizeGiB", value: 50.0, resource: "opensearch", field: "ebsOptions.volumeSize", want: 50.0},
	{path: "data.openSearch.dedicatedMasters", value: true, resource: "opensearch", field: "clusterConfig.dedicatedMasterCount", want: 3.0},
	{path: "data.openSearch.masterInstanceType", value: "c6g.large.search", with: map[string]any{"data.openSearch.dedicatedMasters": true}, resource: "opensearch", field: "clusterConfig.dedicatedMasterType", want: "c6g.large.search"},
	{path: "data.openSearch.createServiceLinkedRole", value: true, resource: "opensearch-role", field: "awsServiceName", want: "opensearchservice.amazonaws.com"},
	{path: "secrets.namespace", value: "vault", resource: "redis", field: "authTokenSecretRef.namespace", want: "vault"},
	{path: "secrets.recoveryWindowDays", value: 14.0, resource: "secret-jwt", field: "recoveryWindowInDays", want: 14.0},
	{path: "secrets.rotation.redis", value: 1.0, resource: "redis", field: "authTokenSecretRef.name", want: "morket-staging-credentials-redis-auth-1"},
	{path: "secrets.rotation.openSearch", value: 2.0, resource: "secret-opensearch-version-2", field: "secretStringSecretRef.name", want: "morket-staging-credentials-opensearch-2"},
	{path: "secrets.rotation.clickHouse", value: 3.0, resource: "secret-clickhouse-version-3", field: "secretStringSecretRef.name", want: "morket-staging-credentials-clickhouse-3"},
	{path: "secrets.rotation.jwt", value: 4.0, resource: "secret-jwt-version-4", field: "secretStringSecretRef.name", want: "morket-staging-credentials-jwt-4"},
	{path: "secrets.rotation.serviceApiKey", value: 5.0, resource: "secret-service-api-key-version-5", field: "secretStringSecretRef.name", want: "morket-staging-credentials-service-api-key-5"},
	{path: "secrets.rotation.webhookHmac", value: 6.0, resource: "secret-webhook-hmac-version-6", field: "secretStringSecretRef.name", want: "morket-staging-credentials-webhook-hmac-6"},
}

// TestKnobs turns knobs of spec.data and spec.secrets. That of internal/plan turns every knob.
func TestKnobs(t *testing.T) {
	settled := platformtest.Observed(platformtest.Eventually(t, platformtest.XR(t, "staging", nil)))
	for _, k := range knobs {
		t.Run(k.path, func(t *testing.T) {
			r, err := platformtest.Renderer(t).Eventually(platformtest.XR(t, "staging", func(claim map[string]any) {
				set := func(path string, v any) {
					platformtest.Set(v, append([]string{"spec"}, strings.Split(path, ".")...)...)(claim)
				}
				set(k.path, k.value)
				for path, v := range k.with {
					set(path, v)
				}
			}), settled)
			if err != nil {
				t.Fatal(err)
			}
			got := fields.In(any(parameters(r, k.resource)), strings.Split(k.field, ".")...)
			switch k.field {
			case "userData":
				if script := decoded(t, got); !strings.Contains(script, k.want.(string)) {
					t.Errorf("Should be in the user data: %s", k.want)
				}
			case "parameter.last.value":
				list, _ := fields.In(any(parameters(r, k.resource)), "parameter").([]any)
				got = fields.In(list[len(list)-1], "value")
				fallthrough
			default:
				if diff := cmp.Diff(k.want, got); diff != "" {
					t.Errorf("Should turn %s of %s: -want, +got:\n%s", k.field, k.resource, diff)
				}
			}
		})
	}
}

// TestImmutableSubnets adds a third zone: what cannot move to other subnets stays in its own.
func TestImmutableSubnets(t *testing.T) {
	r := platformtest.Eventually(t, platformtest.XR(t, "production", platformtest.Set([]any{"us-east-1a", "us-east-1b", "us-east-1c"}, "spec", "network", "availabilityZones")))
	for name, path := range map[string][]string{"rabbitmq": {"subnetIdRefs"}, "opensearch": {"vpcOptions", "subnetIdRefs"}} {
		if got, _ := fields.In(any(parameters(r, name)), path...).([]any); len(got) != 2 {
			t.Errorf("%s: Should be in two subnets, whatever zones there are, got %v", name, got)
		}
	}
	for _, name := range []string{"aurora-subnets", "redis-subnets"} {
		got, _ := fields.In(any(parameters(r, name)), "subnetIdRefs").([]any)
		if len(got) != 3 {
			t.Errorf("%s: Should be in all zones, got %v", name, got)
		}
		for _, ref := range got {
			if fields.In(ref, "policy", "resolve") != "Always" {
				t.Errorf("%s: Should be resolved anew, or the provider never sees a zone that is added: %v", name, ref)
			}
		}
	}
}

// TestNothingFilledIn lists what the provider must not write into the claim's resources from what AWS has: it would hold on to
// that when the sizing changes.
func TestNothingFilledIn(t *testing.T) {
	for name, reason := range map[string]string{
		"aurora": "Should leave clusterMembers to AWS: one more reader, and the cluster would differ for ever.",
		"redis":  "Should leave nodeGroupConfiguration and replicasPerNodeGroup to AWS: one more node, and the provider would refuse every further change, because shards stay where they are.",
	} {
		if diff := cmp.Diff([]any{"Create", "Observe", "Update", "Delete"}, spec(platformtest.Eventually(t, platformtest.XR(t, "staging", nil)), name)["managementPolicies"]); diff != "" {
			t.Errorf("%s: %s\n-want, +got:\n%s", name, reason, diff)
		}
	}
}

// TestSearchSpreads gives OpenSearch a second node, and takes it again: the number of subnets follows.
func TestSearchSpreads(t *testing.T) {
	for nodes, want := range map[float64]int{1: 1, 2: 2, 4: 2} {
		r := platformtest.Eventually(t, platformtest.XR(t, "staging", platformtest.Set(nodes, "spec", "data", "openSearch", "nodes")))
		refs, _ := fields.In(any(parameters(r, "opensearch")), "vpcOptions", "subnetIdRefs").([]any)
		if len(refs) != want {
			t.Errorf("%v nodes: Should be in %d subnets, got %v", nodes, want, refs)
		}
		for _, ref := range refs {
			if fields.In(ref, "policy", "resolve") != "Always" {
				t.Errorf("%v nodes: Should be resolved anew: the provider keeps the one subnet of a single node otherwise, and AWS refuses two zones in it, got %v", nodes, ref)
			}
		}
	}
}

// TestPublished looks at what is shown of the stores. (R-API-4, R-API-5)
func TestPublished(t *testing.T) {
	r := platformtest.Eventually(t, platformtest.XR(t, "production", nil))
	status := r.XR.AsMap()["status"].(map[string]any)
	endpoints, _ := status["endpoints"].(map[string]any)
	for name, want := range map[string]string{
		"auroraWriter": "morket-production-aurora.cluster-c0ffee.us-east-1.rds.amazonaws.com:5432",
		"auroraReader": "morket-production-aurora.cluster-ro-c0ffee.us-east-1.rds.amazonaws.com:5432",
		"redis":        "master.morket-production-redis.cache.amazonaws.com:6379",
		"clickHouse":   "10.0.128.10",
	} {
		if got := endpoints[name]; got != want {
			t.Errorf("endpoints.%s: want %q, got %v", name, want, got)
		}
	}
	arns, _ := status["secretArns"].(map[string]any)
	var names []string
	for name, arn := range arns {
		names = append(names, name)
		detail := map[string]string{"redis-auth": "redisAuth", "encryption-master-key": "encryptionMasterKey", "service-api-key": "serviceApiKey", "webhook-hmac": "webhookHmac"}[name]
		if detail == "" {
			detail = name
		}
		if got := string(r.Details[detail+"SecretArn"]); got != arn {
			t.Errorf("Should tell applications where %s is kept, got %q", name, got)
		}
	}
	slices.Sort(names)
	var want []string
	for _, c := range platformtest.Platform(t, "production").Credentials() {
		want = append(want, c.Name)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("secrets (R-SEC-1): -want, +got:\n%s", diff)
	}
}
