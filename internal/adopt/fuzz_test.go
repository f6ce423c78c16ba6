package adopt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/adopt"
)

// A stray is a random resource, and whether it shows that it belongs elsewhere.
type stray struct {
	address, kind string
	values        map[string]any
	tainted       bool
	deposed       string
	foreign       bool
}

// attributes are what resources of a kind have at least, so that they would match.
var attributes = map[string]map[string]any{
	"aws_vpc":                           {"cidr_block": "10.0.0.0/16"},
	"aws_security_group":                {"vpc_id": "vpc-0"},
	"aws_db_subnet_group":               {"vpc_id": "vpc-0"},
	"aws_rds_cluster":                   {"engine": "aurora-postgresql", "vpc_security_group_ids": []any{"sg-0"}},
	"aws_rds_cluster_instance":          {"cluster_identifier": "cluster-0"},
	"aws_elasticache_replication_group": {"security_group_ids": []any{"sg-0"}},
	"aws_mq_broker":                     {"engine_type": "RabbitMQ", "security_groups": []any{"sg-0"}},
	"aws_opensearch_domain":             {"vpc_options": []any{map[string]any{"vpc_id": "vpc-0"}}},
	"aws_lb":                            {"load_balancer_type": "application", "vpc_id": "vpc-0"},
	"aws_cloudfront_distribution":       {"aliases": []any{"shop.example.com"}},
	"aws_kms_key":                       {},
	"aws_s3_bucket":                     {"tags": map[string]any{"Name": "logs exports site"}},
	"aws_secretsmanager_secret":         {"name": "jwt"},
	"aws_ebs_volume":                    {"tags": map[string]any{"Name": "clickhouse"}},
	"aws_db_instance":                   {},
	"aws_dynamodb_table":                {},
	"aws_elasticache_cluster":           {},
	"aws_elasticsearch_domain":          {},
	"aws_elb":                           {},
	"aws_efs_file_system":               {},
	"awscc_s3_bucket":                   {},
	"aws_iam_role":                      {},
}

// stores are the kinds above that hold data or take traffic.
var stores = []string{
	"aws_cloudfront_distribution", "aws_db_instance", "aws_dynamodb_table", "aws_ebs_volume", "aws_efs_file_system", "aws_elasticache_cluster", "aws_elasticache_replication_group",
	"aws_elasticsearch_domain", "aws_elb", "aws_kms_key", "aws_lb", "aws_mq_broker", "aws_opensearch_domain", "aws_rds_cluster", "aws_s3_bucket",
	"aws_secretsmanager_secret", "awscc_s3_bucket",
}

// random is a resource that belongs to the claim, or, as foreign says, shows in one way or another that it does not.
func random(r *rand.Rand, i int) stray {
	kind := pick(r, slices.Sorted(maps.Keys(attributes))...)
	s := stray{address: fmt.Sprintf("%s.r%d", kind, i), kind: kind, values: maps.Clone(attributes[kind]), tainted: r.IntN(4) == 0}
	id := fmt.Sprintf("%s-%d", map[string]string{"aws_vpc": "vpc", "aws_security_group": "sg", "aws_rds_cluster": "cluster"}[kind], r.IntN(3))
	s.values["id"], s.values["arn"] = id, fmt.Sprintf("arn:aws:x:us-east-1:111122223333:%s-%d", id, i)
	if r.IntN(3) == 0 {
		s.values["tags"] = map[string]any{"Environment": "staging"}
	}
	if r.IntN(2) == 0 {
		return s
	}
	s.foreign = true
	production := pick(r, "production", "Prod", "prd", "eu-prod-1", "shopProduction", "dev", "qa")
	switch r.IntN(8) {
	case 0:
		s.values[pick(r, "tags", "tags_all")] = map[string]any{pick(r, "Environment", "environment", "ENV", "stage"): production}
	case 1:
		s.address = "module." + pick(r, production, `shop["`+production+`"]`) + "." + s.address
	case 2:
		delete(s.values, "tags")
		s.address = strings.Replace(s.address, ".r", "."+strings.ReplaceAll(production, "-", "_")+"_r", 1)
	case 3:
		s.values["region"] = pick(r, "eu-west-1", "us-east-2")
	case 4:
		s.values["availability_zone"] = "eu-west-1a"
	case 5:
		s.values["arn"] = fmt.Sprintf("arn:aws:x:%s:%d", pick(r, "us-east-1:999999999999", "eu-west-1:111122223333"), i)
	case 6:
		s.deposed = "00000001"
	default:
		s.values["owner_id"] = "999999999999"
	}
	return s
}

