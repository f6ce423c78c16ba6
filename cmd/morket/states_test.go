package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A stack is what modules make: resources, each an address and attributes in JSON.
type stack []string

// in puts a stack into a module.
func (s stack) in(module string) stack {
	var out stack
	for _, r := range s {
		out = append(out, "module."+module+"."+r)
	}
	return out
}

// with puts an attribute into each resource, such as tags.
func (s stack) with(attribute, value string) stack {
	var out stack
	for _, r := range s {
		out = append(out, strings.TrimSuffix(r, "}")+fmt.Sprintf(", %q: %s}", attribute, value))
	}
	return out
}

// without leaves out the resources whose address has a part.
func (s stack) without(part string) stack {
	return slices.DeleteFunc(slices.Clone(s), func(r string) bool {
		address, _, _ := strings.Cut(r, " {")
		return strings.Contains(address, part)
	})
}

func together(stacks ...stack) stack { return slices.Concat(stacks...) }

// json is what terraform show -json prints of a stack.
func (s stack) json() string {
	var out []string
	for _, r := range s {
		address, values, _ := strings.Cut(r, " {")
		more := ""
		if rest, ok := strings.CutPrefix(address, "deposed "); ok {
			address, more = rest, `, "deposed_key": "00000001"`
		}
		if rest, ok := strings.CutPrefix(address, "tainted "); ok {
			address, more = rest, `, "tainted": true`
		}
		mode := "managed"
		if strings.HasPrefix(address, "data.") {
			mode = "data"
		}
		typ := regexp.MustCompile(`(awscc|aws|random)_[a-z0-9_]+`).FindString(address)
		out = append(out, fmt.Sprintf(`{"address": %q, "mode": %q, "type": %q, "values": {%s%s}`, address, mode, typ, values, more))
	}
	return `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"child_modules": [{"resources": [` + strings.Join(out, ",\n") + `]}]}}}`
}

const account = "111122223333"

func arn(service, id string) string { return "arn:aws:" + service + ":us-east-1:" + account + ":" + id }

// vpcModule is terraform-aws-modules/vpc. Its ids have a mark.
func vpcModule(mark, cidr string, oneGateway bool) stack {
	id := func(s string) string { return strings.ReplaceAll(s, "#", mark) }
	out := stack{
		id(`aws_vpc.this[0] {"id": "vpc-#", "cidr_block": "` + cidr + `", "owner_id": "` + account + `", "arn": "` + arn("ec2", "vpc/vpc-#") + `"}`),
		id(`aws_internet_gateway.this[0] {"id": "igw-#", "vpc_id": "vpc-#"}`), id(`aws_default_security_group.this[0] {"id": "sg-#d", "vpc_id": "vpc-#"}`),
		id(`aws_route_table.public[0] {"id": "rtb-#p", "vpc_id": "vpc-#"}`), id(`aws_route.public_internet_gateway[0] {"id": "r-rtb-#p1", "route_table_id": "rtb-#p", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-#"}`),
		id(`aws_db_subnet_group.database[0] {"id": "shop-#", "name": "shop-#", "subnet_ids": ["subnet-#da", "subnet-#db"], "vpc_id": "vpc-#"}`),
	}
	for i, zone := range []string{"a", "b"} {
		at := func(s string) string {
			return strings.NewReplacer("[i]", fmt.Sprintf("[%d]", i), "@", zone).Replace(id(s))
		}
		for side, letter := range map[string]string{"public": "p", "private": "r", "database": "d"} {
			out = append(out, at(`aws_subnet.`+side+`[i] {"id": "subnet-#`+letter+`@", "vpc_id": "vpc-#", "availability_zone": "us-east-1@"}`))
		}
		table := "rtb-#r@"
		if oneGateway {
			table = "rtb-#ra"
		}
		out = append(out, at(`aws_route_table_association.public[i] {"id": "rtbassoc-#p@", "subnet_id": "subnet-#p@", "route_table_id": "rtb-#p"}`), at(`aws_route_table_association.private[i] {"id": "rtbassoc-#r@", "subnet_id": "subnet-#r@", "route_table_id": "`+table+`"}`))
		if i == 0 || !oneGateway {
			out = append(out, at(`aws_eip.nat[i] {"id": "eipalloc-#@"}`), at(`aws_nat_gateway.this[i] {"id": "nat-#@", "subnet_id": "subnet-#p@", "allocation_id": "eipalloc-#@", "connectivity_type": "public"}`),
				at(`aws_route_table.private[i] {"id": "rtb-#r@", "vpc_id": "vpc-#"}`), at(`aws_route.private_nat_gateway[i] {"id": "r-rtb-#r@1", "route_table_id": "rtb-#r@", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-#@"}`))
		}
	}
	return out
}

// auroraModule is terraform-aws-modules/rds-aurora in the network of that mark.
func auroraModule(mark string) stack {
	id := func(s string) string { return strings.ReplaceAll(s, "#", mark) }
	return stack{
		id(`aws_security_group.this[0] {"id": "sg-#aurora", "name": "shop-aurora", "vpc_id": "vpc-#"}`), id(`aws_security_group_rule.this["vpc"] {"id": "sgrule-#", "type": "ingress", "security_group_id": "sg-#aurora", "from_port": 5432, "to_port": 5432}`),
		id(`aws_rds_cluster.this[0] {"id": "shop-#", "engine": "aurora-postgresql", "engine_version": "15.10", "database_name": "shop", "master_username": "root", "db_subnet_group_name": "shop-#", "vpc_security_group_ids": ["sg-#aurora"]}`),
		id(`aws_rds_cluster_instance.this["one"] {"id": "shop-#-one", "cluster_identifier": "shop-#", "writer": true, "instance_class": "db.r6g.large"}`),
	}
}

