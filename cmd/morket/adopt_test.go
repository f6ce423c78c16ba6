package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestAdopt finds in the example's state what the example's claim takes over.
func TestAdopt(t *testing.T) {
	dir := platformtest.Path(t, "examples", "adoption")
	file, state := filepath.Join(dir, "1-observe.yaml"), filepath.Join(dir, "terraform.json")
	code, stdout, stderr := morket("", "adopt", file, "--terraform", state)
	if code != 0 {
		t.Fatal(code, stderr)
	}
	for _, doubt := range []string{
		"\n    # exports-bucket: \"shop-exports\" # aws_s3_bucket.exports: only a word in its name\n",
		"\n    # secret-jwt: \"arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/jwt-AbCdEf\" # aws_secretsmanager_secret.jwt: only a word in its name\n",
	} {
		if !strings.Contains(stdout, doubt) {
			t.Errorf("Should leave to people what only a word supports, %q, in:\n%s", doubt, stdout)
		}
	}
	confirmed := strings.ReplaceAll(stdout, "\n    # ", "\n    ")
	got, err := render.ReadYAML(strings.NewReader(confirmed))
	if err != nil || len(got) != 1 {
		t.Fatalf("Should print YAML: %v\n%s", err, stdout)
	}
	adopted := func(file string) map[string]any {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		claim, err := render.ReadYAML(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return claim[0]["spec"].(map[string]any)["adopt"].(map[string]any)
	}
	found := got[0]["adopt"].(map[string]any)
	if diff := cmp.Diff(adopted(filepath.Join(dir, "3-keep.yaml"))["keep"], found["keep"]); diff != "" {
		t.Errorf("Should say what the example keeps in the end: -claim, +found:\n%s", diff)
	}
	delete(found, "keep")
	if diff := cmp.Diff(adopted(file), found); diff != "" {
		t.Errorf("Should find what the example takes over, once people have confirmed the rest: -claim, +found:\n%s", diff)
	}
	if strings.Contains(stdout, "hunter2") {
		t.Error("Should print no value but ids")
	}
	for _, has := range []string{"#   aws_s3_bucket.uploads: nothing of the platform matches it\n", "#   opensearch\n", "# module.db.aws_rds_cluster.this\n"} {
		if !strings.Contains(stdout, has) {
			t.Errorf("Should say %q in:\n%s", has, stdout)
		}
	}
}

// TestAdoptSettings: what is printed can be pasted into the claim, and then is what the plan of it needs.
func TestAdoptSettings(t *testing.T) {
	const claim = "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: a, namespace: b}\nspec:\n  environment: staging\n  accountId: \"111122223333\"\n  region: us-east-1\n"
	cases := map[string]struct {
		reason    string
		resources []string
		want      []string
	}{
		"Pasted": {
			"Should print the settings of what was found, and how they differ",
			[]string{
				`"aws_vpc", "values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `"aws_security_group", "values": {"id": "sg-1", "vpc_id": "vpc-1"}`,
				`"aws_rds_cluster", "values": {"id": "db", "engine": "aurora-postgresql", "engine_version": "14.9", "vpc_security_group_ids": ["sg-1"], "database_name": "My-Shop", "master_username": "admin", "kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/k"}`,
				`"aws_rds_cluster_instance", "values": {"id": "db-1", "cluster_identifier": "db", "writer": true}`, `"aws_rds_cluster_instance", "values": {"id": "db-2", "cluster_identifier": "db", "writer": false}`,
			},
			[]string{
				"\n    aurora-1: \"db-2\" # r4", "\n  keep: # AWS cannot change these in place\n    aurora: [kmsKeyId]\n",
				"\nnetwork:\n  cidr: \"10.0.0.0/16\" # r0\ndata:\n  aurora:\n", "    databaseName: \"My-Shop\" # r2, instead of \"morket\"\n    masterUsername: \"admin\" # r2, instead of \"morket_admin\"\n",
				"    # engineVersion: \"14\" # r2, instead of \"15\": a claim cannot have it: spec.data.aurora.engineVersion: Invalid value: \"14\": data.aurora.engineVersion must be 15",
				"    readers: 1 # r2, instead of 0\n",
			},
		},
		"Doubtful": {
			"Should leave settings of what is in doubt to people, and say nothing of what to keep",
			[]string{`"aws_rds_cluster", "values": {"id": "db", "engine": "aurora-postgresql", "database_name": "shop", "kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/k"}`},
			[]string{"externalNames: {}\n", "\n# data:\n#   aurora:\n#     databaseName: \"shop\" # r0, instead of \"morket\": only the one of its kind\n"},
		},
		"Refused": {
			"Should print a proposal all the same that the claim would refuse, and say why it would",
			[]string{`"aws_vpc", "values": {"id": "network-1", "cidr_block": "10.0.0.0/16"}`},
			[]string{"    vpc: \"network-1\" # r0\n  # What to keep is not known, because the claim would be refused: ", "must be the VPC's id, which begins with vpc-", "\nnetwork:\n"},
		},
		"Zones": {
			"Should say of the setting itself what is wrong with it",
			[]string{`"aws_vpc", "values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `"aws_subnet", "values": {"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "us-east-1a"}`},
			[]string{"  # availabilityZones: [\"us-east-1a\"] # r0, instead of [\"us-east-1a\",\"us-east-1b\"]: a claim cannot have it: spec.network.availabilityZones: Invalid value: 1: "},
		},
		"Rules": {
			"Should say which rules AWS would refuse",
			[]string{
				`"aws_vpc", "values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `"aws_lb", "values": {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1", "load_balancer_type": "application", "vpc_id": "vpc-1"}`,
				`"aws_lb_listener", "values": {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/a/1/2", "load_balancer_arn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1", "port": 80}`,
				`"aws_lb_listener_rule", "values": {"id": "arn:r", "listener_arn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/a/1/2", "priority": 20}`,
				`"aws_alb_listener_rule", "values": {"id": "arn:s", "listener_arn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/a/1/2", "priority": 99}`,
			},
			[]string{"# AWS refuses two rules of one priority:\n#   r3 has the priority 20 of rule-http-backend: adopt it as rule-http-backend, arn:r, or give it another priority first\n# In"},
		},
		"Together": {
			"Should accept settings that a claim can only have together",
			[]string{`"aws_vpc", "values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `"aws_security_group", "values": {"id": "sg-1", "vpc_id": "vpc-1"}`, `"aws_mq_broker", "values": {"id": "b-1", "engine_type": "RABBITMQ", "security_groups": ["sg-1"], "engine_version": "4.2", "host_instance_type": "mq.m7g.large", "deployment_mode": "CLUSTER_MULTI_AZ"}`},
			[]string{"  rabbitmq:\n    engineVersion: \"4.2\" # r2, instead of \"3.13\"\n    instanceType: \"mq.m7g.large\" # r2, instead of \"mq.t3.micro\"\n    deploymentMode: \"CLUSTER_MULTI_AZ\""},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var resources []string
			for i, r := range tc.resources {
				resources = append(resources, fmt.Sprintf(`{"address": "r%d", "mode": "managed", "type": %s}`, i, r))
			}
			file, again := filepath.Join(t.TempDir(), "state.json"), filepath.Join(t.TempDir(), "claim.yaml")
			if err := os.WriteFile(file, []byte(`{"format_version": "1.0", "values": {"root_module": {"resources": [`+strings.Join(resources, ", ")+`]}}}`), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := morket(claim, "adopt", "-", "--terraform", file)
			if code != 0 {
				t.Fatal(code, stderr)
			}
			for _, want := range tc.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("%s: want %q in:\n%s", tc.reason, want, stdout)
				}
			}
			if err := os.WriteFile(again, []byte(claim+"  "+strings.ReplaceAll(stdout, "\n", "\n  ")), 0o600); err != nil {
				t.Fatal(err)
			}
			if code, _, stderr := morket("", "render", again); code != 0 && name != "Refused" {
				t.Errorf("%s: the claim should accept what is printed: %s\n%s", tc.reason, stderr, stdout)
			}
			if _, stdout2, _ := morket("", "adopt", again, "--terraform", file); strings.Contains(stdout2, "instead of") != strings.Contains(stdout, "a claim cannot have it") && name != "Doubtful" && name != "Refused" {
				t.Errorf("%s: nothing should be left to paste: %s", tc.reason, stdout2)
			}
		})
	}
}

// TestAdoptFence: a claim for staging is not proposed what is production's.
func TestAdoptFence(t *testing.T) {
	dir := platformtest.Path(t, "examples", "adoption")
	const (
		vpc        = `{"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "tainted": true, "values": {"id": "vpc-1", "cidr_block": "10.40.0.0/16"}}`
		staging    = `{"address": "aws_lb.a\nb", "mode": "managed", "type": "aws_lb", "values": {"id": "arn:a", "load_balancer_type": "application", "vpc_id": "vpc-1", "tags": {"Environment": "staging"}}}`
		production = `{"address": "aws_lb.b", "mode": "managed", "type": "aws_lb", "values": {"id": "arn:b", "load_balancer_type": "application", "vpc_id": "vpc-1", "tags": {"Environment": "production"}}}`
		head       = "adopt:\n  policy: Observe\n  externalNames:"
	)
	two, err := os.ReadFile(filepath.Join("testdata", "two-environments.json"))
	if err != nil {
		t.Fatal(err)
	}
	of := func(resources ...string) string {
		return `{"format_version": "1.0", "values": {"root_module": {"resources": [` + strings.Join(resources, ", ") + `]}}}`
	}
	cases := map[string]struct {
		reason, state  string
		code           int
		stdout, stderr string
	}{
		"TwoEnvironments": {"Should not take production's cluster, load balancer and distribution because staging has none", string(two), 0, head + `
    vpc: "vpc-1" # module.staging.aws_vpc.main
  # In doubt, or several candidates: remove the # of what is the platform's.
    # sg-aurora: "sg-1" # module.staging.aws_security_group.db: only a word in its name
network:
  cidr: "10.40.0.0/16" # module.staging.aws_vpc.main
# Hold data or take traffic, and this claim does not take them over:
#   module.prod.aws_cloudfront_distribution.main: its tag Environment says production
#   module.prod.aws_lb.main: its tag Environment says production
#   module.prod.aws_rds_cluster.main: its tag Environment says production
#   module.prod.aws_s3_bucket.traffic: its tag Environment says production
`, ""},
		"Mixed": {"Should fail if two environments share what it would propose, and print it all the same", of(vpc, staging, production), 1, head + ` {}
  # In doubt, or several candidates: remove the # of what is the platform's.
    # alb: "arn:a" # aws_lb.a b: it follows from vpc, which is in doubt
    # vpc: "vpc-1" # aws_vpc.a: two environments share it: aws_lb.b, which uses it, is production's; tainted: Terraform would replace it at the next apply
`, "the proposal mixes environments: correct the tags, or name yourself what belongs to staging:\n  aws_vpc.a: aws_lb.b, which uses it, is production's\n"},
		"Tainted": {"Should say what Terraform would replace", of(vpc), 0, head + `
    vpc: "vpc-1" # aws_vpc.a; tainted: Terraform would replace it at the next apply
`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "state.json")
			if err := os.WriteFile(file, []byte(tc.state), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := morket("", "adopt", filepath.Join(dir, "1-observe.yaml"), "--terraform", file)
			if code != tc.code || !strings.Contains(stderr, tc.stderr) {
				t.Errorf("%s: want %d and %q, got %d: %s", tc.reason, tc.code, tc.stderr, code, stderr)
			}
			if diff := cmp.Diff(tc.stdout, stdout[:min(len(tc.stdout), len(stdout))]); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAdoptRefuses(t *testing.T) {
	dir := platformtest.Path(t, "examples", "adoption")
	claim, state := filepath.Join(dir, "1-observe.yaml"), filepath.Join(dir, "terraform.json")
	one, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason, stdin string
		args          []string
		code          int
		want          string
	}{
		"Stdin":     {"Should read a state from standard input", string(one), []string{claim, "--terraform", "-"}, 0, ""},
		"BadStdin":  {"Should call standard input by its name", "{}", []string{claim, "--terraform", "-"}, 1, "standard input: it holds no state"},
		"BothStdin": {"Should not read two things from standard input", "", []string{"-", "--terraform", "-"}, 1, "standard input cannot be both the claim and a state"},
		"Several":   {"Should read several states", string(one), []string{claim, "--terraform", filepath.Join("testdata", "two-environments.json"), "--terraform", "-"}, 0, ""},
		"Twice":     {"Should not read one state twice", "", []string{claim, "--terraform", state, "--terraform", state}, 1, "is given twice"},
		"OneIsBad":  {"Should name the state that it cannot read", "", []string{claim, "--terraform", state, "--terraform", claim}, 1, "1-observe.yaml: cannot read Terraform's state: it is not JSON"},
		"NoState":   {"Should need a state", "", []string{claim}, 2, "missing flags: --terraform=FILE"},
		"Missing":   {"Should name a file that is missing", "", []string{claim, "--terraform", filepath.Join(dir, "none.json")}, 1, "none.json"},
		"NotAState": {"Should say which of Terraform's files it needs", "", []string{claim, "--terraform", claim}, 1, "give what `terraform show -json`"},
		"NoClaim":   {"Should need a claim", "", []string{"-", "--terraform", state}, 1, "there is no claim in -"},
		"Invalid":   {"Should say what is wrong with a claim", "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: a, namespace: b}\nspec: {environment: qa, accountId: \"111122223333\", region: us-east-1}\n", []string{"-", "--terraform", state}, 1, `spec.environment: Unsupported value: "qa"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := morket(tc.stdin, append([]string{"adopt"}, tc.args...)...)
			if code != tc.code || !strings.Contains(stderr, tc.want) {
				t.Errorf("%s: want %d and %q, got %d: %s", tc.reason, tc.code, tc.want, code, stderr)
			}
		})
	}
}
