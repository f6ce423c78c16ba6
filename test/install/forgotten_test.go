package install

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
)

// A request is what AWS is asked whether it is allowed.
type request struct {
	action, resource string // the ARN without arn:aws:, or * where AWS knows none
	context          map[string]string
}

// allowed says whether any of the policies allows a request.
func allowed(r request) bool {
	return slices.ContainsFunc(files, func(f file) bool {
		return slices.ContainsFunc(f.policy().Statement, func(s aws.Statement) bool {
			matches := func(value string) func(string) bool { return func(p string) bool { return like(p, value) } }
			if !slices.ContainsFunc(s.Action, matches(r.action)) || !slices.ContainsFunc(s.Resource, matches("arn:aws:"+r.resource)) && !slices.Contains(s.Resource, "*") {
				return false
			}
			for _, keys := range s.Condition { // each of our operators compares with a list
				for key, values := range keys {
					if !slices.ContainsFunc(values, matches(r.context[key])) {
						return false
					}
				}
			}
			return true
		})
	})
}

// like matches as IAM does: a star is any characters, slashes and colons too.
func like(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, parts[0])
	for _, p := range parts[1 : len(parts)-1] {
		if ok {
			_, s, ok = strings.Cut(s, p)
		}
	}
	return ok && strings.HasSuffix(s, parts[len(parts)-1])
}

// TestForgotten asks for what no API call of a kind's name tells: what services ask for with the caller's rights, and
// what is done only when a platform is deleted. It was read in terraform-provider-aws, whose files are named, and in AWS's
// documentation.
func TestForgotten(t *testing.T) {
	const (
		data   = "s3:::morket-staging-exports-111122223333-us-east-1"
		key    = "kms:us-east-1:111122223333:key/1234abcd"
		volume = "ec2:us-east-1:111122223333:volume/vol-1"
		eni    = "ec2:us-east-1:111122223333:network-interface/eni-1"
		backed = "ec2:us-east-1::snapshot/snap-1"
	)
	tagged := map[string]string{"aws:ResourceTag/Project": "morket"}
	cases := map[string]struct {
		reason string
		asks   []request
	}{
		"EmptyBucket": {"A bucket that keeps nothing is emptied before it is deleted, every version of it (s3/delete.go)", []request{
			{action: "s3:ListBucketVersions", resource: data}, {action: "s3:DeleteObject", resource: data + "/a"}, {action: "s3:DeleteObjectVersion", resource: data + "/a"},
		}},
		"EmptyVault": {"A vault that keeps nothing is emptied before it is deleted (backup/vault.go); AWS Backup deletes the snapshots as the caller", []request{
			{action: "backup:ListRecoveryPointsByBackupVault", resource: "backup:us-east-1:111122223333:backup-vault:morket-staging"},
			{action: "backup:DeleteRecoveryPoint", resource: backed}, {action: "backup:DescribeRecoveryPoint", resource: backed},
			{action: "ec2:DeleteSnapshot", resource: backed, context: map[string]string{"aws:CalledVia": "backup.amazonaws.com"}},
		}},
		"FinalSnapshotOfVolume": {"ClickHouse's volume leaves a snapshot, with its tags (ec2/ebs_volume.go)", []request{
			{action: "ec2:CreateSnapshot", resource: volume, context: tagged}, {action: "ec2:CreateSnapshot", resource: backed},
			{action: "ec2:CreateTags", resource: backed, context: map[string]string{"ec2:CreateAction": "CreateSnapshot"}},
		}},
		"FinalSnapshotOfStores": {"Aurora and Redis leave snapshots, which AWS asks a right of its own for", []request{
			{action: "rds:CreateDBClusterSnapshot", resource: "rds:us-east-1:111122223333:cluster-snapshot:morket-production-aurora-final-1"},
			{action: "elasticache:CreateSnapshot", resource: "elasticache:us-east-1:111122223333:snapshot:morket-production-redis-final-1"},
		}},
		"Broker": {"Amazon MQ puts a broker into the VPC as the caller (AWS's own AmazonMQApiFullAccess)", []request{
			{action: "ec2:CreateNetworkInterface", resource: eni}, {action: "ec2:CreateNetworkInterface", resource: "ec2:us-east-1:111122223333:subnet/subnet-1"},
			{action: "ec2:CreateNetworkInterface", resource: "ec2:us-east-1:111122223333:security-group/sg-1"},
			{action: "ec2:CreateNetworkInterfacePermission", resource: eni}, {action: "ec2:DeleteNetworkInterface", resource: eni},
			{action: "ec2:DeleteNetworkInterfacePermission", resource: eni}, {action: "ec2:DetachNetworkInterface", resource: eni},
			{action: "logs:CreateLogGroup", resource: "logs:us-east-1:111122223333:log-group:/aws/amazonmq/broker/b-1/general"},
		}},
		"Grants": {"ECR, AWS Backup and the stores keep grants on the key, which end with them", []request{
			{action: "kms:CreateGrant", resource: key, context: map[string]string{"aws:ResourceTag/Project": "morket", "kms:GrantIsForAWSResource": "true"}},
			{action: "kms:RetireGrant", resource: key, context: tagged}, {action: "kms:RevokeGrant", resource: key, context: tagged},
			{action: "kms:GenerateDataKey", resource: key, context: tagged}, {action: "kms:Decrypt", resource: key, context: tagged},
		}},
		"AuroraPassword": {"RDS makes Aurora's secret as the caller, under the account's own key for secrets, which has no tag of ours", []request{
			{action: "kms:DescribeKey", resource: key}, {action: "secretsmanager:CreateSecret", resource: "secretsmanager:us-east-1:111122223333:secret:rds!cluster-1-abc"},
			{action: "secretsmanager:TagResource", resource: "secretsmanager:us-east-1:111122223333:secret:rds!cluster-1-abc"},
		}},
		"Vault": {"A vault needs where backups are stored mounted", []request{{action: "backup-storage:MountCapsule", resource: "*"}}},
		"Namespace": {"Cloud Map makes a private zone in the VPC as the caller", []request{
			{action: "route53:CreateHostedZone", resource: "ec2:us-east-1:111122223333:vpc/vpc-1"}, {action: "route53:AssociateVPCWithHostedZone", resource: "ec2:us-east-1:111122223333:vpc/vpc-1"},
			{action: "route53:GetHostedZone", resource: "route53:::hostedzone/Z1"}, {action: "route53:DeleteHostedZone", resource: "route53:::hostedzone/Z1"},
			{action: "route53:ListHostedZonesByName", resource: "*"}, {action: "ec2:DescribeVpcs", resource: "*"},
		}},
		"NewestImage": {"EC2 looks the image of ClickHouse up as the caller", []request{
			{action: "ssm:GetParameters", resource: "ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"},
		}},
		"BackupRole": {"AWS Backup makes its service-linked role as the caller", []request{
			{action: "iam:CreateServiceLinkedRole", resource: "iam::111122223333:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", context: map[string]string{"iam:AWSServiceName": "backup.amazonaws.com"}},
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, r := range tc.asks {
				if !allowed(r) {
					t.Errorf("%s: should be allowed %s on %s %v", tc.reason, r.action, r.resource, r.context)
				}
			}
		})
	}
}