// balancerModule is terraform-aws-modules/alb.
func balancerModule(mark string) stack {
	lb := arn("elasticloadbalancing", "loadbalancer/app/shop-"+mark+"/1")
	return stack{
		`aws_lb.this[0] {"id": "` + lb + `", "arn": "` + lb + `", "load_balancer_type": "application", "vpc_id": "vpc-` + mark + `", "dns_name": "` + mark + `.elb.amazonaws.com"}`,
		`aws_lb_listener.this["https"] {"id": "` + arn("elasticloadbalancing", "listener/app/shop-"+mark+"/1/2") + `", "load_balancer_arn": "` + lb + `", "port": 443}`,
		`aws_lb_target_group.this["api"] {"id": "` + arn("elasticloadbalancing", "targetgroup/api-"+mark+"/3") + `", "vpc_id": "vpc-` + mark + `"}`,
	}
}

// redisModule is terraform-aws-modules/elasticache.
func redisModule(mark string) stack {
	return stack{
		`aws_elasticache_subnet_group.this[0] {"id": "cache-` + mark + `", "name": "cache-` + mark + `", "vpc_id": "vpc-` + mark + `"}`,
		`aws_elasticache_replication_group.this[0] {"id": "cache-` + mark + `", "subnet_group_name": "cache-` + mark + `", "node_type": "cache.r6g.large"}`,
	}
}

// bucketModule is terraform-aws-modules/s3-bucket.
func bucketModule(name string) stack {
	return stack{
		`aws_s3_bucket.this[0] {"id": "` + name + `", "bucket": "` + name + `"}`, `aws_s3_bucket_policy.this[0] {"id": "` + name + `", "bucket": "` + name + `"}`,
	}
}

// siteModule is terraform-aws-modules/cloudfront.
func siteModule(id, alias, bucket string) stack {
	return stack{
		`aws_cloudfront_distribution.this[0] {"id": "` + id + `", "aliases": ["` + alias + `"], "origin": [{"domain_name": "` + bucket + `.s3.us-east-1.amazonaws.com", "origin_access_control_id": "` + id + `A"}]}`,
		`aws_cloudfront_origin_access_control.this["s3"] {"id": "` + id + `A"}`,
	}
}

const (
	ofStaging    = `{"Environment": "staging"}`
	ofProduction = `{"Environment": "production"}`
)

// A verdict is what is printed of a state: + what is proposed, ? what is in doubt, ! stores that are not taken over.
func verdictOf(stdout string) []string {
	var out []string
	line := regexp.MustCompile(`^ {4}(# )?([a-z0-9-]+): "([^"]*)" # ([^:]*)(?:: (.*))?$`)
	held := false
	for l := range strings.SplitSeq(stdout, "\n") {
		switch m := line.FindStringSubmatch(l); {
		case len(m) > 0 && m[1] == "":
			out = append(out, "+ "+m[2]+" "+short(m[3]))
		case len(m) > 0:
			out = append(out, "? "+m[2]+" "+short(m[3])+": "+m[5])
		case held && strings.HasPrefix(l, "#   "):
			out = append(out, "! "+l[4:])
		case strings.HasPrefix(l, "# "):
			held = strings.HasPrefix(l, "# Hold data")
		}
	}
	return out
}

// short is an id without what all ARNs have.
func short(id string) string {
	for _, prefix := range []string{arn("elasticloadbalancing", ""), arn("secretsmanager", "secret:"), arn("es", "domain/")} {
		id = strings.TrimPrefix(id, prefix)
	}
	return id
}

// TestStates adopts from states in the shapes of the public modules.
func TestStates(t *testing.T) {
	cases := stateCases()
	if len(cases) < 40 || len(cases) != len(stateWants) {
		t.Errorf("Should know what comes of each state: %d states, %d results", len(cases), len(stateWants))
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			claim := filepath.Join(dir, "claim.yaml")
			if err := os.WriteFile(claim, []byte("apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: shop-staging, namespace: a}\nspec:\n  environment: staging\n  accountId: \""+account+"\"\n  region: us-east-1\n  domain: {name: shop.example.com, hostedZoneId: Z0123456789ABCDEFGHIJ}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"adopt", claim}
			for i, s := range tc.states {
				file := filepath.Join(dir, fmt.Sprintf("s%d.json", i))
				if err := os.WriteFile(file, []byte(s.json()), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--terraform", file)
			}
			code, stdout, stderr := morket("", args...)
			if code != tc.code || !strings.Contains(stderr, tc.stderr) {
				t.Errorf("%s: want %d and %q, got %d: %s", tc.reason, tc.code, tc.stderr, code, stderr)
			}
			got := verdictOf(strings.ReplaceAll(stdout, dir+"/", ""))
			if diff := cmp.Diff(stateWants[name], got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s\n%s", tc.reason, diff, strings.Join(got, "\n"))
			}
		})
	}
}
