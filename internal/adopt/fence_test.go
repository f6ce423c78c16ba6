package adopt_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/adopt"
)

// platformNames are those of the tests' platform.
var platformNames = []string{
	"vpc", "key", "aurora", "aurora-0", "aurora-subnets", "redis", "redis-subnets", "alb", "alb-logs-bucket", "alb-logs-bucket-policy",
	"cdn", "cdn-access", "frontend-bucket", "exports-bucket", "secret-jwt", "secret-service-api-key", "opensearch", "rabbitmq", "clickhouse-volume",
}

// proposal is what a match proposes: names with external names, and those in doubt with "ID: REASON" of each candidate.
type proposal struct {
	Proposed  map[string]string
	Doubtful  map[string][]string
	Elsewhere []string
	Mixed     []string
}

func propose(t *testing.T, c adopt.Claim, resources ...string) proposal {
	t.Helper()
	return proposalOf(adopt.Find(state(t, resources...), platformNames, c))
}

func proposalOf(m *adopt.Match) proposal {
	p := proposal{Proposed: m.ExternalNames, Mixed: m.Mixed}
	for name, candidates := range m.Doubtful {
		if p.Doubtful == nil {
			p.Doubtful = map[string][]string{}
		}
		for _, c := range candidates {
			p.Doubtful[name] = append(p.Doubtful[name], c.ExternalName+": "+c.Reason)
		}
	}
	for _, c := range append(m.Elsewhere, m.Held...) {
		if c.Elsewhere {
			p.Elsewhere = append(p.Elsewhere, c.Address+": "+c.Reason)
		}
	}
	slices.Sort(p.Elsewhere)
	return p
}

// tagged puts tags into a resource.
func tagged(r, tags string) string { return strings.TrimSuffix(r, "}") + `, "tags": {` + tags + `}}` }

const (
	theVPC   = `aws_vpc.main {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`
	otherVPC = `aws_vpc.other {"id": "vpc-2", "cidr_block": "10.9.0.0/16"}`
	group    = `aws_security_group.stores {"id": "sg-1", "vpc_id": "vpc-1"}`
	store    = `aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1"]}`
	lb       = `aws_lb.a {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "application", "vpc_id": "vpc-1"}`
	site     = `aws_cloudfront_distribution.a {"id": "E1", "aliases": ["shop.example.com"]}`
)

// TestEnvironments: of a state that holds two environments, a claim of one is proposed nothing of the other.
func TestEnvironments(t *testing.T) {
	// each has a network of its range, a cluster, a load balancer and a distribution of an environment.
	platform := func(root, name, id, tags string) []string {
		var out []string
		for _, r := range []string{
			`aws_vpc.` + name + ` {"id": "vpc-` + id + `", "cidr_block": "10.0.0.0/16"}`,
			`aws_security_group.` + name + ` {"id": "sg-` + id + `", "vpc_id": "vpc-` + id + `"}`,
			`aws_rds_cluster.` + name + ` {"id": "db-` + id + `", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-` + id + `"]}`,
			`aws_lb.` + name + ` {"id": "arn:` + id + `", "load_balancer_type": "application", "vpc_id": "vpc-` + id + `"}`,
			`aws_cloudfront_distribution.` + name + ` {"id": "E` + id + `", "origin": [{"domain_name": "` + id + `.example.com"}]}`,
		} {
			if tags != "" {
				r = tagged(r, tags)
			}
			out = append(out, root+r)
		}
		return out
	}
	both := func(a, b []string) []string { return append(a, b...) }
	cases := map[string]struct {
		reason string
		state  []string
	}{
		"Tags":         {"A tag tells environments apart", both(platform("", "a", "1", `"Environment": "staging"`), platform("", "b", "2", `"Environment": "production"`))},
		"ShortTags":    {"So does a tag with another key, and a short word", both(platform("", "a", "1", `"env": "STG"`), platform("", "b", "2", `"env": "Prod"`))},
		"DefaultTags":  {"A tag may be the provider's default", both(platform("", "a", "1", `"Stage": "stage"`), platform("", "b", "2", `"Stage": "live"`))},
		"Root":         {"A module root tells environments apart", both(platform("module.staging.", "a", "1", ""), platform("module.production.", "a", "2", ""))},
		"RootIndex":    {"So does the index of a module root", both(platform(`module.shop["eu.staging"].`, "a", "1", ""), platform(`module.shop["eu.prod"].`, "a", "2", ""))},
		"OnlyOneTag":   {"Only the other needs a label, where its module root is its own", both(platform("module.a.", "a", "1", `"Environment": "staging"`), append(platform("module.b.", "b", "2", "")[:4:4], `module.b.aws_cloudfront_distribution.b {"id": "E2", "tags_all": {"Environment": "production"}}`))},
		"CamelCaseTag": {"A capital begins a word", both(platform("", "a", "1", `"Environment": "shopStaging"`), platform("", "b", "2", `"Environment": "shopProd1"`))},
	}
	want := map[string]string{"vpc": "vpc-1", "aurora": "db-1", "alb": "arn:1", "cdn": "E1"}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := propose(t, claim, tc.state...)
			if diff := cmp.Diff(want, got.Proposed); diff != "" || len(got.Doubtful) > 0 {
				t.Errorf("%s: -want, +got:\n%s%v", tc.reason, diff, got.Doubtful)
			}
		})
	}
	t.Run("Names", func(t *testing.T) {
		got := propose(t, claim, both(platform("", "shop_staging", "1", ""), platform("", "shop_prod", "2", ""))...)
		want := map[string]string{"vpc": "vpc-1", "aurora": "db-1", "alb": "arn:1"}
		if diff := cmp.Diff(want, got.Proposed); diff != "" {
			t.Errorf("A name tells environments apart: -want, +got:\n%s", diff)
		}
		if diff := cmp.Diff(map[string][]string{"cdn": {"E1: only the one of its kind"}}, got.Doubtful); diff != "" {
			t.Errorf("A word in its name should not be enough for the distribution: -want, +got:\n%s", diff)
		}
	})
}

