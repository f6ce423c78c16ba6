package adopt_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/adopt"
)

// claim is the claim of the tests.
var claim = adopt.Claim{Environment: "staging", AccountID: "111122223333", Region: "us-east-1", CIDR: "10.0.0.0/16", Domain: "shop.example.com"}

// state is a state of resources, each an address and attributes in JSON. "tainted " or "deposed " may stand before it.
func state(t *testing.T, resources ...string) []*adopt.Resource {
	t.Helper()
	var out []string
	for _, r := range resources {
		more := ""
		if rest, ok := strings.CutPrefix(r, "tainted "); ok {
			r, more = rest, `, "tainted": true`
		}
		if rest, ok := strings.CutPrefix(r, "deposed "); ok {
			r, more = rest, `, "deposed_key": "00000001"`
		}
		address, values, _ := strings.Cut(r, " {")
		_, typ, _ := strings.Cut(address, "aws_")
		typ, _, _ = strings.Cut("aws_"+typ, ".")
		out = append(out, `{"address": "`+strings.ReplaceAll(address, `"`, `\"`)+`", "mode": "managed", "type": "`+typ+`", "values": {`+values+more+`}`)
	}
	if len(out) == 0 {
		return nil
	}
	all, err := adopt.Read(strings.NewReader(`{"format_version": "1.0", "values": {"root_module": {"child_modules": [{"resources": [` + strings.Join(out, ",") + `]}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// left lists what belongs nowhere else and is no candidate.
func left(m *adopt.Match) []string {
	var out []string
	for _, c := range append(m.Left, m.Held...) {
		if !c.Elsewhere {
			out = append(out, c.Address)
		}
	}
	slices.Sort(out)
	return out
}

func TestFind(t *testing.T) {
	vpc := `aws_vpc.main {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`
	cases := map[string]struct {
		reason   string
		state    []string
		composed []string
		want     map[string]string
		left     []string
	}{
		"Nothing": {"Should find nothing in nothing", nil, []string{"vpc", "alarm-a"}, map[string]string{}, nil},
		"VPCByRange": {
			"Should take the network of the claim's range, if there are several",
			[]string{vpc, `aws_vpc.other {"id": "vpc-2", "cidr_block": "10.9.0.0/16"}`}, []string{"vpc"},
			map[string]string{"vpc": "vpc-1"}, []string{"aws_vpc.other"},
		},
		"VPCAmbiguous": {
			"Should leave what could be either to people",
			[]string{`aws_vpc.a {"id": "vpc-2", "cidr_block": "10.8.0.0/16"}`, `aws_vpc.b {"id": "vpc-3", "cidr_block": "10.9.0.0/16"}`}, []string{"vpc"},
			map[string]string{}, nil,
		},
		"OtherNetwork": {
			"Should take nothing of another network",
			[]string{vpc, `aws_internet_gateway.x {"id": "igw-1", "vpc_id": "vpc-9"}`}, []string{"vpc", "internet-gateway"},
			map[string]string{"vpc": "vpc-1"}, nil,
		},
		"Routes": {
			"Should find tables by the subnets that use them, and routes by their tables",
			[]string{
				vpc, `aws_subnet.private {"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "us-east-1a"}`,
				`aws_route_table.x {"id": "rtb-1"}`, `aws_route_table.y {"id": "rtb-2"}`,
				`aws_route_table_association.x {"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}`,
				`aws_route.x {"id": "r-rtb-11", "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"}`,
				`aws_route.y {"id": "r-rtb-12", "route_table_id": "rtb-1", "destination_cidr_block": "10.9.0.0/16"}`,
			},
			[]string{"vpc", "subnet-private-a", "association-private-a", "route-table-private-a", "route-private-a"},
			map[string]string{"vpc": "vpc-1", "subnet-private-a": "subnet-1", "association-private-a": "rtbassoc-1", "route-table-private-a": "rtb-1", "route-private-a": "r-rtb-11"},
			[]string{"aws_route.y", "aws_route_table.y"},
		},
		"SharedTable": {
			"Should not give one table to two zones",
			[]string{
				vpc, `aws_subnet.private_a {"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "us-east-1a"}`, `aws_subnet.private_b {"id": "subnet-2", "vpc_id": "vpc-1", "availability_zone": "us-east-1b"}`,
				`aws_route_table.x {"id": "rtb-1"}`,
				`aws_route_table_association.x {"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}`,
				`aws_route_table_association.y {"id": "rtbassoc-2", "subnet_id": "subnet-2", "route_table_id": "rtb-1"}`,
			},
			[]string{"vpc", "subnet-private-a", "subnet-private-b", "association-private-a", "association-private-b", "route-table-private-a", "route-table-private-b"},
			map[string]string{"vpc": "vpc-1", "subnet-private-a": "subnet-1", "subnet-private-b": "subnet-2", "association-private-a": "rtbassoc-1", "association-private-b": "rtbassoc-2"},
			[]string{"aws_route_table.x"},
		},
		"Aurora": {
			"Should begin with the writer, and find what the cluster names",
			[]string{
				`aws_rds_cluster.main {"id": "db", "engine": "aurora-postgresql", "db_cluster_parameter_group_name": "p", "kms_key_id": "arn:k", "vpc_security_group_ids": ["sg-1"]}`, vpc, `aws_security_group.x {"id": "sg-1", "vpc_id": "vpc-1"}`, `aws_rds_cluster.legacy {"id": "old", "engine": "aurora-mysql"}`,
				`aws_rds_cluster_instance.a {"id": "db-a", "cluster_identifier": "db", "writer": false}`, `aws_rds_cluster_instance.b {"id": "db-b", "cluster_identifier": "db", "writer": true}`,
				`aws_rds_cluster_parameter_group.x {"id": "p", "name": "p"}`, `aws_kms_key.a {"id": "k", "arn": "arn:k"}`, `aws_kms_key.b {"id": "l", "arn": "arn:l"}`,
			},
			[]string{"vpc", "aurora", "aurora-0", "aurora-1", "aurora-parameters", "key", "sg-aurora"},
			map[string]string{"vpc": "vpc-1", "sg-aurora": "sg-1", "aurora": "db", "aurora-0": "db-b", "aurora-1": "db-a", "aurora-parameters": "p", "key": "k"},
			[]string{"aws_kms_key.b", "aws_rds_cluster.legacy"},
		},
		"Bucket": {
			"Should find a bucket by the distribution that serves it, and its settings by the bucket",
			[]string{
				`aws_cloudfront_distribution.x {"id": "E1", "aliases": ["shop.example.com"], "origin": [{"domain_name": "api.example.com"}, {"domain_name": "site-b.s3.us-east-1.amazonaws.com"}]}`,
				`aws_s3_bucket.site {"id": "site-b", "bucket": "site-b"}`, `aws_s3_bucket.exports {"id": "e", "bucket": "e"}`,
				`aws_s3_bucket_policy.a {"id": "site-b", "bucket": "site-b"}`, `aws_s3_bucket_policy.b {"id": "e", "bucket": "e"}`, `aws_s3_bucket_lifecycle_configuration.a {"id": "site-b,111122223333", "bucket": "site-b"}`,
			},
			[]string{"cdn", "frontend-bucket", "frontend-bucket-policy", "frontend-bucket-lifecycle"},
			map[string]string{"cdn": "E1", "frontend-bucket": "site-b", "frontend-bucket-policy": "site-b", "frontend-bucket-lifecycle": "site-b"},
			[]string{"aws_s3_bucket.exports", "aws_s3_bucket_policy.b"},
		},
		"Balancer": {
			"Should find listeners by their port, under either of Terraform's names for a load balancer",
			[]string{
				vpc, `aws_alb.main {"id": "arn:lb", "load_balancer_type": "application", "vpc_id": "vpc-1"}`, `aws_lb.tcp {"id": "arn:nlb", "load_balancer_type": "network"}`,
				`aws_alb_listener.x {"id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443}`, `aws_lb_listener.y {"id": "arn:m", "load_balancer_arn": "arn:nlb", "port": 443}`,
			},
			[]string{"vpc", "alb", "listener-https"},
			map[string]string{"vpc": "vpc-1", "alb": "arn:lb", "listener-https": "arn:l"}, []string{"aws_lb.tcp", "aws_lb_listener.y"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := adopt.Find(state(t, tc.state...), tc.composed, claim)
			if diff := cmp.Diff(tc.want, got.ExternalNames); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.left, left(got)); diff != "" {
				t.Errorf("%s: left: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
