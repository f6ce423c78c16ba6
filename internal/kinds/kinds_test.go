package kinds

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws/catalog"
)

func TestParse(t *testing.T) {
	cluster := Key{"rds.aws.upbound.io", "Cluster"}
	cases := map[string]struct {
		reason, apiVersion, kind string
		want                     Key
		text                     string
	}{
		"Cluster":    {"Should tell kinds of one name by their groups", "rds.aws.upbound.io/v1beta2", "Cluster", cluster, "Cluster.rds.aws.upbound.io"},
		"OtherGroup": {"Should tell kinds of one name by their groups", "ecs.aws.upbound.io/v1beta1", "Cluster", Key{"ecs.aws.upbound.io", "Cluster"}, "Cluster.ecs.aws.upbound.io"},
		"Namespaced": {"Should have one key for both forms of a kind", "rds.aws.m.upbound.io/v1beta1", "Cluster", cluster, "Cluster.rds.aws.upbound.io"},
		"Core":       {"Should have no group for Kubernetes' core", "v1", "Secret", Secret, "Secret"},
		"Nothing":    {"Should make nothing of nothing", "", "", Key{}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Parse(tc.apiVersion, tc.kind)
			if got != tc.want || got.String() != tc.text {
				t.Errorf("%s: want %q, %s; got %q, %s", tc.reason, tc.want, tc.text, got, got)
			}
		})
	}
}

// TestComposed: every kind that we compose has its facts, and no other kind has.
func TestComposed(t *testing.T) {
	want := map[Key]bool{Secret: true}
	for _, k := range catalog.Kinds() {
		want[Parse(k.APIVersion, k.Kind)] = true
	}
	for k := range want {
		if registry[k] == nil {
			t.Errorf("%s has no facts: write its file in internal/kinds, and run make update ONLY=replacements", k)
		}
		if k != Secret && (Terraform(k) == "" || len(schemas[k].fields) == 0) {
			t.Errorf("%s has no fields: run make update ONLY=replacements", k)
		}
	}
	for k := range registry {
		if !want[k] {
			t.Errorf("%s has facts and is not composed: delete its file in internal/kinds, and run make update ONLY=replacements", k)
		}
	}
}

// TestComplete: facts leave out nothing that somebody has to think about.
func TestComplete(t *testing.T) {
	for k, f := range registry {
		for fact, missing := range map[string]bool{
			"the form of its id (named, if it is the one we give it)":       f.ID.rest == nil,
			"the form of its ARN (noARN, if its status has none)":           f.ARN == "",
			"how it is adopted (createdBeside, if it is not)":               f.Adopt == nil,
			"the id by which Terraform imports it, or why it does not":      k != Secret && (f.Import == "") == (f.NotImported == ""),
			"what it costs (free, if it costs nothing)":                     f.Price == nil,
			"what its deletion does (onlyItself, if nothing else notices)":  f.OnDelete == nil,
			"what happens to its data on deletion (noData, if it has none)": f.DataAfterDelete == nil,
		} {
			if missing {
				t.Errorf("Should say of %s %s", k, fact)
			}
		}
		if n := len(f.DataAfterDelete); n > 0 && f.DataAfterDelete[n-1].If != "" {
			t.Errorf("Should say what happens to the data of %s if none of the conditions holds", k)
		}
		if f.Answer != nil {
			if _, err := structpb.NewStruct(f.Answer("id", Parameters{"subjectAlternativeNames": []any{"*.example.com"}})); err != nil {
				t.Errorf("Should make up values of JSON for %s: %v", k, err)
			}
		}
	}
}

// TestFields: what facts are about is a field of the kind.
func TestFields(t *testing.T) {
	for k, f := range registry {
		paths := slices.Concat(
			slices.Collect(maps.Keys(f.OnUpdate)), slices.Collect(maps.Keys(f.OnLower)), slices.Collect(maps.Keys(f.OnChange)), slices.Collect(maps.Keys(f.Replaces)), slices.Collect(maps.Keys(f.Refuses)),
			f.Adopt.Keeps, []string{f.PartOf, f.OnDelete.Of, f.OnDelete.If},
		)
		for _, o := range f.DataAfterDelete {
			paths = append(paths, o.If)
		}
		for _, m := range placeholder.FindAllString(f.Import, -1) {
			if name := strings.Trim(m, "{}"); !slices.Contains([]string{"external-name", "id", "arn"}, name) {
				paths = append(paths, name)
			}
		}
		paths = slices.AppendSeq(paths, maps.Keys(f.Refers))
		for _, path := range paths {
			if _, ok := schemas[k].fields[path]; path != "" && !ok {
				t.Errorf("%s has no field %s", k, path)
			}
		}
	}
}

// TestTerraform looks up names that are not the field's in snake case.
func TestTerraform(t *testing.T) {
	redis := Key{"elasticache.aws.upbound.io", "ReplicationGroup"}
	got := map[string]string{"": Terraform(redis)}
	for _, path := range []string{"authTokenSecretRef", "kmsKeyIdRef", "securityGroupIdRefs", "numCacheClusters", "tags.Name"} {
		got[path] = Lookup(redis, path).Terraform
	}
	want := map[string]string{
		"": "aws_elasticache_replication_group", "authTokenSecretRef": "auth_token", "kmsKeyIdRef": "kms_key_id", "securityGroupIdRefs": "security_group_ids",
		"numCacheClusters": "num_cache_clusters", "tags.Name": "tags",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should know what Terraform calls the fields\n-want, +got:\n%s", diff)
	}
}