func pick(r *rand.Rand, choices ...string) string { return choices[r.IntN(len(choices))] }

// FuzzFence: whatever the state, nothing that shows to belong to another region, account or environment is proposed, not even
// with a doubt, and all that is proposed is in the VPC that is. Every store is in one of the three lists: found, in doubt, held.
// (R-TAKE-1)
func FuzzFence(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // It has to be the same again.
		foreign, in, kind, all := map[string]bool{}, map[string]any{}, map[string]string{}, [2][]any{}
		for i := range 2 + r.IntN(20) {
			s := random(r, i)
			foreign[s.address], kind[s.address] = s.foreign, s.kind
			if id := s.values["vpc_id"]; id != nil {
				id = fmt.Sprintf("vpc-%d", r.IntN(3))
				s.values["vpc_id"], in[s.address] = id, id
			}
			of := &all[r.IntN(1+int(seed%2))] // one state or two
			*of = append(*of, map[string]any{"address": s.address, "type": s.kind, "mode": "managed", "values": s.values, "tainted": s.tainted, "deposed_key": s.deposed})
		}
		var states []adopt.State
		for i, resources := range all {
			if len(resources) > 0 {
				states = append(states, adopt.State{Name: strconv.Itoa(i), Resources: readAll(t, resources)})
			}
		}
		m := adopt.Find(adopt.Join(states...), platformNames, claim)
		fenced(t, m, foreign, in)
		listed(t, m, kind)
	})
}

func readAll(t *testing.T, resources []any) []*adopt.Resource {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"format_version": "1.0", "values": map[string]any{"root_module": map[string]any{"resources": resources}}})
	if err != nil {
		t.Fatal(err)
	}
	state, err := adopt.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// fenced fails if something that belongs elsewhere is proposed.
func fenced(t *testing.T, m *adopt.Match, foreign map[string]bool, in map[string]any) {
	t.Helper()
	for name, c := range m.Found {
		if foreign[c.Resource.Address] {
			t.Errorf("%s should not be %s", name, c.Address)
		}
		if vpc := m.ExternalNames["vpc"]; vpc != "" && in[c.Resource.Address] != nil && in[c.Resource.Address] != vpc {
			t.Errorf("%s should not be %s, which is in %s and not in %s", name, c.Address, in[c.Resource.Address], vpc)
		}
	}
	for name, candidates := range m.Doubtful {
		for _, c := range candidates {
			if foreign[c.Resource.Address] {
				t.Errorf("%s should not even be a candidate for %s", c.Address, name)
			}
		}
	}
}

// listed fails if a store is in none of the three lists or in two.
func listed(t *testing.T, m *adopt.Match, kind map[string]string) {
	t.Helper()
	lists := map[string][]string{}
	add := func(list string, candidates ...adopt.Candidate) {
		for _, c := range candidates {
			if address := c.Resource.Address; !slices.Contains(lists[address], list) {
				lists[address] = append(lists[address], list)
			}
		}
	}
	for _, c := range m.Found {
		add("found", c)
	}
	for _, candidates := range m.Doubtful {
		add("in doubt", candidates...)
	}
	add("held", m.Held...)
	for address, kind := range kind {
		is := slices.Contains(stores, kind)
		if got := lists[address]; is && len(got) != 1 {
			t.Errorf("%s should be in one of the three lists, and is in %v", address, got)
		}
		if got := lists[address]; !is && slices.Contains(got, "held") {
			t.Errorf("%s holds nothing, and is in %v", address, got)
		}
	}
}

// FuzzState: whatever stands in a state, it is read or refused.
func FuzzState(f *testing.F) {
	for _, seed := range []string{
		`{"format_version": "1.0"}`,
		`{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "", "mode": "managed", "type": "aws_vpc", "values": {"id": "vpc-1", "tags": 1, "vpc_id": [null, {}]}}]}}}`,
		`{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "module..[", "mode": "managed", "type": "aws_rds_cluster", "values": {"id": "a", "engine": "aurora-postgresql", "vpc_security_group_ids": "a", "kms_key_id": "arn:::::"}}]}}}`,
		`{"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": [{"address": "a.b", "mode": "managed", "type": "aws_lb", "values": null}]}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		state, err := adopt.Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		m := adopt.Find(state, platformNames, claim)
		for name, c := range m.Found {
			if c.ExternalName == "" || m.ExternalNames[name] != c.ExternalName {
				t.Errorf("%s should have one external name: %v, %q", name, c, m.ExternalNames[name])
			}
			if len(m.Doubtful[name]) > 0 || slices.Contains(m.Open, name) {
				t.Errorf("%s should be either found, in doubt or open", name)
			}
		}
	})
}
