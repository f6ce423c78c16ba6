package adopt

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

// schemas are the attributes of all of Terraform's types, by the schema that provider-aws is generated from.
func schemas(t *testing.T) map[string][]string {
	t.Helper()
	source, err := crds.Locate()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(source.Dir, "..", "..", "config", "schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Providers map[string]struct {
			Resources map[string]struct {
				Block struct {
					Attributes map[string]json.RawMessage `json:"attributes"`
				} `json:"block"`
			} `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, p := range all.Providers {
		for typ, r := range p.Resources {
			out[typ] = slices.Sorted(maps.Keys(r.Block.Attributes))
		}
	}
	if len(out) < 1000 {
		t.Fatalf("Should find Terraform's types, found %d", len(out))
	}
	return out
}

// storeAttributes are attributes that hardly anything has but what holds data.
var storeAttributes = []string{
	"skip_final_snapshot", "final_snapshot_identifier", "final_snapshot_name", "skip_final_backup", "snapshot_retention_limit",
	"automated_snapshot_retention_period", "backup_retention_period", "storage_capacity", "deletion_protection", "deletion_protection_enabled",
	"allocated_storage", "master_username", "admin_username", "message_retention_seconds", "storage_encrypted", "recovery_window_in_days",
}

// noStores have such an attribute, and hold nothing of their own.
var noStores = map[string]string{
	"aws_rds_cluster_instance":            "the data is the cluster's",
	"aws_docdb_cluster_instance":          "the data is the cluster's",
	"aws_neptune_cluster_instance":        "the data is the cluster's",
	"aws_pinpointsmsvoicev2_phone_number": "a telephone number",
	"aws_pinpointsmsvoicev2_pool":         "telephone numbers",
}

// TestHolds: a type that looks as if it held data is known to, and no type of the table is misspelt.
func TestHolds(t *testing.T) {
	known := schemas(t)
	retired := []string{"aws_simpledb_domain"} // AWS and Terraform have given it up, and states still hold it
	for typ := range unadoptable {
		if known[typ] == nil && !slices.Contains(retired, typ) {
			t.Errorf("%s is none of Terraform's types", typ)
		}
		if holding[typ] || adoptable[typ] {
			t.Errorf("%s can be adopted", typ)
		}
	}
	var missing []string
	for typ, attributes := range known {
		_, held := holds(&Resource{Type: typ})
		looks := slices.ContainsFunc(attributes, func(a string) bool { return slices.Contains(storeAttributes, a) })
		if looks && !held && noStores[typ] == "" {
			missing = append(missing, typ)
		}
		if held && noStores[typ] != "" {
			t.Errorf("%s cannot be both: %s", typ, noStores[typ])
		}
	}
	slices.Sort(missing)
	if diff := cmp.Diff([]string(nil), missing); diff != "" {
		t.Errorf("These look as if they held data: write them into holds.go, or into noStores with the reason: %s", diff)
	}
	for typ := range strings.FieldsSeq("aws_rds_cluster aws_elasticache_replication_group aws_mq_broker aws_opensearch_domain aws_ebs_volume aws_s3_bucket aws_kms_key aws_secretsmanager_secret aws_lb aws_alb aws_elb") {
		if why, held := holds(&Resource{Type: typ}); !held || (why == "") == (typ == "aws_elb") {
			t.Errorf("%s should hold data or take traffic, and say why it cannot be adopted if it cannot: %q", typ, why)
		}
	}
}