// TestNoWider asks for what nobody but an attacker would.
func TestNoWider(t *testing.T) {
	cases := map[string]struct {
		reason string
		ask    request
	}{
		"OtherKey":       {"Should not decrypt under keys of others", request{"kms:Decrypt", "kms:us-east-1:111122223333:key/1", nil}},
		"GrantToAnybody": {"Should grant the use of a key to AWS's services only", request{"kms:CreateGrant", "kms:us-east-1:111122223333:key/1", map[string]string{"aws:ResourceTag/Project": "morket"}}},
		"Administrator":  {"Should not make an administrator", request{"iam:AttachRolePolicy", "iam::111122223333:role/morket-x", map[string]string{"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}}},
		"OtherSecret":    {"Should not read secrets of others", request{"secretsmanager:GetSecretValue", "secretsmanager:us-east-1:111122223333:secret:payroll", nil}},
		"OtherBucket":    {"Should not empty buckets of others", request{"s3:DeleteObject", "s3:::payroll/a", nil}},
		"OtherSnapshot":  {"Should not delete snapshots but as AWS Backup", request{"ec2:DeleteSnapshot", "ec2:us-east-1::snapshot/snap-1", nil}},
		"OtherScaling":   {"Should scale ECS only", request{"application-autoscaling:PutScalingPolicy", "application-autoscaling:us-east-1:111122223333:scalable-target/1", map[string]string{"application-autoscaling:service-namespace": "dynamodb"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if allowed(tc.ask) {
				t.Errorf("%s: %v is allowed", tc.reason, tc.ask)
			}
		})
	}
}

// TestRoles: a role is passed to the services that the composed roles trust, and given the policies that are attached to
// them, and no others.
func TestRoles(t *testing.T) {
	resources := rendered(t)
	services, attached := map[string]bool{}, map[string]bool{}
	for _, role := range resources["iam Role"] {
		for _, s := range principals(t, parameter(role, "assumeRolePolicy")) {
			services[s] = true
		}
	}
	for _, a := range resources["iam RolePolicyAttachment"] {
		attached[parameter(a, "policyArn")] = true
	}
	for _, f := range files {
		for _, s := range f.policy().Statement {
			if slices.Contains(s.Action, "iam:PassRole") {
				same(t, "iam:PassRole", services, s.Condition["StringEquals"]["iam:PassedToService"])
			}
			if slices.Contains(s.Action, "iam:AttachRolePolicy") {
				same(t, "iam:AttachRolePolicy", attached, s.Condition["ArnEquals"]["iam:PolicyARN"])
			}
		}
	}
}

func same(t *testing.T, action string, want map[string]bool, got []string) {
	t.Helper()
	for w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s should be allowed for %s", action, w)
		}
	}
	for _, g := range got {
		if !want[g] {
			t.Errorf("%s is allowed for %s, which nothing composed needs", action, g)
		}
	}
	if len(want) == 0 {
		t.Errorf("found nothing that needs %s", action)
	}
}

// principals are the services that a trust policy names.
func principals(t *testing.T, policy string) (out []string) {
	t.Helper()
	p := &structpb.Struct{}
	if err := protojson.Unmarshal([]byte(policy), p); err != nil {
		t.Fatal(err)
	}
	for _, s := range p.GetFields()["Statement"].GetListValue().GetValues() {
		for _, v := range fields.At(s.GetStructValue(), "Principal", "Service").GetListValue().GetValues() {
			out = append(out, v.GetStringValue())
		}
	}
	return out
}

// TestNamesAreCovered: what the platform names itself is what the policies are about.
func TestNamesAreCovered(t *testing.T) {
	// By kind: an action, and the ARN of a name.
	of := map[string]struct{ action, arn string }{
		"backup Vault":                 {"backup:CreateBackupVault", "backup:{r}:{a}:backup-vault:{n}"},
		"cloudwatch Dashboard":         {"cloudwatch:PutDashboard", "cloudwatch::{a}:dashboard/{n}"},
		"cloudwatch MetricAlarm":       {"cloudwatch:PutMetricAlarm", "cloudwatch:{r}:{a}:alarm:{n}"},
		"cloudwatchlogs Group":         {"logs:CreateLogGroup", "logs:{r}:{a}:log-group:{n}:*"},
		"ecr Repository":               {"ecr:CreateRepository", "ecr:{r}:{a}:repository/{n}"},
		"ecs Cluster":                  {"ecs:CreateCluster", "ecs:{r}:{a}:cluster/{n}"},
		"elasticache ReplicationGroup": {"elasticache:CreateReplicationGroup", "elasticache:{r}:{a}:replicationgroup:{n}"},
		"elasticache SubnetGroup":      {"elasticache:CreateCacheSubnetGroup", "elasticache:{r}:{a}:subnetgroup:{n}"},
		"iam InstanceProfile":          {"iam:CreateInstanceProfile", "iam::{a}:instance-profile/{n}"},
		"iam Role":                     {"iam:CreateRole", "iam::{a}:role/{n}"},
		"kms Alias":                    {"kms:CreateAlias", "kms:{r}:{a}:alias/{n}"},
		"rds Cluster":                  {"rds:CreateDBCluster", "rds:{r}:{a}:cluster:{n}"},
		"rds ClusterInstance":          {"rds:CreateDBInstance", "rds:{r}:{a}:db:{n}"},
		"rds ClusterParameterGroup":    {"rds:CreateDBClusterParameterGroup", "rds:{r}:{a}:cluster-pg:{n}"},
		"rds SubnetGroup":              {"rds:CreateDBSubnetGroup", "rds:{r}:{a}:subgrp:{n}"},
		"s3 Bucket":                    {"s3:CreateBucket", "s3:::{n}"},
	}
	checked := map[string]bool{}
	for kind, resources := range rendered(t) {
		for _, o := range resources {
			name := fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
			if of[kind].arn == "" || name == "" {
				continue
			}
			arn := strings.NewReplacer("{r}", region, "{a}", account, "{n}", name).Replace(of[kind].arn)
			if !allowed(request{action: of[kind].action, resource: arn}) {
				t.Errorf("%s on %s should be allowed", of[kind].action, arn)
			}
			checked[kind] = true
		}
	}
	for kind := range of {
		if !checked[kind] {
			t.Errorf("found no %s with a name", kind)
		}
	}
}