func TestFence(t *testing.T) {
	production := `"Environment": "production"`
	cases := map[string]struct {
		reason string
		state  []string
		want   proposal
	}{
		"OnlyOneIsProductions": {
			"The only cluster, load balancer and distribution of a state may be production's",
			[]string{
				`aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "tags": {"Environment": "prod"}}`,
				`module.prod.aws_lb.a {"id": "arn:lb", "load_balancer_type": "application"}`, `aws_cloudfront_distribution.prd {"id": "E1"}`,
			},
			proposal{Elsewhere: []string{
				"aws_cloudfront_distribution.prd: its name says production", "aws_rds_cluster.a: its tag Environment says production",
				"module.prod.aws_lb.a: its module root module.prod says production",
			}},
		},
		"Region": {
			"A resource of another region shows it by its region, its zone or its ARN",
			[]string{
				`aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "region": "eu-west-1"}`, `aws_ebs_volume.clickhouse {"id": "vol-1", "availability_zone": "eu-west-1a"}`,
				`aws_opensearch_domain.a {"id": "arn:aws:es:eu-west-1:111122223333:domain/search"}`,
			},
			proposal{Elsewhere: []string{
				"aws_ebs_volume.clickhouse: it is in the zone eu-west-1a", "aws_opensearch_domain.a: it is in the region eu-west-1", "aws_vpc.a: it is in the region eu-west-1",
			}},
		},
		"Account": {
			"A resource of another account shows it by its ARN or its owner",
			[]string{
				`aws_vpc.a {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "owner_id": "999999999999"}`,
				`aws_mq_broker.a {"id": "b-1", "engine_type": "RabbitMQ", "arn": "arn:aws:mq:us-east-1:999999999999:broker:a:b-1"}`,
			},
			proposal{Elsewhere: []string{"aws_mq_broker.a: it is in the account 999999999999", "aws_vpc.a: it is in the account 999999999999"}},
		},
		"KeyOfAnotherAccount": {
			"What a key of another account encrypts is of that account's",
			[]string{theVPC, group, strings.Replace(store, `"id"`, `"kms_key_id": "arn:aws:kms:us-east-1:999999999999:key/k", "id"`, 1)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{"aws_rds_cluster.a: its encryption key is in the account 999999999999"}},
		},
		"KeyOfProduction": {
			"What production's key encrypts is production's",
			[]string{theVPC, group, strings.Replace(store, `"id"`, `"kms_key_id": "arn:k", "id"`, 1), tagged(`aws_kms_key.k {"id": "k", "arn": "arn:k"}`, production)},
			proposal{Elsewhere: []string{
				"aws_kms_key.k: its tag Environment says production", "aws_rds_cluster.a: its kms key aws_kms_key.k is production's",
				"aws_security_group.stores: aws_rds_cluster.a, which uses it, is production's", "aws_vpc.main: aws_security_group.stores, which uses it, is production's",
			}},
		},
		"VPCBySubnetGroup": {
			"Subnets show the VPC of a store",
			[]string{
				theVPC, otherVPC, `aws_subnet.x {"id": "subnet-2", "vpc_id": "vpc-2"}`, `aws_elasticache_subnet_group.a {"id": "g", "name": "g", "subnet_ids": ["subnet-2"]}`,
				`aws_elasticache_replication_group.a {"id": "cache", "subnet_group_name": "g"}`, `aws_db_subnet_group.a {"id": "g", "name": "g", "vpc_id": "vpc-2"}`,
				`aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "db_subnet_group_name": "g"}`,
			},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{
				"aws_db_subnet_group.a: it is in the VPC vpc-2, not in vpc-1", "aws_elasticache_replication_group.a: it is in the VPC vpc-2, not in vpc-1",
				"aws_elasticache_subnet_group.a: it is in the VPC vpc-2, not in vpc-1", "aws_rds_cluster.a: it is in the VPC vpc-2, not in vpc-1",
				"aws_subnet.x: it is in the VPC vpc-2, not in vpc-1",
			}},
		},
		"VPCBySecurityGroup": {
			"A security group shows the VPC of a store, also if the VPC is not in the state",
			[]string{
				theVPC, `aws_security_group.x {"id": "sg-2", "vpc_id": "vpc-3"}`, `aws_mq_broker.a {"id": "b-1", "engine_type": "RabbitMQ", "security_groups": ["sg-2"]}`,
				`aws_opensearch_domain.a {"id": "arn:search", "vpc_options": [{"vpc_id": "vpc-3"}]}`,
			},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{
				"aws_mq_broker.a: it is in the VPC vpc-3, not in vpc-1", "aws_opensearch_domain.a: it is in the VPC vpc-3, not in vpc-1", "aws_security_group.x: it is in the VPC vpc-3, not in vpc-1",
			}},
		},
		"VPCByTargetGroup": {
			"A load balancer without a VPC of its own shows it by its subnets, a target group by itself",
			[]string{
				theVPC, otherVPC, `aws_subnet.x {"id": "subnet-2", "vpc_id": "vpc-2"}`, `aws_lb.a {"id": "arn:lb", "load_balancer_type": "application", "subnets": ["subnet-2"]}`,
				`aws_lb_target_group.api {"id": "arn:tg", "vpc_id": "vpc-2"}`,
			},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{
				"aws_lb.a: it is in the VPC vpc-2, not in vpc-1", "aws_lb_target_group.api: it is in the VPC vpc-2, not in vpc-1", "aws_subnet.x: it is in the VPC vpc-2, not in vpc-1",
			}},
		},
		"VPCByRoot": {
			"What is in a module with a network of its own belongs to that network",
			[]string{"module.a." + theVPC, "module.b." + otherVPC, `module.b.aws_cloudfront_distribution.x {"id": "E1"}`, `module.b.aws_secretsmanager_secret.jwt {"id": "arn:jwt"}`},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{
				"module.b.aws_cloudfront_distribution.x: its module root module.b has a VPC of its own, vpc-2", "module.b.aws_secretsmanager_secret.jwt: its module root module.b has a VPC of its own, vpc-2",
			}},
		},
		"Deposed": {
			"A deposed object is about to be deleted; its successor has the same address",
			[]string{theVPC, group, "deposed " + strings.ReplaceAll(store, `"db"`, `"old"`), store},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "aurora": "db"}, Elsewhere: []string{"aws_rds_cluster.a: Terraform has replaced it and deletes it at the next apply (deposed 00000001)"}},
		},
		"DeposedAlone": {
			"A deposed object is no candidate, and says nothing about what it is in",
			[]string{theVPC, group, "deposed " + tagged(store, production)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Elsewhere: []string{"aws_rds_cluster.a: Terraform has replaced it and deletes it at the next apply (deposed 00000001)"}},
		},
		"SameNameInAnotherRegion": {
			"A subnet group of the same name in another region says nothing",
			[]string{
				theVPC, `aws_db_subnet_group.a {"id": "g", "name": "g", "vpc_id": "vpc-1"}`, `aws_db_subnet_group.z {"id": "g", "name": "g", "region": "eu-west-1", "vpc_id": "vpc-9"}`,
				`aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "db_subnet_group_name": "g"}`,
			},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "aurora": "db", "aurora-subnets": "g"}, Elsewhere: []string{"aws_db_subnet_group.z: it is in the region eu-west-1"}},
		},
		"Torn": {
			"What a tag and what it is in disagree on is an error",
			[]string{theVPC, group, tagged(strings.Replace(store, `"id"`, `"kms_key_id": "arn:k", "id"`, 1), `"Environment": "staging"`), tagged(`aws_kms_key.k {"id": "k", "arn": "arn:k"}`, production)},
			proposal{
				Proposed:  map[string]string{"vpc": "vpc-1"},
				Elsewhere: []string{"aws_kms_key.k: its tag Environment says production", "aws_rds_cluster.a: its kms key aws_kms_key.k is production's"},
				Mixed:     []string{"aws_rds_cluster.a: it is staging's, and its kms key aws_kms_key.k is production's"},
			},
		},
		"Shared": {
			"A network that two environments use is an error, and what follows from it is in doubt",
			[]string{theVPC, tagged(lb, `"Environment": "staging"`), tagged(`aws_lb.b {"id": "arn:b", "load_balancer_type": "application", "vpc_id": "vpc-1"}`, production)},
			proposal{
				Doubtful: map[string][]string{
					"vpc": {"vpc-1: two environments share it: aws_lb.b, which uses it, is production's"}, "alb": {"arn:lb: it follows from vpc, which is in doubt"},
				},
				Elsewhere: []string{"aws_lb.b: its tag Environment says production"},
				Mixed:     []string{"aws_vpc.main: aws_lb.b, which uses it, is production's"},
			},
		},
		"SharedByWayOfOthers": {
			"Two environments share a network also if they share only a security group in it",
			[]string{theVPC, group, tagged(store, `"Environment": "staging"`), tagged(strings.NewReplacer(".a ", ".b ", `"db"`, `"db2"`).Replace(store), production)},
			proposal{
				Doubtful: map[string][]string{
					"vpc": {"vpc-1: two environments share it: aws_security_group.stores, which uses it, is of two environments"}, "aurora": {"db: it follows from vpc, which is in doubt"},
				},
				Elsewhere: []string{"aws_rds_cluster.b: its tag Environment says production"},
				Mixed:     []string{"aws_vpc.main: aws_security_group.stores, which uses it, is of two environments"},
			},
		},
		"CentralBucket": {
			"A load balancer may write its logs into a bucket of production",
			[]string{theVPC, strings.Replace(lb, `"id"`, `"access_logs": [{"bucket": "traffic"}], "id"`, 1), tagged(`aws_s3_bucket.x {"id": "traffic", "bucket": "traffic"}`, production)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "alb": "arn:lb"}, Elsewhere: []string{"aws_s3_bucket.x: its tag Environment says production"}},
		},
		"BalancerElsewhere": {
			"A distribution is where its alias is, also if it leads to other networks",
			[]string{
				theVPC, strings.Replace(site, `"id"`, `"origin": [{"domain_name": "lb.elb.amazonaws.com"}], "id"`, 1),
				`aws_lb.b {"id": "arn:b", "dns_name": "lb.elb.amazonaws.com", "load_balancer_type": "application", "vpc_id": "vpc-2"}`,
			},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "cdn": "E1"}, Elsewhere: []string{"aws_lb.b: it is in the VPC vpc-2, not in vpc-1"}},
		},
		"RootOfTwo": {
			"A module root that holds two environments says nothing",
			[]string{"module.shop." + theVPC, "module.shop." + tagged(lb, `"Environment": "staging"`), "module.shop." + tagged(`aws_secretsmanager_secret.jwt {"id": "arn:jwt"}`, production)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "alb": "arn:lb"}, Elsewhere: []string{"module.shop.aws_secretsmanager_secret.jwt: its tag Environment says production"}},
		},
		"DeposedVPC": {
			"A deposed network says nothing about its module",
			[]string{theVPC, "deposed module.b." + otherVPC, "module.b." + site},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "cdn": "E1"}, Elsewhere: []string{"module.b.aws_vpc.other: Terraform has replaced it and deletes it at the next apply (deposed 00000001)"}},
		},
		"DeposedInstance": {
			"A deposed instance is not the cluster's first",
			[]string{
				theVPC, group, store, `aws_rds_cluster_instance.a {"id": "db-1", "cluster_identifier": "db"}`,
				`deposed aws_rds_cluster_instance.a {"id": "db-0", "cluster_identifier": "db", "writer": true}`,
			},
			proposal{
				Proposed:  map[string]string{"vpc": "vpc-1", "aurora": "db", "aurora-0": "db-1"},
				Elsewhere: []string{"aws_rds_cluster_instance.a: Terraform has replaced it and deletes it at the next apply (deposed 00000001)"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.want.Proposed == nil {
				tc.want.Proposed = map[string]string{}
			}
			if diff := cmp.Diff(tc.want, propose(t, claim, tc.state...)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDoubts: what only a word supports, or that it is the only one of its kind, is for people.
func TestDoubts(t *testing.T) {
	key, foreign := `aws_kms_key.a {"id": "k", "arn": "arn:k"}`, `aws_kms_key.b {"id": "l", "arn": "arn:l"}`
	encrypted := strings.Replace(store, `"id"`, `"kms_key_id": "arn:k", "id"`, 1)
	logging := strings.Replace(lb, `"id"`, `"access_logs": [{"bucket": "traffic", "enabled": true}], "id"`, 1)
	serving := strings.Replace(site, `"id"`, `"origin": [{"domain_name": "pages.s3.us-east-1.amazonaws.com", "origin_access_control_id": "E9"}], "id"`, 1)
	cases := map[string]struct {
		reason   string
		state    []string
		proposed map[string]string
		doubtful map[string][]string
	}{
		"OnlyOne": {
			"The only one of its kind may be somebody else's", []string{`aws_elasticache_replication_group.a {"id": "cache"}`, `aws_cloudfront_distribution.a {"id": "E1"}`},
			map[string]string{}, map[string][]string{"redis": {"cache: only the one of its kind"}, "cdn": {"E1: only the one of its kind"}},
		},
		"OnlyOneOfTheEnvironment": {
			"A tag and its kind are enough", []string{tagged(`aws_elasticache_replication_group.a {"id": "cache"}`, `"Environment": "stg"`)},
			map[string]string{"redis": "cache"}, nil,
		},
		"Word": {
			"A word in its name may mean something else: payment-service/stripe is no key of a service",
			[]string{`aws_secretsmanager_secret.stripe {"id": "arn:s", "name": "payment-service/stripe"}`, `aws_s3_bucket.trail {"id": "shop-cloudtrail-logs", "bucket": "shop-cloudtrail-logs"}`},
			map[string]string{}, map[string][]string{"secret-service-api-key": {"arn:s: only a word in its name"}, "alb-logs-bucket": {"shop-cloudtrail-logs: only a word in its name"}},
		},
		"TwoCandidates": {
			"People choose among candidates",
			[]string{theVPC, group, store, strings.NewReplacer(".a ", ".b ", `"db"`, `"db2"`).Replace(store), `aws_s3_bucket.logs {"id": "a", "bucket": "a"}`, `aws_s3_bucket.b {"id": "b-logs", "bucket": "b-logs"}`},
			map[string]string{"vpc": "vpc-1"}, map[string][]string{"aurora": {"db: 2 fit", "db2: 2 fit"}, "alb-logs-bucket": {"b-logs: 2 fit, by a word in its name", "a: 2 fit, by a word in its name"}},
		},
		"BucketsByRelation": {
			"Access logs and origins name buckets, whatever those are called",
			[]string{
				theVPC, logging, serving, `aws_s3_bucket.x {"id": "traffic", "bucket": "traffic"}`, `aws_s3_bucket_policy.x {"id": "traffic", "bucket": "traffic"}`, `aws_s3_bucket.y {"id": "pages", "bucket": "pages"}`,
				`aws_s3_bucket.logs {"id": "cloudtrail-logs", "bucket": "cloudtrail-logs"}`, `aws_s3_bucket.site {"id": "site", "bucket": "site"}`,
				`aws_cloudfront_origin_access_control.a {"id": "E8"}`, `aws_cloudfront_origin_access_control.b {"id": "E9"}`,
			},
			map[string]string{"vpc": "vpc-1", "alb": "arn:lb", "cdn": "E1", "cdn-access": "E9", "alb-logs-bucket": "traffic", "alb-logs-bucket-policy": "traffic", "frontend-bucket": "pages"}, nil,
		},
		"BucketsOutsideTheState": {
			"What a load balancer and a distribution name is theirs, also if it is not in the state",
			[]string{theVPC, logging, serving, `aws_s3_bucket.logs {"id": "logs", "bucket": "logs"}`, `aws_s3_bucket.site {"id": "site", "bucket": "site"}`, `aws_cloudfront_origin_access_control.a {"id": "E8"}`},
			map[string]string{"vpc": "vpc-1", "alb": "arn:lb", "cdn": "E1"}, nil,
		},
		"KeyByRelation": {
			"A cluster names its key", []string{theVPC, group, encrypted, key, foreign},
			map[string]string{"vpc": "vpc-1", "aurora": "db", "key": "k"}, nil,
		},
		"KeyOutsideTheState": {
			"The only key is not the platform's if the cluster names another", []string{theVPC, group, encrypted, foreign},
			map[string]string{"vpc": "vpc-1", "aurora": "db"}, nil,
		},
		"KeyAlone": {
			"A key that no store names may be anyone's", []string{theVPC, group, store, foreign},
			map[string]string{"vpc": "vpc-1", "aurora": "db"}, map[string][]string{"key": {"l: only the one of its kind"}},
		},
		"KeyOfTwoStores": {
			"A key is the platform's if one store that is names it, whatever is in doubt about another",
			[]string{
				theVPC, group, `aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "kms_key_id": "arn:k"}`, key,
				`aws_elasticache_replication_group.a {"id": "cache", "security_group_ids": ["sg-1"], "kms_key_id": "arn:k"}`,
			},
			map[string]string{"vpc": "vpc-1", "redis": "cache", "key": "k"}, map[string][]string{"aurora": {"db: only the one of its kind"}},
		},
		"TwoKeys": {
			"Stores may name several keys",
			[]string{theVPC, group, encrypted, key, foreign, `aws_elasticache_replication_group.a {"id": "cache", "security_group_ids": ["sg-1"], "kms_key_id": "arn:l"}`},
			map[string]string{"vpc": "vpc-1", "aurora": "db", "redis": "cache"}, map[string][]string{"key": {"k: 2 fit", "l: 2 fit"}},
		},
		"OtherRange": {
			"A claim with another range may be of another network, and so may be all that is in it", []string{otherVPC, strings.ReplaceAll(group, "vpc-1", "vpc-2"), store},
			map[string]string{}, map[string][]string{"vpc": {"vpc-2: its range is not 10.0.0.0/16, the claim's"}, "aurora": {"db: it follows from vpc, which is in doubt"}},
		},
		"DistributionByOrigin": {
			"A distribution leads to its load balancer",
			[]string{theVPC, strings.Replace(lb, `"id"`, `"dns_name": "lb.elb.amazonaws.com", "id"`, 1), `aws_cloudfront_distribution.a {"id": "E2", "origin": [{"domain_name": "lb.elb.amazonaws.com"}]}`, `aws_cloudfront_distribution.b {"id": "E3"}`},
			map[string]string{"vpc": "vpc-1", "alb": "arn:lb", "cdn": "E2"}, nil,
		},
		"UnknownEnvironment": {
			"A tag may call the environment by a word of its own", []string{tagged(theVPC, `"Environment": "blue"`)},
			map[string]string{}, map[string][]string{"vpc": {`vpc-1: its tag Environment is "blue", which may not be staging`}},
		},
		"NameOfTwo": {
			"A name that speaks of another environment than the tag does", []string{tagged(theVPC, `"Environment": "staging", "Name": "shop-prod"`)},
			map[string]string{}, map[string][]string{"vpc": {"vpc-1: its name speaks of production"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := propose(t, claim, tc.state...)
			if diff := cmp.Diff(tc.proposed, got.Proposed); diff != "" {
				t.Errorf("%s: proposed: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.doubtful, got.Doubtful); diff != "" {
				t.Errorf("%s: in doubt: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTainted(t *testing.T) {
	m := adopt.Find(state(t, "tainted "+theVPC), platformNames, claim)
	if c := m.Found["vpc"]; c.ExternalName != "vpc-1" || !c.Tainted {
		t.Errorf("Should flag what Terraform would replace: %v", c)
	}
}
