package mockaws

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/platform"
)

type object = map[string]any

// An account is built as a claim asks for, by hand, and then one thing after the other is made wrong.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, environment := range []string{"staging", "production"} {
		raw, err := os.ReadFile(filepath.Join(s.Root, "examples", "claims", environment+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		claim := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(raw, &claim.Object); err != nil {
			t.Fatal(err)
		}
		p, err := resolve(claim)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(Check(t.Context(), s.URL(), claim, Expected{})); n < 20 {
			t.Errorf("Should miss everything of %s in an empty account, got %d differences", environment, n)
		}
		left := func() []string {
			t.Helper()
			out, err := Left(t.Context(), s.URL(), claim)
			if err != nil {
				t.Fatal(err)
			}
			return slices.Compact(out)
		}
		if got := left(); len(got) > 0 {
			t.Errorf("Should find nothing of %s in an account that has nothing of it: %v", environment, got)
		}
		sdk, err := newSDK(t.Context(), s.URL(), p.Region)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sdk.close)
		b := &builder{T: t, p: p, c: &check{sdk: sdk, p: p}}
		b.build()
		have := left()
		for _, w := range []string{"VPC", "Subnet", "SecurityGroup", "NATGateway", "RouteTable", "EBSVolume", "Bucket " + p.BucketName("frontend"), "Alarm " + p.Prefix + "-a", "DBCluster " + p.AWSName("aurora", 63), "LoadBalancer " + p.Prefix, "Secret " + p.Prefix + "/jwt", "Record AAAA " + p.Domain.Name + ".", "Cluster " + p.Prefix, "Broker " + p.AWSName("rabbitmq", 50)} {
			if !slices.Contains(have, w) {
				t.Errorf("Should find %s of %s in AWS, got %v", w, environment, have)
			}
		}
		want := Expected{Secrets: map[string]string{p.Prefix + "/jwt": "value of jwt"}, Alarms: 2}
		if got := Check(t.Context(), s.URL(), claim, want); len(got) > 0 {
			t.Errorf("Should find nothing wrong with %s as it was asked for:\n%s", environment, strings.Join(got, "\n"))
		}
		want.Secrets[p.Prefix+"/jwt"] = "hush"
		want.Alarms = 3
		b.spoil()
		got := strings.Join(Check(t.Context(), s.URL(), claim, want), "\n")
		for _, w := range b.spoiled {
			if !strings.Contains(got, w) {
				t.Errorf("Should see in %s that %q, got:\n%s", environment, w, got)
			}
		}
		if strings.Contains(got, "hush") || strings.Contains(got, "value of") {
			t.Error("Should never print a secret's value")
		}
	}
}

// A builder makes what a claim asks for.
type builder struct {
	*testing.T
	p *platform.Platform
	c *check

	vpc, distribution, listener string
	subnets                     map[string]string // by range
	groups                      map[string]*struct{ GroupID string }
	spoiled                     []string
}

func (b *builder) ask(calls ...call) {
	b.Helper()
	if !b.c.ask(calls...) {
		b.Fatal(strings.Join(b.c.differences, "\n"))
	}
}

func (b *builder) tags(kind string) []object {
	return []object{{"ResourceType": kind, "Tags": []object{{"Key": "Claim", "Value": b.p.Tags["Claim"]}}}}
}

func (b *builder) build() {
	b.network()
	b.services()
	b.stores()
	b.rest()
}

