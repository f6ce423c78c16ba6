package adopt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/adopt"
)

// TestSettings reads from a state what a claim has to say of it.
func TestSettings(t *testing.T) {
	const (
		onlyWord = "only a word in its name"
		onlyOne  = "only the one of its kind"
	)
	names := append([]string{
		"sg-alb", "listener-https", "alb-logs-bucket-lifecycle", "exports-bucket-lifecycle", "aurora-1", "aurora-parameters",
	}, platformNames...)
	cases := map[string]struct {
		reason string
		state  []string
		want   map[string]any // by path; a list of value and doubt if there is one
	}{
		"Network": {
			"Should read the range, the zones of all subnets, and the gateways that lead out",
			[]string{
				theVPC, otherVPC,
				`aws_subnet.a {"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "us-east-1c"}`, `aws_subnet.b {"id": "subnet-2", "vpc_id": "vpc-1", "availability_zone": "us-east-1a"}`,
				`aws_subnet.database {"id": "subnet-3", "vpc_id": "vpc-1", "availability_zone": "us-east-1a"}`, `aws_subnet.x {"id": "subnet-4", "vpc_id": "vpc-2", "availability_zone": "us-east-1f"}`,
				`aws_nat_gateway.a {"id": "nat-1", "subnet_id": "subnet-1", "connectivity_type": "public"}`, `aws_nat_gateway.b {"id": "nat-2", "subnet_id": "subnet-2", "connectivity_type": "private"}`,
				`aws_nat_gateway.x {"id": "nat-3", "subnet_id": "subnet-4"}`,
			},
			map[string]any{"network.cidr": "10.0.0.0/16", "network.availabilityZones": []any{"us-east-1a", "us-east-1c"}, "network.natGateways": 1.0},
		},
		"OtherRange": {
			"Should propose the range of a network that may be the platform's, with its doubt",
			[]string{otherVPC},
			map[string]any{"network.cidr": []any{"10.9.0.0/16", "its range is not 10.0.0.0/16, the claim's"}},
		},
		"Aurora": {
			"Should read what a cluster and its writer are",
			[]string{
				theVPC, group,
				`aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "engine_version": "15.10", "vpc_security_group_ids": ["sg-1"], "database_name": "My-Shop", "master_username": "root", "backup_retention_period": 14, "preferred_backup_window": "02:00-03:00", "preferred_maintenance_window": "Sun:05:00-Sun:06:00", "db_cluster_parameter_group_name": "p"}`,
				`aws_rds_cluster_instance.a {"id": "db-a", "cluster_identifier": "db", "writer": false, "instance_class": "db.r6g.large"}`,
				`aws_rds_cluster_instance.b {"id": "db-b", "cluster_identifier": "db", "writer": true, "instance_class": "db.r6g.xlarge", "performance_insights_enabled": true}`,
				`aws_rds_cluster_parameter_group.a {"id": "p", "name": "p", "parameter": [{"name": "log_statement", "value": "ddl"}, {"name": "log_min_duration_statement", "value": "250"}]}`,
			},
			map[string]any{ //nolint:gosec // A name is no credential.
				"network.cidr":             "10.0.0.0/16",
				"data.aurora.databaseName": "My-Shop", "data.aurora.masterUsername": "root", "data.aurora.engineVersion": "15", "data.aurora.instanceClass": "db.r6g.xlarge",
				"data.aurora.readers": 1.0, "data.aurora.performanceInsights": true, "data.aurora.backupRetentionDays": 14.0, "data.aurora.backupWindow": "02:00-03:00",
				"data.aurora.maintenanceWindow": "sun:05:00-sun:06:00", "data.aurora.logMinDurationMilliseconds": 250.0,
			},
		},
		"Stores": {
			"Should read what the other stores are",
			[]string{
				theVPC, group,
				`aws_elasticache_replication_group.a {"id": "cache", "security_group_ids": ["sg-1"], "engine_version": "7.0.7", "node_type": "cache.r6g.large", "num_cache_clusters": 3, "snapshot_retention_limit": 0}`,
				`aws_mq_broker.a {"id": "b-1", "security_groups": ["sg-1"], "engine_type": "RabbitMQ", "engine_version": "3.13.7", "host_instance_type": "mq.m5.large", "deployment_mode": "CLUSTER_MULTI_AZ"}`,
				`aws_opensearch_domain.a {"id": "arn:s", "vpc_options": [{"vpc_id": "vpc-1"}], "engine_version": "OpenSearch_2.11", "cluster_config": [{"instance_type": "r6g.large.search", "instance_count": 2, "dedicated_master_enabled": true, "dedicated_master_type": "m6g.large.search"}], "ebs_options": [{"volume_size": 100}]}`,
				`aws_ebs_volume.clickhouse {"id": "vol-1", "size": 500, "iops": 4000, "throughput": 250}`, `aws_volume_attachment.a {"id": "vai-1", "volume_id": "vol-1", "instance_id": "i-1"}`,
				`aws_instance.a {"id": "i-1", "instance_type": "m6i.xlarge"}`,
			},
			map[string]any{
				"network.cidr":               "10.0.0.0/16",
				"data.redis.engineVersion":   "7.0",
				"data.redis.nodeType":        "cache.r6g.large",
				"data.redis.nodes":           3.0,
				"data.rabbitmq.instanceType": "mq.m5.large", "data.rabbitmq.engineVersion": "3.13", "data.rabbitmq.deploymentMode": "CLUSTER_MULTI_AZ",
				"data.redis.snapshotRetentionDays": 0.0,
				"data.openSearch.engineVersion":    "OpenSearch_2.11", "data.openSearch.instanceType": "r6g.large.search", "data.openSearch.nodes": 2.0, "data.openSearch.volumeSizeGiB": 100.0,
				"data.openSearch.dedicatedMasters": true, "data.openSearch.masterInstanceType": "m6g.large.search",
				"data.clickHouse.volume.sizeGiB": []any{500.0, onlyWord}, "data.clickHouse.volume.iops": []any{4000.0, onlyWord}, "data.clickHouse.volume.throughputMiBps": []any{250.0, onlyWord},
				"data.clickHouse.instanceType": []any{"m6i.xlarge", onlyWord},
			},
		},
		"Allowed": {
			"Should read who may reach the load balancer, from each of Terraform's forms of a rule",
			[]string{
				theVPC, strings.Replace(lb, `"id"`, `"security_groups": ["sg-9"], "idle_timeout": 60, "id"`, 1),
				`aws_security_group.lb {"id": "sg-9", "vpc_id": "vpc-1", "ingress": [{"from_port": 443, "to_port": 443, "cidr_blocks": ["198.51.100.0/24"]}, {"from_port": 22, "to_port": 22, "cidr_blocks": ["10.1.0.0/16"]}]}`,
				`aws_vpc_security_group_ingress_rule.a {"id": "sgr-1", "security_group_id": "sg-9", "from_port": 443, "to_port": 443, "cidr_ipv4": "203.0.113.0/24"}`,
				`aws_security_group_rule.a {"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-9", "from_port": 0, "to_port": 65535, "cidr_blocks": ["192.0.2.0/24", "203.0.113.0/24"]}`,
				`aws_security_group_rule.b {"id": "sgrule-2", "type": "egress", "security_group_id": "sg-9", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}`,
			},
			map[string]any{"network.cidr": "10.0.0.0/16", "compute.loadBalancer.idleTimeoutSeconds": 60.0, "network.allowedCidrs": []any{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"}},
		},
		"AllowedGroups": {
			"Should leave to people who may reach a load balancer whose rules name no range: the default lets in everyone",
			[]string{
				theVPC, strings.Replace(lb, `"id"`, `"security_groups": ["sg-9"], "id"`, 1),
				`aws_security_group.lb {"id": "sg-9", "vpc_id": "vpc-1", "ingress": [{"from_port": 443, "to_port": 443, "cidr_blocks": [], "security_groups": ["sg-2"]}]}`,
				`aws_vpc_security_group_ingress_rule.a {"id": "sgr-1", "security_group_id": "sg-9", "from_port": 443, "to_port": 443, "prefix_list_id": "pl-1"}`,
			},
			map[string]any{"network.cidr": "10.0.0.0/16", "network.allowedCidrs": []any{[]any{"10.0.0.0/16"}, "its rules for port 443 in the state name no IPv4 range, at most prefix lists, other groups or IPv6; without this setting, Manage adds a rule that lets in 0.0.0.0/0"}},
		},
		"Edge": {
			"Should read certificates, policies, retention and prices of what faces the world",
			[]string{
				theVPC, strings.Replace(lb, `"id"`, `"access_logs": [{"bucket": "traffic"}], "id"`, 1), `aws_s3_bucket.t {"id": "traffic", "bucket": "traffic"}`,
				`aws_s3_bucket_lifecycle_configuration.t {"id": "traffic", "bucket": "traffic", "rule": [{"id": "x", "expiration": [{"days": 30}]}]}`,
				`aws_lb_listener.a {"id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "ssl_policy": "ELBSecurityPolicy-2016-08", "certificate_arn": "arn:cert"}`,
				`aws_cloudfront_distribution.a {"id": "E1", "aliases": ["shop.example.com"], "price_class": "PriceClass_All", "viewer_certificate": [{"acm_certificate_arn": "arn:edge"}], "default_cache_behavior": [{"default_ttl": 3600}]}`,
				`aws_s3_bucket.e {"id": "exports", "bucket": "exports"}`,
				`aws_s3_bucket_lifecycle_configuration.e {"id": "exports", "bucket": "exports", "rule": [{"transition": [{"days": 60, "storage_class": "GLACIER"}], "expiration": []}]}`,
			},
			map[string]any{
				"network.cidr": "10.0.0.0/16", "compute.loadBalancer.tlsPolicy": "ELBSecurityPolicy-2016-08", "compute.loadBalancer.accessLogRetentionDays": 30.0,
				"domain.certificateArn":           []any{"arn:cert", "only if this certificate is for the site's name and the API's"},
				"domain.cloudFrontCertificateArn": []any{"arn:edge", "only if this certificate is for the site's name"},
				"edge.cdn.priceClass":             "PriceClass_All", "edge.cdn.defaultTTLSeconds": 3600.0,
				"edge.exports.archiveAfterDays": []any{60.0, "it follows from exports-bucket, which is in doubt"},
			},
		},
		"Services": {
			"Should read the sizes of services that only their names tell, and of none that two are called; no count where scaling sets it",
			[]string{
				`aws_ecs_service.a {"id": "arn:s", "name": "shop-api", "task_definition": "arn:t:3", "desired_count": 3}`, `aws_ecs_task_definition.a {"id": "shop-api", "arn": "arn:t:3", "cpu": "1024", "memory": "2048"}`,
				`aws_appautoscaling_target.a {"id": "x", "resource_id": "service/shop/shop-api", "min_capacity": 2, "max_capacity": 8}`,
				`aws_ecs_service.b {"id": "arn:w", "name": "temporal-worker", "desired_count": 1}`,
				`aws_ecs_service.c {"id": "arn:c", "name": "web-a", "desired_count": 1}`, `aws_ecs_service.d {"id": "arn:d", "name": "web-b", "desired_count": 1}`,
				`aws_ecs_service.e {"id": "arn:e", "name": "scraper", "desired_count": 9, "tags": {"Environment": "production"}}`,
			},
			map[string]any{
				"compute.services.backend.cpu": []any{1024.0, onlyWord}, "compute.services.backend.memory": []any{2048.0, onlyWord},
				"compute.services.backend.scaling.enabled": []any{true, onlyWord}, "compute.services.backend.scaling.min": []any{2.0, onlyWord}, "compute.services.backend.scaling.max": []any{8.0, onlyWord},
				"compute.services.temporalWorker.desiredCount": []any{1.0, onlyWord},
			},
		},
		"Elsewhere": {
			"Should read nothing of what belongs elsewhere", []string{tagged(store, `"Environment": "production"`)}, map[string]any{},
		},
		"Doubt": {
			"Should say of a setting what is in doubt of the store", []string{strings.Replace(store, `"id"`, `"database_name": "shop", "id"`, 1)},
			map[string]any{"data.aurora.databaseName": []any{"shop", onlyOne}},
		},
		"Malformed": {
			"Should make nothing of values of another form",
			[]string{theVPC, `aws_opensearch_domain.a {"id": "arn:s", "vpc_options": [{"vpc_id": "vpc-1"}], "engine_version": 2, "cluster_config": [], "ebs_options": "x"}`, `aws_mq_broker.a {"id": "b-1", "engine_type": "RabbitMQ", "engine_version": null}`},
			map[string]any{"network.cidr": "10.0.0.0/16", "data.openSearch.engineVersion": 2.0},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := map[string]any{}
			for _, s := range adopt.Find(state(t, tc.state...), names, claim).Settings {
				if _, twice := got[s.Path]; twice || s.From == "" {
					t.Errorf("%s should be read once, and from somewhere: %q", s.Path, s.From)
				}
				if got[s.Path] = s.Value; s.Doubt != "" {
					got[s.Path] = []any{s.Value, s.Doubt}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
