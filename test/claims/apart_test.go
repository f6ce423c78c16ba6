package claims

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// composed renders a claim until nothing changes any more.
func composed(t testing.TB, o map[string]any) *render.Result {
	t.Helper()
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	s.Default(o)
	xr, err := render.Composite(o)
	if err != nil {
		t.Fatal(err)
	}
	in, err := render.ToStruct(xr)
	if err != nil {
		t.Fatal(err)
	}
	r := &render.Renderer{Layers: functions.Layers(platformtest.Random()), Steps: []render.Step{{Name: "platform", Input: layers()}}}
	result, err := r.Eventually(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// kind is a resource's kind with its group, such as Role.iam.
func kind(o *structpb.Struct) string {
	group, _, _ := strings.Cut(fields.Text(o, "apiVersion"), ".")
	return fields.Text(o, "kind") + "." + group
}

// TestPlatformsShareNothing renders staging and production beside each other in one account and region.
func TestPlatformsShareNothing(t *testing.T) {
	owner := make(map[string]string)
	for _, environment := range []string{"staging", "production"} {
		for name, o := range composed(t, claim(t, environment)).Resources {
			ids := []string{"metadata.name " + fields.Text(o, "metadata", "name")}
			if external := fields.Text(o, "metadata", "annotations", "crossplane.io/external-name"); external != "" {
				ids = append(ids, "external name "+external)
			}
			if tag := fields.Text(o, "spec", "forProvider", "tags", "Name"); tag != "" {
				ids = append(ids, "Name tag "+tag)
			}
			for _, id := range ids {
				id = kind(o) + ": " + id
				if other := owner[id]; other != "" && !strings.HasPrefix(other, environment) {
					t.Errorf("Should share nothing between two platforms in one account: %s is %s's and %s's", id, other, environment+"/"+name)
				}
				owner[id] = environment + "/" + name
			}
		}
	}
}

// TestRegionsShareNothing renders one claim in two regions, as two control planes may.
func TestRegionsShareNothing(t *testing.T) {
	owner := make(map[string]string)
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		o := patched(t, claim(t, "staging"), fmt.Sprintf(`spec: {region: %s}`, region))
		for name, r := range composed(t, o).Resources {
			_, group, _ := strings.Cut(kind(r), ".")
			if group != "iam" && group != "s3" && group != "cloudfront" {
				continue // names of one region
			}
			id := kind(r) + " " + fields.Text(r, "metadata", "annotations", "crossplane.io/external-name")
			if other := owner[id]; other != "" && other != region && !strings.HasSuffix(id, " ") {
				t.Errorf("Should keep apart what an account has once for all regions: %s of %s is in %s too", id, name, other)
			}
			owner[id] = region
		}
	}
	if len(owner) == 0 {
		t.Error("Should find roles, and found none")
	}
}

// limits are the longest names that AWS takes by kind: external names, and names in the parameters.
var limits = map[string]int{
	"Role.iam":                     platform.MaxRole,
	"Policy.iam":                   128,
	"InstanceProfile.iam":          128,
	"Alias.kms":                    platform.MaxKMSAlias,
	"Group.cloudwatchlogs":         platform.MaxLogGroup,
	"SecurityGroup.ec2":            platform.MaxSecurityGroup,
	"LaunchTemplate.ec2":           platform.MaxLaunchTemplate,
	"Cluster.rds":                  platform.MaxDBIdentifier,
	"ClusterInstance.rds":          platform.MaxDBIdentifier,
	"ClusterParameterGroup.rds":    platform.MaxDBIdentifier,
	"SubnetGroup.rds":              platform.MaxDBIdentifier,
	"ReplicationGroup.elasticache": platform.MaxReplicationGroup,
	"Broker.mq":                    platform.MaxBroker,
	"Domain.opensearch":            platform.MaxOpenSearchDomain,
	"Bucket.s3":                    platform.MaxBucket,
	"LB.elbv2":                     platform.MaxLoadBalancer,
	"LBTargetGroup.elbv2":          platform.MaxLoadBalancer,
	"Cluster.ecs":                  platform.MaxECSName,
	"Service.ecs":                  platform.MaxECSName,
	"TaskDefinition.ecs":           platform.MaxECSName,
	"MetricAlarm.cloudwatch":       platform.MaxAlarm,
}

// TestLongestNames renders the claim with the longest name that Kubernetes and Crossplane take.
func TestLongestNames(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		o := patched(t, claim(t, environment), fmt.Sprintf(`{metadata: {name: %s}, spec: {region: ap-southeast-1, network: {availabilityZones: null}}}`, strings.Repeat("m", 63)))
		for name, r := range composed(t, o).Resources {
			if n := len(fields.Text(r, "metadata", "name")); n > 253 {
				t.Errorf("Should fit Kubernetes: %s has a name of %d characters", name, n)
			}
			if n := len(fields.Text(r, "spec", "forProvider", "tags", "Name")); n > platform.MaxTagValue {
				t.Errorf("Should fit a tag: %s has a Name of %d characters", name, n)
			}
			for _, path := range [][]string{
				{"metadata", "annotations", "crossplane.io/external-name"},
				{"spec", "forProvider", "name"},
				{"spec", "forProvider", "brokerName"},
				{"spec", "forProvider", "domainName"},
				{"spec", "forProvider", "family"},
			} {
				if id, limit := fields.Text(r, path...), limits[kind(r)]; limit > 0 && len(id) > limit {
					t.Errorf("Should fit AWS: %s (%s) has a name of %d characters, more than %d: %s", name, kind(r), len(id), limit, id)
				}
			}
			if n := len(fields.Text(r, "metadata", "labels", layer.LabelNamePrefix)); n > 63 {
				t.Errorf("Should fit a label: %s has one of %d characters", name, n)
			}
		}
	}
}