func (b *builder) network() {
	p := b.p
	var vpc struct{ Vpc struct{ VpcID string } }
	var gateway struct {
		InternetGateway struct{ InternetGatewayID string }
	}
	b.ask(
		call{"ec2", "create_vpc", object{"CidrBlock": p.VPC.String(), "TagSpecifications": b.tags("vpc")}, &vpc},
		call{"ec2", "create_internet_gateway", nil, &gateway},
	)
	b.vpc, b.subnets = vpc.Vpc.VpcID, map[string]string{}
	calls := []call{{"ec2", "attach_internet_gateway", object{"InternetGatewayId": gateway.InternetGateway.InternetGatewayID, "VpcId": b.vpc}, nil}}
	type subnet struct{ Subnet struct{ SubnetID string } }
	made := map[string]*subnet{}
	for _, z := range p.Zones {
		for _, r := range []string{z.Public.String(), z.Private.String()} {
			made[r] = &subnet{}
			calls = append(calls, call{"ec2", "create_subnet", object{"VpcId": b.vpc, "CidrBlock": r, "AvailabilityZone": z.Name, "TagSpecifications": b.tags("subnet")}, made[r]})
		}
	}
	names := []string{"alb", "aurora", "clickhouse", "ecs", "opensearch", "rabbitmq", "redis"}
	for _, s := range p.Services() {
		if s.Group != "" {
			names = append(names, s.Group)
		}
	}
	ids := map[string]*struct{ GroupID string }{}
	for _, name := range names {
		ids[name] = &struct{ GroupID string }{}
		calls = append(calls, call{"ec2", "create_security_group", object{"VpcId": b.vpc, "GroupName": p.AWSName(name, 255), "Description": "d", "TagSpecifications": b.tags("security-group")}, ids[name]})
	}
	var groups struct{ SecurityGroups []struct{ GroupID string } }
	calls = append(calls, call{"ec2", "describe_security_groups", object{"Filters": []object{{"Name": "vpc-id", "Values": []string{b.vpc}}, {"Name": "group-name", "Values": []string{"default"}}}}, &groups})
	b.ask(calls...)
	for r, s := range made {
		b.subnets[r] = s.Subnet.SubnetID
	}

	everywhere := []object{{"IpProtocol": "-1", "IpRanges": []object{{"CidrIp": "0.0.0.0/0"}}}}
	calls = []call{{"ec2", "revoke_security_group_egress", object{"GroupId": groups.SecurityGroups[0].GroupID, "IpPermissions": everywhere}, nil}}
	in, out := b.c.permitted()
	for name, id := range ids {
		calls = append(calls, call{"ec2", "revoke_security_group_egress", object{"GroupId": id.GroupID, "IpPermissions": everywhere}, nil})
		for operation, rules := range map[string][]string{"authorize_security_group_ingress": in[name], "authorize_security_group_egress": out[name]} {
			for _, r := range rules {
				calls = append(calls, call{"ec2", operation, object{"GroupId": id.GroupID, "IpPermissions": []object{permitting(b.T, r, ids)}}, nil})
			}
		}
	}
	b.groups = ids
	type nat struct{ NatGateway struct{ NatGatewayID string } }
	nats := map[string]*nat{}
	type table struct{ RouteTable struct{ RouteTableID string } }
	tables := map[string]*table{}
	for _, z := range p.Zones {
		if z.OwnNAT {
			nats[z.Letter] = &nat{}
			calls = append(calls, call{"ec2", "create_nat_gateway", object{"SubnetId": b.subnets[z.Public.String()], "ConnectivityType": "private", "TagSpecifications": b.tags("natgateway")}, nats[z.Letter]})
		}
		for _, r := range []string{z.Public.String(), z.Private.String()} {
			tables[r] = &table{}
			calls = append(calls, call{"ec2", "create_route_table", object{"VpcId": b.vpc, "TagSpecifications": b.tags("route-table")}, tables[r]})
		}
	}
	b.ask(calls...)
	calls = nil
	for _, z := range p.Zones {
		public, private := z.Public.String(), z.Private.String()
		out := object{"RouteTableId": tables[public].RouteTable.RouteTableID, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway.InternetGateway.InternetGatewayID}
		in := object{"RouteTableId": tables[private].RouteTable.RouteTableID, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nats[z.NAT].NatGateway.NatGatewayID}
		calls = append(calls,
			call{"ec2", "create_route", out, nil}, call{"ec2", "create_route", in, nil},
			call{"ec2", "associate_route_table", object{"RouteTableId": out["RouteTableId"], "SubnetId": b.subnets[public]}, nil},
			call{"ec2", "associate_route_table", object{"RouteTableId": in["RouteTableId"], "SubnetId": b.subnets[private]}, nil},
		)
	}
	b.ask(calls...)
}

