package mockaws

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// What is given comes back: the provider updates for ever what does not. Each is one that moto alone would fail.
func TestServed(t *testing.T) {
	t.Parallel()
	s := start(t)
	aws, err := newSDK(t.Context(), s.URL(), "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(aws.close)
	try := func(service, operation string, parameters object) (object, error) {
		t.Helper()
		var answer object
		errs, err := aws.ask([]call{{service, operation, parameters, &answer}})
		if err != nil {
			t.Fatal(err)
		}
		return answer, errs[0]
	}
	ask := func(service, operation string, parameters object) object {
		t.Helper()
		answer, err := try(service, operation, parameters)
		if err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		return answer
	}
	tags := []object{{"Key": "a", "Value": "b"}}
	refused := func(reason, code, service, operation string, parameters object) {
		t.Helper()
		if _, err := try(service, operation, parameters); err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: want %s, got %v", reason, code, err)
		}
	}
	same := func(reason string, want, got any) {
		t.Helper()
		if d := lacks("", want, got); d != "" {
			t.Errorf("%s: %s", reason, d)
		}
	}

	vpc := textAt(ask("ec2", "create_vpc", object{"CidrBlock": "10.0.0.0/16"}), "Vpc", "VpcId")
	subnet := textAt(ask("ec2", "create_subnet", object{"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"}), "Subnet", "SubnetId")
	other := textAt(ask("ec2", "create_subnet", object{"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1b"}), "Subnet", "SubnetId")
	group := textAt(ask("ec2", "create_security_group", object{"VpcId": vpc, "GroupName": "g", "Description": "d"}), "GroupId")

	// EC2
	out := object{"GroupId": group, "IpPermissions": []object{{"IpProtocol": "-1", "IpRanges": []object{{"CidrIp": "0.0.0.0/0"}}}}}
	named := func(what, name string) []object {
		return []object{{"ResourceType": what, "Tags": []object{{"Key": "crossplane-name", "Value": name}, {"Key": "Claim", "Value": "ns/claim"}}}}
	}
	out["TagSpecifications"] = named("security-group-rule", "o-rule")
	refused("Should have given the group this rule", "InvalidPermission.Duplicate", "ec2", "authorize_security_group_egress", out)
	find := func(group, name string, want ...string) {
		t.Helper()
		if found, err := Find(t.Context(), s.URL(), "us-east-1", group+".aws.upbound.io", name); err != nil || !slices.Equal(found, want) {
			t.Errorf("Should find by its tag what there is: want %v, got %v, %v", want, found, err)
		}
	}
	find("ec2", "o-rule")
	third := textAt(ask("ec2", "create_subnet", object{"VpcId": vpc, "CidrBlock": "10.0.2.0/24", "TagSpecifications": named("subnet", "o-subnet")}), "Subnet", "SubnetId")
	find("ec2", "o-subnet", third)
	key := textAt(ask("kms", "create_key", object{"Tags": []object{{"TagKey": "crossplane-name", "TagValue": "o-key"}}}), "KeyMetadata", "KeyId")
	find("kms", "o-key", key)
	secret := textAt(ask("secretsmanager", "create_secret", object{"Name": "s", "Tags": []object{{"Key": "crossplane-name", "Value": "o-secret"}}}), "ARN")
	find("secretsmanager", "o-secret", secret)
	find("secretsmanager", "o-secret-version-0")
	if twice, err := Twice(t.Context(), s.URL(), "us-east-1", "ns/claim"); err != nil || len(twice) > 0 {
		t.Errorf("Should find nothing twice: %v, %v", twice, err)
	}
	fourth := textAt(ask("ec2", "create_subnet", object{"VpcId": vpc, "CidrBlock": "10.0.3.0/24", "TagSpecifications": named("subnet", "o-subnet")}), "Subnet", "SubnetId")
	if twice, err := Twice(t.Context(), s.URL(), "us-east-1", "ns/claim"); err != nil || len(twice) != 1 || !strings.Contains(strings.Join(twice["o-subnet"], " "), third) || !strings.Contains(strings.Join(twice["o-subnet"], " "), fourth) {
		t.Errorf("Should find what was made twice: %v, %v", twice, err)
	}
	var keys []string
	for range 2 {
		keys = append(keys, textAt(ask("kms", "create_key", object{"Tags": []object{{"TagKey": "crossplane-name", "TagValue": "o-twice"}, {"TagKey": "Claim", "TagValue": "ns/claim"}}}), "KeyMetadata", "Arn"))
	}
	slices.Sort(keys)
	if twice, err := Twice(t.Context(), s.URL(), "us-east-1", "ns/claim"); err != nil || !slices.Equal(twice["o-twice"], keys) {
		t.Errorf("Should find a key that was made twice: want %v, got %v, %v", keys, twice, err)
	}
	ask("kms", "schedule_key_deletion", object{"KeyId": keys[0][strings.LastIndexByte(keys[0], '/')+1:], "PendingWindowInDays": 7})
	if twice, err := Twice(t.Context(), s.URL(), "us-east-1", "ns/claim"); err != nil || twice["o-twice"] != nil {
		t.Errorf("Should not count a key that is to be deleted: %v, %v", twice, err)
	}
	var revisions []string
	for range 3 {
		revisions = append(revisions, textAt(ask("ecs", "register_task_definition", object{
			"family": "twice", "containerDefinitions": []object{{"name": "a", "image": "b", "memory": 128}},
			"tags": []object{{"key": "crossplane-name", "value": "o-task"}, {"key": "Claim", "value": "ns/claim"}},
		}), "taskDefinition", "taskDefinitionArn"))
	}
	ask("ecs", "deregister_task_definition", object{"taskDefinition": revisions[1]})
	registered := []string{revisions[0], revisions[2]}
	if twice, err := Twice(t.Context(), s.URL(), "us-east-1", "ns/claim"); err != nil || !slices.Equal(twice["o-task"], registered) {
		t.Errorf("Should find task definitions that are registered twice, want %v, got %v, %v", registered, twice, err)
	}

	for arn, want := range map[string]string{
		"arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1": "ec2:subnet", "arn:aws:rds:us-east-1:111122223333:cluster:a": "rds:cluster",
		"arn:aws:rds:us-east-1:111122223333:cluster-snapshot:rds:a-1": "rds:cluster-snapshot", "arn:aws:s3:::b": "s3:b",
	} {
		if got := typeOf(arn); got != want {
			t.Errorf("typeOf(%s): want %s, got %s", arn, want, got)
		}
	}

	// ElastiCache
	ask("elasticache", "create_cache_subnet_group", object{"CacheSubnetGroupName": "s", "CacheSubnetGroupDescription": "d", "SubnetIds": []string{subnet}})
	ask("elasticache", "modify_cache_subnet_group", object{"CacheSubnetGroupName": "s", "SubnetIds": []string{subnet, other}})
	ask("elasticache", "create_cache_parameter_group", object{"CacheParameterGroupName": "p", "CacheParameterGroupFamily": "redis7", "Description": "d", "Tags": tags})
	ask("elasticache", "modify_cache_parameter_group", object{"CacheParameterGroupName": "p", "ParameterNameValues": []object{{"ParameterName": "maxmemory-policy", "ParameterValue": "allkeys-lru"}}})
	same("Should remember parameters", []any{object{"ParameterName": "maxmemory-policy", "ParameterValue": "allkeys-lru"}},
		ask("elasticache", "describe_cache_parameters", object{"CacheParameterGroupName": "p", "Source": "user"})["Parameters"])
	ask("elasticache", "create_replication_group", object{
		"ReplicationGroupId": "r", "ReplicationGroupDescription": "d", "AuthToken": "0123456789abcdef", "Engine": "redis", "EngineVersion": "7.1", "CacheNodeType": "cache.t4g.small",
		"NumCacheClusters": 2, "AutomaticFailoverEnabled": true, "MultiAZEnabled": true, "AtRestEncryptionEnabled": true, "TransitEncryptionEnabled": true, "SecurityGroupIds": []string{group},
		"CacheParameterGroupName": "p", "CacheSubnetGroupName": "s", "PreferredMaintenanceWindow": "sun:05:00-sun:06:00", "SnapshotRetentionLimit": 3, "SnapshotWindow": "02:00-03:00", "Tags": tags,
	})
	same("Should show a replication group as it was given", []any{object{
		"Description": "d", "AuthTokenEnabled": true, "CacheNodeType": "cache.t4g.small", "MemberClusters": []any{"r-001", "r-002"}, "AutomaticFailover": "enabled", "MultiAZ": "enabled",
		"SnapshotRetentionLimit": 3, "SnapshotWindow": "02:00-03:00", "ClusterMode": "disabled",
	}}, ask("elasticache", "describe_replication_groups", object{"ReplicationGroupId": "r"})["ReplicationGroups"])
	same("Should show the rest on a member, where the provider looks", []any{object{
		"EngineVersion": "7.1.0", "PreferredMaintenanceWindow": "sun:05:00-sun:06:00", "CacheSubnetGroupName": "s", "CacheParameterGroup": object{"CacheParameterGroupName": "p"},
		"SecurityGroups": []any{object{"SecurityGroupId": group}}, "AtRestEncryptionEnabled": true, "TransitEncryptionMode": "required",
	}}, ask("elasticache", "describe_cache_clusters", object{"CacheClusterId": "r-001"})["CacheClusters"])
	ask("elasticache", "increase_replica_count", object{"ReplicationGroupId": "r", "NewReplicaCount": 2, "ApplyImmediately": true})
	ask("elasticache", "modify_replication_group", object{"ReplicationGroupId": "r", "CacheNodeType": "cache.m7g.large"})
	same("Should change a replication group", []any{object{"CacheNodeType": "cache.m7g.large", "MemberClusters": []any{"r-001", "r-002", "r-003"}}},
		ask("elasticache", "describe_replication_groups", object{"ReplicationGroupId": "r"})["ReplicationGroups"])
	refused("Should not delete what is used", "InvalidCacheParameterGroupState", "elasticache", "delete_cache_parameter_group", object{"CacheParameterGroupName": "p"})
	refused("Should not delete what is used", "CacheSubnetGroupInUse", "elasticache", "delete_cache_subnet_group", object{"CacheSubnetGroupName": "s"})
	ask("elasticache", "delete_replication_group", object{"ReplicationGroupId": "r", "FinalSnapshotIdentifier": "last"})
	same("Should keep the final snapshot", []any{object{"SnapshotName": "last", "ReplicationGroupId": "r"}}, ask("elasticache", "describe_snapshots", nil)["Snapshots"])
	refused("Should know nothing of what was deleted", "ReplicationGroupNotFoundFault", "elasticache", "describe_replication_groups", object{"ReplicationGroupId": "r"})
	ask("elasticache", "delete_cache_parameter_group", object{"CacheParameterGroupName": "p"})
	ask("elasticache", "delete_cache_subnet_group", object{"CacheSubnetGroupName": "s"})
	refused("Should know nothing of what was deleted", "CacheParameterGroupNotFound", "elasticache", "describe_cache_parameter_groups", object{"CacheParameterGroupName": "p"})

	// Backup
	vault := textAt(ask("backup", "create_backup_vault", object{"BackupVaultName": "v", "EncryptionKeyArn": "arn:aws:kms:us-east-1:111122223333:key/k", "BackupVaultTags": object{"a": "b"}}), "BackupVaultArn")
	same("Should show a vault's key", "arn:aws:kms:us-east-1:111122223333:key/k", ask("backup", "describe_backup_vault", object{"BackupVaultName": "v"})["EncryptionKeyArn"])
	same("Should show a vault's tags", object{"a": "b"}, ask("backup", "list_tags", object{"ResourceArn": vault})["Tags"])
	rules := []any{object{"RuleName": "r", "TargetBackupVaultName": "v", "StartWindowMinutes": 60, "Lifecycle": object{"DeleteAfterDays": 7}}}
	plan := textAt(ask("backup", "create_backup_plan", object{"BackupPlan": object{"BackupPlanName": "p", "Rules": rules}}), "BackupPlanId")
	rules[0] = object{"RuleName": "r", "TargetBackupVaultName": "v", "StartWindowMinutes": 120, "Lifecycle": object{"DeleteAfterDays": 14}}
	ask("backup", "update_backup_plan", object{"BackupPlanId": plan, "BackupPlan": object{"BackupPlanName": "p", "Rules": rules}})
	same("Should change a plan", object{"Rules": rules}, ask("backup", "get_backup_plan", object{"BackupPlanId": plan})["BackupPlan"])
	selected := object{"SelectionName": "s", "IamRoleArn": "arn:aws:iam::111122223333:role/r", "ListOfTags": []any{object{"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}}}
	selection := textAt(ask("backup", "create_backup_selection", object{"BackupPlanId": plan, "BackupSelection": selected}), "SelectionId")
	same("Should show a selection", selected, ask("backup", "get_backup_selection", object{"BackupPlanId": plan, "SelectionId": selection})["BackupSelection"])
	refused("Should not delete a plan that selects", "Related backup plan selections", "backup", "delete_backup_plan", object{"BackupPlanId": plan})
	ask("backup", "delete_backup_selection", object{"BackupPlanId": plan, "SelectionId": selection})
	ask("backup", "delete_backup_plan", object{"BackupPlanId": plan})
	refused("Should know nothing of what was deleted", "ResourceNotFoundException", "backup", "get_backup_plan", object{"BackupPlanId": plan})

	// CloudFront
	control := ask("cloudfront", "create_origin_access_control", object{"OriginAccessControlConfig": object{"Name": "o", "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}})
	config := object{"Name": "c", "MinTTL": 0, "DefaultTTL": 60, "MaxTTL": 600, "ParametersInCacheKeyAndForwardedToOrigin": object{
		"EnableAcceptEncodingGzip": true, "EnableAcceptEncodingBrotli": true, "HeadersConfig": object{"HeaderBehavior": "none"}, "CookiesConfig": object{"CookieBehavior": "none"}, "QueryStringsConfig": object{"QueryStringBehavior": "none"},
	}}
	policy := ask("cloudfront", "create_cache_policy", object{"CachePolicyConfig": config})
	policyID := textAt(policy, "CachePolicy", "Id")
	same("Should show a cache policy", object{"CachePolicyConfig": config}, ask("cloudfront", "get_cache_policy", object{"Id": policyID})["CachePolicy"])
	origin := object{"Id": "o", "DomainName": "b.s3.us-east-1.amazonaws.com", "OriginAccessControlId": textAt(control, "OriginAccessControl", "Id")}
	behavior := object{"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": policyID}
	distribution := object{"CallerReference": "r", "Comment": "c", "Enabled": true, "HttpVersion": "http2and3", "Origins": object{"Quantity": 1, "Items": []any{origin}}, "DefaultCacheBehavior": behavior}
	made := ask("cloudfront", "create_distribution_with_tags", object{"DistributionConfigWithTags": object{"DistributionConfig": distribution, "Tags": object{"Items": tags}}})
	id := textAt(made, "Distribution", "Id")
	shown := ask("cloudfront", "get_distribution", object{"Id": id})
	same("Should show a distribution as it was given, and what the provider relies on", object{"Status": "Deployed", "DistributionConfig": object{
		"HttpVersion": "http2and3", "Origins": object{"Items": []any{origin}}, "DefaultCacheBehavior": behavior, "OriginGroups": object{"Quantity": 0},
	}}, shown["Distribution"])
	if b, _ := shown["Distribution"].(object)["DistributionConfig"].(object)["DefaultCacheBehavior"].(object); b["ForwardedValues"] != nil {
		t.Errorf("Should make up no settings, got %v", b["ForwardedValues"])
	}
	same("Should show a distribution's tags", object{"Items": []any{tags[0]}}, ask("cloudfront", "list_tags_for_resource", object{"Resource": textAt(shown, "Distribution", "ARN")})["Tags"])
	refused("Should not delete what is at work", "DistributionNotDisabled", "cloudfront", "delete_distribution", object{"Id": id, "IfMatch": shown["ETag"]})
	refused("Should not delete what is used", "CachePolicyInUse", "cloudfront", "delete_cache_policy", object{"Id": policyID, "IfMatch": policy["ETag"]})
	refused("Should not change what another has changed", "PreconditionFailed", "cloudfront", "update_distribution", object{"Id": id, "IfMatch": "x", "DistributionConfig": distribution})
	distribution["Enabled"] = false
	changed := ask("cloudfront", "update_distribution", object{"Id": id, "IfMatch": shown["ETag"], "DistributionConfig": distribution})
	ask("cloudfront", "delete_distribution", object{"Id": id, "IfMatch": changed["ETag"]})
	ask("cloudfront", "delete_cache_policy", object{"Id": policyID, "IfMatch": policy["ETag"]})

	// ECS
	ask("ecs", "create_cluster", object{"clusterName": "gone"})
	ask("ecs", "delete_cluster", object{"cluster": "gone"})
	cluster := textAt(ask("ecs", "create_cluster", object{"clusterName": "c"}), "cluster", "clusterArn")
	same("Should list no cluster that was deleted", []any{cluster}, ask("ecs", "list_clusters", nil)["clusterArns"])
	ask("ecs", "register_task_definition", object{"family": "t", "containerDefinitions": []object{{"name": "n", "image": "i", "memory": 1}}})
	service := object{
		"availabilityZoneRebalancing": "ENABLED", "capacityProviderStrategy": []any{object{"capacityProvider": "FARGATE", "weight": 1, "base": 0}},
		"deploymentConfiguration": object{"deploymentCircuitBreaker": object{"enable": true, "rollback": true}, "maximumPercent": 200, "minimumHealthyPercent": 100},
		"enableECSManagedTags":    true, "healthCheckGracePeriodSeconds": 120, "desiredCount": 2,
	}
	given := object{"cluster": "c", "serviceName": "s", "taskDefinition": "t"}
	maps.Copy(given, service)
	arn := textAt(ask("ecs", "create_service", given), "service", "serviceArn")
	service["runningCount"] = 2
	services := ask("ecs", "describe_services", object{"cluster": "c", "services": []string{"s"}})["services"].([]any)
	same("Should run a service as it was given", []any{service}, services)
	if launch := services[0].(object)["launchType"]; launch != nil {
		t.Errorf("Should not launch on what nobody asked for, got %v", launch)
	}
	deployments := ask("ecs", "list_service_deployments", object{"cluster": "c", "service": "s"})["serviceDeployments"]
	same("Should have deployed a service, by which the provider waits", []any{object{"serviceArn": arn, "status": "SUCCESSFUL"}}, deployments)

	// the rest
	target := ask("application-autoscaling", "register_scalable_target", object{"ServiceNamespace": "ecs", "ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 2, "Tags": object{"a": "b"}})
	same("Should remember a scalable target's tags", object{"a": "b"}, ask("application-autoscaling", "list_tags_for_resource", object{"ResourceARN": target["ScalableTargetARN"]})["Tags"])
	template := ask("ec2", "create_launch_template", object{"LaunchTemplateName": "ltt", "TagSpecifications": []object{{"ResourceType": "launch-template", "Tags": tags}}, "LaunchTemplateData": object{"InstanceType": "t3.micro", "TagSpecifications": []object{{"ResourceType": "instance", "Tags": tags}}}})
	versions := ask("ec2", "describe_launch_template_versions", object{"LaunchTemplateId": textAt(template, "LaunchTemplate", "LaunchTemplateId"), "Versions": []string{"1"}})["LaunchTemplateVersions"]
	same("Should leave a template's own tags out of those that it gives", []any{object{"LaunchTemplateData": object{"TagSpecifications": []any{object{"ResourceType": "instance", "Tags": []any{tags[0]}}}}}}, versions)
	instances := ask("ec2", "run_instances", object{"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro", "SubnetId": subnet, "DisableApiTermination": true})["Instances"].([]any)
	same("Should protect an instance from its birth", object{"Value": true}, ask("ec2", "describe_instance_attribute", object{"InstanceId": instances[0].(object)["InstanceId"], "Attribute": "disableApiTermination"})["DisableApiTermination"])
	ask("rds", "create_db_cluster", object{"DBClusterIdentifier": "a", "Engine": "aurora-postgresql", "EngineVersion": "15", "MasterUsername": "m", "ManageMasterUserPassword": true})
	same("Should choose a minor version", []any{object{"EngineVersion": "15.12"}}, ask("rds", "describe_db_clusters", object{"DBClusterIdentifier": "a"})["DBClusters"])
	refused("Should not go back to the default minor version", "Cannot upgrade aurora-postgresql from 15.12 to 15.10", "rds", "modify_db_cluster", object{"DBClusterIdentifier": "a", "EngineVersion": "15", "BackupRetentionPeriod": 9})
	ask("rds", "modify_db_cluster", object{"DBClusterIdentifier": "a", "EngineVersion": "15.12", "BackupRetentionPeriod": 9})
	image := "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
	root := []object{{"DeviceName": "/dev/xvda", "Ebs": object{"VolumeSize": 30}}}
	ask("ec2", "create_launch_template", object{"LaunchTemplateName": "al2023", "LaunchTemplateData": object{"ImageId": image, "InstanceType": "t3.micro", "BlockDeviceMappings": root, "UserData": "IyEvYmluL3NoCg=="}})
	for reason, parameters := range map[string]object{
		"Should boot Amazon Linux from its root volume":                          {"ImageId": image, "InstanceType": "t3.micro", "BlockDeviceMappings": root},
		"Should boot Amazon Linux from the root volume that a template gives it": {"LaunchTemplate": object{"LaunchTemplateName": "al2023"}},
	} {
		parameters["MinCount"], parameters["MaxCount"], parameters["SubnetId"] = 1, 1, subnet
		same(reason, []any{object{"RootDeviceName": "/dev/xvda", "BlockDeviceMappings": []any{object{"DeviceName": "/dev/xvda"}}}}, ask("ec2", "run_instances", parameters)["Instances"])
	}
	booted := ask("ec2", "run_instances", object{"LaunchTemplate": object{"LaunchTemplateName": "al2023"}, "MinCount": 1, "MaxCount": 1, "SubnetId": subnet})["Instances"].([]any)
	same("Should show a template's user data encoded, as AWS does", object{"Value": "IyEvYmluL3NoCg=="}, ask("ec2", "describe_instance_attribute", object{"InstanceId": booted[0].(object)["InstanceId"], "Attribute": "userData"})["UserData"])
	ask("rds", "create_db_instance", object{"DBInstanceIdentifier": "a-0", "DBClusterIdentifier": "a", "Engine": "aurora-postgresql", "DBInstanceClass": "db.r6g.large", "EnablePerformanceInsights": true, "PerformanceInsightsRetentionPeriod": 7})
	same("Should remember Performance Insights", []any{object{"PerformanceInsightsEnabled": true, "PerformanceInsightsRetentionPeriod": 7}}, ask("rds", "describe_db_instances", object{"DBInstanceIdentifier": "a-0"})["DBInstances"])
	balancer := ask("elbv2", "create_load_balancer", object{"Name": "l", "Subnets": []string{subnet, other}})["LoadBalancers"].([]any)[0].(object)["LoadBalancerArn"]
	to := ask("elbv2", "create_target_group", object{"Name": "t", "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"})["TargetGroups"].([]any)[0].(object)["TargetGroupArn"]
	listener := ask("elbv2", "create_listener", object{"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": []object{{"Type": "forward", "TargetGroupArn": to}}})["Listeners"].([]any)[0].(object)
	same("Should say twice where a listener leads, as AWS does", []any{object{"TargetGroupArn": to, "ForwardConfig": object{"TargetGroups": []any{object{"TargetGroupArn": to, "Weight": 1}}}}}, listener["DefaultActions"])
	if listener["SslPolicy"] != nil {
		t.Errorf("Should have no TLS policy without TLS, got %v", listener["SslPolicy"])
	}
	same("Should have the hosted zone that a claim names", object{"Id": "/hostedzone/" + zone, "Name": "morket.io."}, ask("route53", "get_hosted_zone", object{"Id": zone})["HostedZone"])

	checkCBOR(t, s)
}

// checkCBOR asks CloudWatch as the SDK for Go does.
func checkCBOR(t *testing.T, s *Server) {
	t.Helper()
	ask := func(operation string, in object) (status int, out object) {
		t.Helper()
		body, err := cbor.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		r := signed(t, "monitoring", http.MethodPost, s.URL()+"/service/GraniteServiceVersion20100801/operation/"+operation, string(body), rpc)
		rsp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer rsp.Body.Close() //nolint:errcheck // only read
		var raw bytes.Buffer
		raw.ReadFrom(rsp.Body) //nolint:errcheck,gosec // what is missing shows below
		if rsp.Header.Get("Smithy-Protocol") != "rpc-v2-cbor" {
			t.Errorf("Should answer %s in its protocol, got %v", operation, rsp.Header)
		}
		decoder, err := cbor.DecOptions{DefaultMapType: reflect.TypeFor[object]()}.DecMode()
		if err != nil {
			t.Fatal(err)
		}
		if err := decoder.Unmarshal(raw.Bytes(), &out); err != nil {
			t.Fatalf("%s: %v in %q", operation, err, raw.String())
		}
		return rsp.StatusCode, out
	}
	alarm := object{
		"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 5, "DatapointsToAlarm": 3, "Threshold": 2.5, "TreatMissingData": "notBreaching",
		"Metrics": []any{object{"Id": "e", "Expression": "1*m", "ReturnData": true}, object{"Id": "m", "ReturnData": false, "MetricStat": object{
			"Period": 60, "Stat": "Sum", "Metric": object{"Namespace": "n", "MetricName": "m", "Dimensions": []any{object{"Name": "d", "Value": "v"}}},
		}}},
	}
	if status, out := ask("PutMetricAlarm", alarm); status != http.StatusOK {
		t.Fatalf("PutMetricAlarm: %d %v", status, out)
	}
	_, out := ask("DescribeAlarms", object{"AlarmNames": []string{"a"}})
	if d := lacks("", []any{alarm}, out["MetricAlarms"]); d != "" {
		t.Errorf("Should show an alarm as it was given: %s", d)
	}
	if status, out := ask("GetDashboard", object{"DashboardName": "none"}); status != http.StatusNotFound || !strings.HasSuffix(fmt.Sprint(out["__type"]), "#ResourceNotFound") {
		t.Errorf("Should say that there is none, got %d %v", status, out)
	}
}

// textAt is a string at a path.
func textAt(o object, path ...string) string {
	for _, k := range path[:len(path)-1] {
		o, _ = o[k].(object)
	}
	s, _ := o[path[len(path)-1]].(string)
	return s
}

// lacks says what of want got does not have; more than want is no matter.
func lacks(path string, want, got any) string {
	switch want := want.(type) {
	case object:
		o, ok := got.(object)
		if !ok {
			return fmt.Sprintf("%s is %v", path, got)
		}
		for k, w := range want {
			if d := lacks(path+"."+k, w, o[k]); d != "" {
				return d
			}
		}
		return ""
	case []any:
		l, ok := got.([]any)
		if !ok || len(l) != len(want) {
			return fmt.Sprintf("%s is %v, want %v", path, got, want)
		}
		for i, w := range want {
			if d := lacks(fmt.Sprintf("%s[%d]", path, i), w, l[i]); d != "" {
				return d
			}
		}
		return ""
	default:
		if fmt.Sprint(want) != fmt.Sprint(got) {
			return fmt.Sprintf("%s is %v, want %v", path, got, want)
		}
		return ""
	}
}
