package claims

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/test/platformtest"
)

// TestGoodClaims holds the rules back: a claim that AWS could follow must not be refused.
func TestGoodClaims(t *testing.T) {
	cases := map[string]struct {
		reason string
		on     string
		patch  string
		// update is then changed in the claim, once it exists.
		update string
	}{
		"Staging":           {reason: "Should take the example of staging", on: "staging"},
		"Production":        {reason: "Should take the example of production", on: "production"},
		"NoDomain":          {reason: "Should take staging without a domain", on: "staging", patch: `spec: {domain: null}`},
		"LongestName":       {reason: "Should take a claim's name of 63 characters", on: "staging", patch: `metadata: {name: ` + strings.Repeat("a", 63) + `}`},
		"ShortestName":      {reason: "Should take a claim's name of a single letter", on: "staging", patch: `metadata: {name: m}`},
		"LooksReserved":     {reason: "Should take a name that only looks like a reserved one", on: "staging", patch: `metadata: {name: internals}`},
		"AnyNameAndPrefix":  {reason: "Should take any name that Kubernetes takes once there is a prefix for AWS", on: "staging", patch: `{metadata: {name: 2.morket}, spec: {namePrefix: morket}}`},
		"LongestPrefix":     {reason: "Should take a prefix of 40 characters", on: "staging", patch: `spec: {namePrefix: ` + strings.Repeat("a", 40) + `}`},
		"Certificate":       {reason: "Should take one certificate for both in us-east-1", on: "production", patch: `spec: {domain: {hostedZoneId: null, certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0f9e"}}`},
		"Certificates":      {reason: "Should take two certificates elsewhere", on: "staging", patch: `spec: {region: eu-west-1, domain: {hostedZoneId: null, certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/0f9e", cloudFrontCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0f9e"}}`},
		"LongDomain":        {reason: "Should take a name of 64 characters, which a certificate is just issued for, with a shorter one for the API", on: "staging", patch: `spec: {domain: {name: ` + strings.Repeat("a", 54) + `.morket.io, apiName: api.morket.io}}`},
		"LongAPIName":       {reason: "Should take a name whose API's has 64 characters", on: "staging", patch: `spec: {domain: {name: ` + strings.Repeat("a", 50) + `.morket.io}}`},
		"LongerAPIName":     {reason: "Should take a longer name of the API with a certificate that exists", on: "staging", patch: `spec: {domain: {apiName: ` + strings.Repeat("a", 60) + `.morket.io, certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0f9e"}}`},
		"LongerDomain":      {reason: "Should take a longer name with a certificate that exists", on: "staging", patch: `spec: {domain: {name: ` + strings.Repeat("a", 60) + `.morket.io, hostedZoneId: null, certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0f9e"}}`},
		"ThreeZones":        {reason: "Should take three zones with a NAT gateway each", on: "production", patch: `spec: {network: {availabilityZones: [us-east-1f, us-east-1a, us-east-1c], natGateways: 3}}`},
		"California":        {reason: "Should take us-west-1 with zones", on: "staging", patch: `spec: {region: us-west-1, network: {availabilityZones: [us-west-1a, us-west-1c]}}`},
		"Tokyo":             {reason: "Should take Tokyo without zones", on: "staging", patch: `spec: {region: ap-northeast-1}`},
		"SmallestNetwork":   {reason: "Should take the smallest range that the subnets fit in", on: "staging", patch: `spec: {network: {cidr: 192.168.252.0/22}}`},
		"CarrierNetwork":    {reason: "Should take the address space that carriers share", on: "staging", patch: `spec: {network: {cidr: 100.64.0.0/16}}`},
		"SingleAddress":     {reason: "Should take a single address that may reach the load balancer", on: "staging", patch: `spec: {network: {allowedCidrs: [203.0.113.7/32]}}`},
		"Tags":              {reason: "Should take tags of other alphabets, with everything AWS takes", on: "staging", patch: `spec: {tags: {"Größe 1": "a b_.:/=+-@", "日本": "", "AwsTeam": x, "crossplaned": x}}`},
		"LongestTag":        {reason: "Should count the characters of tags, not their bytes", on: "staging", patch: `spec: {tags: {` + strings.Repeat("ü", 128) + `: ` + strings.Repeat("ü", 256) + `}}`},
		"MostTags":          {reason: "Should take 30 tags", on: "staging", patch: `spec: {tags: {` + numbered("t%d: x", 30) + `}}`},
		"NoTemporal":        {reason: "Should take a Temporal server that is turned off", on: "staging", patch: `spec: {compute: {services: {temporalServer: {desiredCount: 0}}}}`},
		"FixedScale":        {reason: "Should take as many tasks at least as at most", on: "production", patch: `spec: {compute: {services: {backend: {scaling: {min: 3, max: 3}}}}}`},
		"OneTask":           {reason: "Should take a single task at least", on: "production", patch: `spec: {compute: {services: {backend: {scaling: {min: 1}}}}}`},
		"MaxUnused":         {reason: "Should not mind a max below the default min while scaling is off", on: "staging", patch: `spec: {compute: {services: {backend: {scaling: {max: 1}}}}}`},
		"ClosestScale":      {reason: "Should take thresholds that are just far enough from each other", on: "staging", patch: `spec: {compute: {services: {backend: {scaling: {scaleInPercent: 50}}}}}`},
		"ClosestProduction": {reason: "Should take thresholds at which scaling just settles", on: "production", patch: `spec: {compute: {services: {backend: {scaling: {scaleInPercent: 46}}}}}`},
		"Spot":              {reason: "Should take Spot where a second task is not on it", on: "production", patch: `spec: {compute: {services: {backend: {spot: true}}}}`},
		"ScalingOff":        {reason: "Should take a number of tasks where scaling is turned off", on: "production", patch: `spec: {compute: {services: {backend: {desiredCount: 4, scaling: {enabled: false}}}}}`},
		"GPU":               {reason: "Should not take a GPU's g for Graviton's", on: "staging", patch: `spec: {data: {clickHouse: {instanceType: g4dn.xlarge}}}`},
		"Metal":             {reason: "Should take bare metal", on: "staging", patch: `spec: {data: {clickHouse: {instanceType: m6i.metal}}}`},
		"FIPS":              {reason: "Should take a stricter TLS policy", on: "staging", patch: `spec: {compute: {loadBalancer: {tlsPolicy: ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04}}}`},
		"Throughput":        {reason: "Should take the throughput that 4000 IOPS carry", on: "staging", patch: `spec: {data: {clickHouse: {volume: {iops: 4000, throughputMiBps: 1000}}}}`},
		"IOPS":              {reason: "Should take the IOPS that 32 GiB carry", on: "staging", patch: `spec: {data: {clickHouse: {volume: {iops: 16000, sizeGiB: 32}}}}`},
		"StagingCluster":    {reason: "Should take a cluster of larger brokers in staging", on: "staging", patch: `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ, instanceType: mq.m5.large}}}`},
		"SingleProduction":  {reason: "Should take a single small broker in production from the start", on: "production", patch: `spec: {data: {rabbitmq: {deploymentMode: SINGLE_INSTANCE, instanceType: mq.t3.micro}}}`},
		"LastingSecrets":    {reason: "Should take the longest recovery window", on: "staging", patch: `spec: {secrets: {recoveryWindowDays: 30}}`},
		"TemporalTag":       {reason: "Should take another release of the default Temporal server", on: "staging", patch: `spec: {images: {temporalServer: {tag: 1.30.0}}}`},
		"OtherLabels":       {reason: "Should take labels and annotations, which Argo CD and kubectl add", on: "staging", patch: `metadata: {labels: {argocd.argoproj.io/instance: morket}, annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}`},
		"Postgres":          {reason: "Should take the administrator that RDS proposes", on: "staging", patch: `spec: {data: {aurora: {masterUsername: postgres}}}`},
		"Root":              {reason: "Should take the administrator of Terraform's module", on: "staging", patch: `spec: {data: {aurora: {masterUsername: root}}}`},
		"AdoptedNames":      {reason: "Should take any names that an adopted cluster has", on: "staging", patch: `spec: {adopt: {externalNames: {aurora: shop}}, data: {aurora: {databaseName: My-Shop, masterUsername: admin}}}`},
		"AdoptedPostgres":   {reason: "Should take the database that every cluster has, of an adopted one", on: "staging", patch: `spec: {adopt: {externalNames: {aurora: shop}}, data: {aurora: {databaseName: postgres, masterUsername: MorketAdmin}}}`},

		"NothingChanged":     {reason: "Should take a claim that is applied again", on: "production", update: `{}`},
		"Rollout":            {reason: "Should roll out another image", on: "staging", update: `spec: {images: {tag: 4711aff}}`},
		"ZoneAppended":       {reason: "Should take a third zone behind the two that were named", on: "production", update: `spec: {network: {availabilityZones: [us-east-1a, us-east-1b, us-east-1d], natGateways: 3}}`},
		"ZonesNamed":         {reason: "Should take the names of the zones that were chosen by default, and a third one", on: "staging", update: `spec: {network: {availabilityZones: [us-east-1a, us-east-1b, us-east-1c]}}`},
		"ZonesForgotten":     {reason: "Should take a claim that no longer names the zones which are the default", on: "production", update: `spec: {network: {availabilityZones: null}}`},
		"MoreNATs":           {reason: "Should take another NAT gateway", on: "staging", update: `spec: {network: {natGateways: 2}}`},
		"ProtectionLifted":   {reason: "Should lift the deletion protection, which is how production is deleted", on: "production", update: `spec: {deletionProtection: false}`},
		"VolumeGrown":        {reason: "Should grow the volume from the environment's size", on: "staging", update: `spec: {data: {clickHouse: {volume: {sizeGiB: 101}}}}`},
		"VolumeWritten":      {reason: "Should take the size that the volume has by default", on: "production", update: `spec: {data: {clickHouse: {volume: {sizeGiB: 500}}}}`},
		"ModeWritten":        {reason: "Should take the deployment mode that the environment has", on: "production", update: `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ}}}`},
		"ModeForgotten":      {reason: "Should take a claim that no longer gives the deployment mode which is the default", on: "staging", patch: `spec: {data: {rabbitmq: {deploymentMode: SINGLE_INSTANCE}}}`, update: `spec: {data: null}`},
		"AuroraUpgraded":     {reason: "Should compare minor versions by number", on: "staging", patch: `spec: {data: {aurora: {engineVersion: "15.9"}}}`, update: `spec: {data: {aurora: {engineVersion: "15.10"}}}`},
		"AuroraPinned":       {reason: "Should pin a minor version", on: "staging", update: `spec: {data: {aurora: {engineVersion: "15.10"}}}`},
		"AuroraUnpinned":     {reason: "Should leave the minor version to AWS again", on: "staging", patch: `spec: {data: {aurora: {engineVersion: "15.10"}}}`, update: `spec: {data: {aurora: {engineVersion: "15"}}}`},
		"OpenSearchUpgraded": {reason: "Should upgrade OpenSearch from 2.9 to 2.19", on: "staging", patch: `spec: {data: {openSearch: {engineVersion: OpenSearch_2.9}}}`, update: `spec: {data: {openSearch: {engineVersion: OpenSearch_2.19}}}`},
		"RabbitMQUpgraded":   {reason: "Should upgrade RabbitMQ from 3.13 to 4.2", on: "staging", patch: `spec: {data: {rabbitmq: {instanceType: mq.m7g.large}}}`, update: `spec: {data: {rabbitmq: {engineVersion: "4.2"}}}`},
		"Rotation":           {reason: "Should rotate a secret for the first time", on: "staging", update: `spec: {secrets: {rotation: {jwt: 1}}}`},
		"Resized":            {reason: "Should take other sizes", on: "production", update: `spec: {data: {aurora: {instanceClass: db.r7g.xlarge, readers: 0}, redis: {nodes: 3}, openSearch: {nodes: 4}}, compute: {services: {backend: {cpu: 1024, memory: 4096}}}}`},
		"Registry":           {reason: "Should leave the repositories to another claim", on: "staging", update: `spec: {compute: {registry: {mode: Use}}}`},
		"Shared":             {reason: "Should share images with another claim later", on: "staging", update: `spec: {compute: {registry: {sharedWith: [morket-production]}}}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := patched(t, claim(t, tc.on), tc.patch)
			v := apply(t, o, nil, nil)
			if tc.update != "" && len(v.told) == 0 {
				v = apply(t, patched(t, o, tc.update), o, nil)
			}
			if len(v.told) > 0 {
				t.Errorf("%s, and did not:\n%s", tc.reason, strings.Join(v.told, "\n"))
			} else if v.status.GetFields()["sizing"] == nil {
				t.Errorf("%s, and shows no resolved sizing in the status", tc.reason)
			}
		})
	}
}

// TestSmallestClaim keeps the first example as small as the README says. (R-API-2)
func TestSmallestClaim(t *testing.T) {
	raw, err := os.ReadFile("../../examples/claims/staging.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), "\n"); n > 12 {
		t.Errorf("Should need no more than a dozen lines for a whole platform, not %d", n)
	}
}

// TestEverything applies a claim that sets every field: to what testdata/everything.yaml says, else to production's default.
func TestEverything(t *testing.T) {
	raw, err := os.ReadFile("testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o := read(t, raw)
	complete(o["spec"].(map[string]any), platformtest.Once(t, platformtest.XR(t, "production", nil), nil).XR.AsMap()["status"].(map[string]any)["sizing"].(map[string]any))
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema node `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(apis.Definition, &definition); err != nil {
		t.Fatal(err)
	}
	want := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].leaves("spec")
	slices.Sort(want)
	var got []string
	for _, path := range want {
		if has(o, strings.Split(path, ".")) {
			got = append(got, path)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should set every field of a claim, so that each is accepted once: one without a default belongs in testdata/everything.yaml\n-schema, +claim:\n%s", diff)
	}
	if v := apply(t, o, nil, nil); len(v.told) > 0 {
		t.Errorf("Should take a claim that sets every field there is, and did not:\n%s", strings.Join(v.told, "\n"))
	}
}

// complete sets what a claim leaves out.
func complete(claim, defaults map[string]any) {
	for name, v := range defaults {
		own, below := claim[name].(map[string]any)
		if below {
			complete(own, v.(map[string]any))
		} else if claim[name] == nil {
			claim[name] = v
		}
	}
}

// A node of the schema.
type node struct {
	Properties map[string]node `json:"properties"`
}

// leaves are the paths of the fields that have none below them.
func (n node) leaves(path string) []string {
	if len(n.Properties) == 0 {
		return []string{path}
	}
	var out []string
	for name, p := range n.Properties {
		out = append(out, p.leaves(path+"."+name)...)
	}
	return out
}

func has(v any, path []string) bool {
	m, ok := v.(map[string]any)
	if len(path) == 0 || !ok {
		return len(path) == 0
	}
	below, ok := m[path[0]]
	return ok && has(below, path[1:])
}

// TestFargate tries every pair of CPU and memory against what Fargate sells. Source: "Task CPU and memory" in the ECS
// developer guide.
func TestFargate(t *testing.T) {
	sold := map[int][3]int{ // MiB: from, to, step
		512:   {1024, 4096, 1024},
		1024:  {2048, 8192, 1024},
		2048:  {4096, 16384, 1024},
		4096:  {8192, 30720, 1024},
		8192:  {16384, 61440, 4096},
		16384: {32768, 122880, 8192},
	}
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	o := claim(t, "staging") // without defaults, whose rules this is not about: there are 1,680 claims to validate
	for _, cpu := range []int{256, 512, 1024, 2048, 4096, 8192, 16384} {
		for memory := 512; memory <= 122880; memory += 512 {
			want := cpu == 256 && (memory == 512 || memory == 1024 || memory == 2048)
			if r, ok := sold[cpu]; ok {
				want = memory >= r[0] && memory <= r[1] && memory%r[2] == 0
			}
			problems := s.Validate(patched(t, o, fmt.Sprintf(`spec: {compute: {services: {backend: {cpu: %d, memory: %d}}}}`, cpu, memory)))
			if got := len(problems) == 0; got != want {
				t.Errorf("Should take what Fargate sells and nothing else: %d with %d: want %t, got %t: %v", cpu, memory, want, got, problems)
			}
		}
	}
}