// permitting is what a line of the security groups' table says, as EC2 takes it: "tcp 443 0.0.0.0/0", "-1 ecs".
func permitting(t *testing.T, line string, ids map[string]*struct{ GroupID string }) object {
	t.Helper()
	words := strings.Fields(line)
	peer := words[len(words)-1]
	p := object{"IpProtocol": words[0], "IpRanges": []object{{"CidrIp": peer}}}
	if id, ok := ids[peer]; ok {
		delete(p, "IpRanges")
		p["UserIdGroupPairs"] = []object{{"GroupId": id.GroupID}}
	}
	if len(words) == 3 {
		port, err := strconv.Atoi(words[1])
		if err != nil {
			t.Fatal(err)
		}
		p["FromPort"], p["ToPort"] = port, port
	}
	return p
}

// services makes the load balancer and ECS' services, and the secrets that they use.
func (b *builder) services() {
	p := b.p
	type target struct {
		TargetGroups []struct{ TargetGroupArn string }
	}
	targets := map[string]*target{}
	var balancer struct {
		LoadBalancers []struct{ LoadBalancerArn string }
	}
	var public, private []string
	for _, z := range p.Zones {
		public, private = append(public, b.subnets[z.Public.String()]), append(private, b.subnets[z.Private.String()])
	}
	cluster := p.AWSName("", 255)
	var certificate struct{ CertificateArn string }
	calls := []call{
		{"acm", "request_certificate", object{"DomainName": p.APIName(), "ValidationMethod": "DNS"}, &certificate},
		{"elbv2", "create_load_balancer", object{"Name": p.AWSName("", 32), "Scheme": "internet-facing", "Subnets": public}, &balancer},
		{"ecs", "create_cluster", object{"clusterName": cluster}, nil},
	}
	arns := map[string]*struct{ ARN string }{}
	for _, s := range p.Services() {
		for secret := range p.SecretVariables(&s) {
			if !secret.MadeByAWS() && arns[secret.Name] == nil {
				arns[secret.Name] = &struct{ ARN string }{}
				calls = append(calls, call{"secretsmanager", "create_secret", object{"Name": p.Prefix + "/" + secret.Name, "SecretString": "value of " + secret.Name}, arns[secret.Name]})
			}
		}
		if s.Public() {
			targets[s.Name] = &target{}
			calls = append(calls, call{"elbv2", "create_target_group", object{"Name": p.AWSName(s.Name, 32), "Protocol": "HTTP", "Port": s.Port, "VpcId": b.vpc, "TargetType": "ip"}, targets[s.Name]})
		}
	}
	arns["aurora"] = &struct{ ARN string }{}
	b.ask(append(calls, call{"secretsmanager", "create_secret", object{"Name": "rds!" + p.Prefix, "SecretString": "x"}, arns["aurora"]})...)

	calls = nil
	var listeners struct {
		Listeners []struct{ ListenerArn string }
	}
	on := balancer.LoadBalancers[0].LoadBalancerArn
	forward := func(service string) []object {
		return []object{{"Type": "forward", "TargetGroupArn": targets[service].TargetGroups[0].TargetGroupArn}}
	}
	for _, s := range p.Services() {
		if s.Default {
			calls = append(calls,
				call{"elbv2", "create_listener", object{"LoadBalancerArn": on, "Protocol": "HTTPS", "Port": 443, "Certificates": []object{{"CertificateArn": certificate.CertificateArn}}, "DefaultActions": forward(s.Name)}, &listeners},
				call{"elbv2", "create_listener", object{"LoadBalancerArn": on, "Protocol": "HTTP", "Port": 80, "DefaultActions": []object{{"Type": "redirect", "RedirectConfig": object{"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}}}, nil},
			)
		}
		secrets := []object{}
		for secret, v := range p.SecretVariables(&s) {
			secrets = append(secrets, object{"name": v.Name, "valueFrom": arns[secret.Name].ARN + ":" + v.Key + "::"})
		}
		sorted(secrets)
		calls = append(calls,
			call{"ecs", "register_task_definition", object{"family": p.AWSName(s.Name, 255), "containerDefinitions": []object{{"name": s.Name, "image": s.Image, "memory": 1, "secrets": secrets}}}, nil},
			call{"ecs", "create_service", object{
				"cluster": cluster, "serviceName": p.AWSName(s.Name, 255), "taskDefinition": p.AWSName(s.Name, 255), "desiredCount": 1,
				"networkConfiguration": object{"awsvpcConfiguration": object{"subnets": private, "securityGroups": []string{}, "assignPublicIp": "DISABLED"}},
			}, nil},
		)
	}
	b.ask(calls...)
	b.listener, calls = listeners.Listeners[0].ListenerArn, nil
	for _, s := range p.Services() {
		if len(s.Paths) > 0 {
			calls = append(calls, call{"elbv2", "create_rule", object{
				"ListenerArn": b.listener, "Priority": s.Priority, "Actions": forward(s.Name),
				"Conditions": []object{{"Field": "path-pattern", "PathPatternConfig": object{"Values": s.Paths}}},
			}, nil})
		}
	}
	b.ask(calls...)
}

func sorted(secrets []object) {
	for i := range secrets {
		for j := i; j > 0 && fmt.Sprint(secrets[j]["name"]) < fmt.Sprint(secrets[j-1]["name"]); j-- {
			secrets[j], secrets[j-1] = secrets[j-1], secrets[j]
		}
	}
}

func (b *builder) stores() {
	p := b.p
	aurora, redis, rabbit, search, click := &p.Data.Aurora, &p.Data.Redis, &p.Data.RabbitMQ, &p.Data.OpenSearch, &p.Data.ClickHouse
	name := p.AWSName("aurora", platform.MaxDBIdentifier)
	var volume struct{ VolumeID string }
	var instance struct{ Instances []struct{ InstanceID string } }
	calls := []call{
		{"rds", "create_db_cluster", object{
			"DBClusterIdentifier": name, "Engine": "aurora-postgresql", "EngineVersion": *aurora.EngineVersion, "DatabaseName": *aurora.DatabaseName, "MasterUsername": *aurora.MasterUsername,
			"ManageMasterUserPassword": true, "StorageEncrypted": true, "DeletionProtection": p.Protected(), "BackupRetentionPeriod": *aurora.BackupRetentionDays,
		}, nil},
		{"elasticache", "create_replication_group", object{
			"ReplicationGroupId": p.AWSName("redis", platform.MaxReplicationGroup), "ReplicationGroupDescription": "d", "CacheNodeType": *redis.NodeType, "NumCacheClusters": *redis.Nodes,
			"MultiAZEnabled": *redis.Nodes > 1, "AuthToken": "0123456789abcdef", "TransitEncryptionEnabled": true, "AtRestEncryptionEnabled": true, "SnapshotRetentionLimit": *redis.SnapshotRetentionDays,
		}, nil},
		{"mq", "create_broker", object{
			"BrokerName": p.AWSName("rabbitmq", platform.MaxBroker), "EngineType": "RabbitMQ", "EngineVersion": *rabbit.EngineVersion, "HostInstanceType": *rabbit.InstanceType, "DeploymentMode": *rabbit.DeploymentMode,
			"PubliclyAccessible": false, "AutoMinorVersionUpgrade": true, "Users": []object{{"Username": "u", "Password": "0123456789abcdef"}},
		}, nil},
		{"opensearch", "create_domain", object{
			"DomainName": p.AWSName("search", platform.MaxOpenSearchDomain), "EngineVersion": *search.EngineVersion, "EBSOptions": object{"EBSEnabled": true, "VolumeSize": *search.VolumeSizeGiB},
			"ClusterConfig": object{"InstanceType": *search.InstanceType, "InstanceCount": *search.Nodes},
		}, nil},
		{"ec2", "create_volume", object{
			"AvailabilityZone": p.Zones[0].Name, "Size": *click.Volume.SizeGiB, "Iops": *click.Volume.IOPS, "VolumeType": "gp3", "Encrypted": true,
			"TagSpecifications": []object{{"ResourceType": "volume", "Tags": []object{{"Key": "Claim", "Value": p.Tags["Claim"]}, {"Key": "Backup", "Value": "b"}}}},
		}, &volume},
		{"ec2", "run_instances", object{
			"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "InstanceType": *click.InstanceType, "SubnetId": b.subnets[p.Zones[0].Private.String()], "TagSpecifications": b.tags("instance"),
		}, &instance},
	}
	for i := range 1 + *aurora.Readers {
		calls = append(calls, call{"rds", "create_db_instance", object{"DBInstanceIdentifier": name + "-" + strconv.Itoa(int(i)), "DBClusterIdentifier": name, "Engine": "aurora-postgresql", "DBInstanceClass": *aurora.InstanceClass, "PubliclyAccessible": false}, nil})
	}
	b.ask(calls...)
	b.ask(call{"ec2", "attach_volume", object{"Device": "/dev/sdf", "InstanceId": instance.Instances[0].InstanceID, "VolumeId": volume.VolumeID}, nil})
}

func (b *builder) rest() {
	p := b.p
	var calls []call
	day := func(days *int32) object { return object{"Days": *days} }
	for name, rule := range map[string]object{
		"alb-logs": {"Expiration": day(p.Compute.LoadBalancer.AccessLogRetentionDays)},
		"exports":  {"Expiration": day(p.Edge.Exports.ExpireAfterDays), "Transitions": []object{{"Days": *p.Edge.Exports.ArchiveAfterDays, "StorageClass": "GLACIER"}}},
		"frontend": {"NoncurrentVersionExpiration": object{"NoncurrentDays": 30}},
	} {
		bucket := p.BucketName(name)
		rule["ID"], rule["Status"], rule["Filter"] = "all", "Enabled", object{"Prefix": ""}
		calls = append(calls,
			call{"s3", "create_bucket", object{"Bucket": bucket}, nil},
			call{"s3", "put_public_access_block", object{"Bucket": bucket, "PublicAccessBlockConfiguration": object{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}, nil},
			call{"s3", "put_bucket_encryption", object{"Bucket": bucket, "ServerSideEncryptionConfiguration": object{"Rules": []object{{"ApplyServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}}}}}, nil},
			call{"s3", "put_bucket_ownership_controls", object{"Bucket": bucket, "OwnershipControls": object{"Rules": []object{{"ObjectOwnership": "BucketOwnerEnforced"}}}}, nil},
			call{"s3", "put_bucket_policy", object{"Bucket": bucket, "Policy": `{"Version":"2012-10-17","Statement":[{"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`}, nil},
			call{"s3", "put_bucket_lifecycle_configuration", object{"Bucket": bucket, "LifecycleConfiguration": object{"Rules": []object{rule}}}, nil},
		)
		if name == "frontend" {
			calls = append(calls, call{"s3", "put_bucket_versioning", object{"Bucket": bucket, "VersioningConfiguration": object{"Status": "Enabled"}}, nil})
		}
	}
	var access struct{ OriginAccessControl struct{ ID string } }
	b.ask(append(calls, call{"cloudfront", "create_origin_access_control", object{"OriginAccessControlConfig": object{"Name": p.Prefix, "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}}, &access})...)

	var distribution struct{ Distribution struct{ ID string } }
	calls = []call{{"cloudfront", "create_distribution", object{"DistributionConfig": object{
		"CallerReference": p.Prefix, "Comment": p.Prefix + ": site", "Enabled": true, "Aliases": object{"Quantity": 1, "Items": []string{p.Domain.Name}},
		"Origins":              object{"Quantity": 1, "Items": []object{{"Id": "o", "DomainName": p.BucketName("frontend") + ".s3." + p.Region + ".amazonaws.com", "OriginAccessControlId": access.OriginAccessControl.ID}}},
		"DefaultCacheBehavior": object{"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
	}}, &distribution}}
	for name, types := range map[string][]string{p.Domain.Name: {"A", "AAAA"}, p.APIName(): {"A"}} {
		for _, typ := range types {
			calls = append(calls, call{"route53", "change_resource_record_sets", object{"HostedZoneId": zone, "ChangeBatch": object{"Changes": []object{{"Action": "UPSERT", "ResourceRecordSet": object{
				"Name": name, "Type": typ, "AliasTarget": object{"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d.cloudfront.net", "EvaluateTargetHealth": false},
			}}}}}, nil})
		}
	}
	for _, name := range []string{"a", "b"} {
		calls = append(calls, call{"cloudwatch", "put_metric_alarm", object{
			"AlarmName": p.Prefix + "-" + name, "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "m", "Namespace": "n", "Period": 60, "Statistic": "Sum", "Threshold": 1,
			"AlarmActions": []string{p.ARN("sns", "t")},
		}, nil})
	}
	b.ask(calls...)
	b.distribution = distribution.Distribution.ID
}

// spoil makes things wrong, and says what is to be found.
func (b *builder) spoil() {
	p := b.p
	bucket, s := p.BucketName("exports"), p.Services()[0]
	var rules struct {
		Rules []struct{ RuleArn, Priority string }
	}
	b.ask(call{"elbv2", "describe_rules", object{"ListenerArn": b.listener}, &rules})
	for _, r := range rules.Rules {
		if r.Priority != "default" {
			b.ask(call{"elbv2", "modify_rule", object{"RuleArn": r.RuleArn, "Conditions": []object{{"Field": "path-pattern", "PathPatternConfig": object{"Values": []string{"/other"}}}}}, nil})
			break
		}
	}
	b.ask(
		call{"s3", "put_public_access_block", object{"Bucket": bucket, "PublicAccessBlockConfiguration": object{"BlockPublicAcls": false, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}, nil},
		call{"s3", "put_bucket_versioning", object{"Bucket": p.BucketName("frontend"), "VersioningConfiguration": object{"Status": "Suspended"}}, nil},
		call{"ec2", "create_security_group", object{"VpcId": b.vpc, "GroupName": "stranger", "Description": "d"}, nil},
		call{"ec2", "authorize_security_group_ingress", object{"GroupId": b.groups["redis"].GroupID, "IpPermissions": []object{{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": []object{{"CidrIp": "0.0.0.0/0"}}}}}, nil},
		call{"ec2", "revoke_security_group_egress", object{"GroupId": b.groups["clickhouse"].GroupID, "IpPermissions": []object{permitting(b.T, "tcp 443 0.0.0.0/0", nil)}}, nil},
		call{"s3", "put_bucket_lifecycle_configuration", object{"Bucket": bucket, "LifecycleConfiguration": object{"Rules": []object{{"ID": "all", "Status": "Enabled", "Filter": object{"Prefix": ""}, "Expiration": object{"Days": 7}}}}}, nil},
		call{"ec2", "create_subnet", object{"VpcId": b.vpc, "CidrBlock": strings.Replace(p.VPC.String(), ".0.0/16", ".100.0/24", 1), "AvailabilityZone": p.Zones[0].Name, "TagSpecifications": b.tags("subnet")}, nil},
		call{"ecs", "register_task_definition", object{"family": p.AWSName(s.Name, 255), "containerDefinitions": []object{{"name": s.Name, "image": "other", "memory": 1, "secrets": []object{{"name": "X", "valueFrom": "arn:none"}}}}}, nil},
		call{"ecs", "update_service", object{"cluster": p.AWSName("", 255), "service": p.AWSName(s.Name, 255), "taskDefinition": p.AWSName(s.Name, 255)}, nil},
		call{"elasticache", "modify_replication_group", object{"ReplicationGroupId": p.AWSName("redis", platform.MaxReplicationGroup), "CacheNodeType": "cache.m1.small"}, nil},
		call{"rds", "modify_db_cluster", object{"DBClusterIdentifier": p.AWSName("aurora", platform.MaxDBIdentifier), "DeletionProtection": !p.Protected(), "ApplyImmediately": true}, nil},
	)
	b.spoiled = []string{
		"the life of what is in bucket " + bucket + " is archived after 0, gone after 7",
		"the listener's rules is", "bucket " + bucket + " may be made public", "versioning of bucket", "the security groups is", "who may reach the security group redis is [tcp 22 0.0.0.0/0 tcp 6379 ecs]", "whom the security group clickhouse may reach is []",
		"the subnets' zones by their ranges is",
		"the image of service " + p.AWSName(s.Name, 255) + " is other", "X of service " + p.AWSName(s.Name, 255) + " comes from a secret that does not exist",
		"Redis' node type is cache.m1.small", "Aurora's deletion protection", "secret " + p.Prefix + "/jwt has another value", "the number of alarms is 2",
	}
}
