package mockaws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/internal/platform"
)

// A listing is how AWS lists things of a kind: an operation, where in its answer they are, and which of their fields names
// them; none if they are names themselves.
type listing struct {
	kind               string
	service, operation string
	parameters         map[string]any
	at, name           string
}

// listings are of everything that a platform has in AWS and that has a name of its own, or is tagged with whose it is.
// What only ever is a part of something else is not in them.
var listings = []listing{
	{"Alarm", "cloudwatch", "describe_alarms", nil, "MetricAlarms", "AlarmName"},
	{"Alias", "kms", "list_aliases", nil, "Aliases", "AliasName"},
	{"BackupPlan", "backup", "list_backup_plans", nil, "BackupPlansList", "BackupPlan.BackupPlanName"},
	{"Broker", "mq", "list_brokers", nil, "BrokerSummaries", "BrokerName"},
	{"Bucket", "s3", "list_buckets", nil, "Buckets", "Name"},
	{"CachePolicy", "cloudfront", "list_cache_policies", map[string]any{"Type": "custom"}, "CachePolicyList.Items", "CachePolicy.CachePolicyConfig.Name"},
	{"Cluster", "ecs", "list_clusters", nil, "clusterArns", ""},
	{"Dashboard", "cloudwatch", "list_dashboards", nil, "DashboardEntries", "DashboardName"},
	{"DBCluster", "rds", "describe_db_clusters", nil, "DBClusters", "DBClusterIdentifier"},
	{"DBClusterParameterGroup", "rds", "describe_db_cluster_parameter_groups", nil, "DBClusterParameterGroups", "DBClusterParameterGroupName"},
	{"DBClusterSnapshot", "rds", "describe_db_cluster_snapshots", map[string]any{"SnapshotType": "manual"}, "DBClusterSnapshots", "DBClusterSnapshotIdentifier"},
	{"DBInstance", "rds", "describe_db_instances", nil, "DBInstances", "DBInstanceIdentifier"},
	{"DBSubnetGroup", "rds", "describe_db_subnet_groups", nil, "DBSubnetGroups", "DBSubnetGroupName"},
	{"Distribution", "cloudfront", "list_distributions", nil, "DistributionList.Items", "Comment"},
	{"Domain", "opensearch", "list_domain_names", nil, "DomainNames", "DomainName"},
	{"InstanceProfile", "iam", "list_instance_profiles", nil, "InstanceProfiles", "InstanceProfileName"},
	{"LaunchTemplate", "ec2", "describe_launch_templates", nil, "LaunchTemplates", "LaunchTemplateName"},
	{"LoadBalancer", "elbv2", "describe_load_balancers", nil, "LoadBalancers", "LoadBalancerName"},
	{"LogGroup", "logs", "describe_log_groups", nil, "logGroups", "logGroupName"},
	{"Namespace", "servicediscovery", "list_namespaces", nil, "Namespaces", "Name"},
	{"OriginAccessControl", "cloudfront", "list_origin_access_controls", nil, "OriginAccessControlList.Items", "Name"},
	{"ParameterGroup", "elasticache", "describe_cache_parameter_groups", nil, "CacheParameterGroups", "CacheParameterGroupName"},
	{"ReplicationGroup", "elasticache", "describe_replication_groups", nil, "ReplicationGroups", "ReplicationGroupId"},
	{"Role", "iam", "list_roles", nil, "Roles", "RoleName"},
	{"ScalableTarget", "application-autoscaling", "describe_scalable_targets", map[string]any{"ServiceNamespace": "ecs"}, "ScalableTargets", "ResourceId"},
	{"Secret", "secretsmanager", "list_secrets", nil, "SecretList", "Name"},
	{"Snapshot", "elasticache", "describe_snapshots", nil, "Snapshots", "SnapshotName"},
	{"SubnetGroup", "elasticache", "describe_cache_subnet_groups", nil, "CacheSubnetGroups", "CacheSubnetGroupName"},
	{"TargetGroup", "elbv2", "describe_target_groups", nil, "TargetGroups", "TargetGroupName"},
	{"TaskDefinition", "ecs", "list_task_definitions", map[string]any{"status": "ACTIVE"}, "taskDefinitionArns", ""},
	{"Topic", "sns", "list_topics", nil, "Topics", "TopicArn"},
	{"Vault", "backup", "list_backup_vaults", nil, "BackupVaultList", "BackupVaultName"},
}

// tagged are listings of things that have no names; the filter by tag is added.
var tagged = []listing{
	{"EBSSnapshot", "ec2", "describe_snapshots", nil, "Snapshots", "SnapshotId"},
	{"EBSVolume", "ec2", "describe_volumes", nil, "Volumes", "VolumeId"},
	{"EIP", "ec2", "describe_addresses", nil, "Addresses", "AllocationId"},
	{"FlowLog", "ec2", "describe_flow_logs", nil, "FlowLogs", "FlowLogId"},
	{"Instance", "ec2", "describe_instances", nil, "Reservations.Instances", "InstanceId"},
	{"InternetGateway", "ec2", "describe_internet_gateways", nil, "InternetGateways", "InternetGatewayId"},
	{"NATGateway", "ec2", "describe_nat_gateways", nil, "NatGateways", "NatGatewayId"},
	{"RouteTable", "ec2", "describe_route_tables", nil, "RouteTables", "RouteTableId"},
	{"SecurityGroup", "ec2", "describe_security_groups", nil, "SecurityGroups", "GroupName"},
	{"SecurityGroupRule", "ec2", "describe_security_group_rules", nil, "SecurityGroupRules", "SecurityGroupRuleId"},
	{"Subnet", "ec2", "describe_subnets", nil, "Subnets", "SubnetId"},
	{"VPC", "ec2", "describe_vpcs", nil, "Vpcs", "VpcId"},
	{"VPCEndpoint", "ec2", "describe_vpc_endpoints", nil, "VpcEndpoints", "VpcEndpointId"},
}

// Left lists what AWS has of a platform, as "Kind name" where things have names, and "Kind" where AWS gave them an id: for
// a platform whose claim, as the API server had it, is gone. Image repositories are those of the whole account.
func Left(ctx context.Context, endpoint string, claim *unstructured.Unstructured) ([]string, error) {
	p, err := resolve(claim)
	if err != nil {
		return nil, err
	}
	s, err := newSDK(ctx, endpoint, p.Region)
	if err != nil {
		return nil, err
	}
	defer s.close()
	c := &check{sdk: s, p: p}
	var out []string
	for _, l := range listings {
		c.list(l, func(name string, _ map[string]any) {
			if own(p, name) {
				out = append(out, l.kind+" "+short(name))
			}
		})
	}
	for _, l := range tagged {
		l.parameters = c.owned()
		c.list(l, func(_ string, thing map[string]any) {
			if tagOf(thing, "Claim") == p.Tags["Claim"] { // moto filters not everywhere
				out = append(out, l.kind)
			}
		})
	}
	c.list(listing{"Repository", "ecr", "describe_repositories", nil, "repositories", "repositoryName"}, func(name string, _ map[string]any) {
		out = append(out, "Repository "+name)
	})
	c.list(listing{"Key", "kms", "list_keys", nil, "Keys", "KeyId"}, func(id string, _ map[string]any) {
		var key struct {
			KeyMetadata struct{ Description, KeyState string }
		}
		if c.ask(call{"kms", "describe_key", map[string]any{"KeyId": id}, &key}) && own(p, key.KeyMetadata.Description) {
			out = append(out, "Key "+key.KeyMetadata.KeyState)
		}
	})
	if d := p.Domain; d != nil && d.HostedZoneID != nil {
		records := listing{"Record", "route53", "list_resource_record_sets", map[string]any{"HostedZoneId": *d.HostedZoneID}, "ResourceRecordSets", "Name"}
		c.list(records, func(name string, r map[string]any) {
			// The zone's own have its name, and a platform may be at it too.
			if typ := fmt.Sprint(r["Type"]); typ != "NS" && typ != "SOA" && (name == d.Name+"." || name == p.APIName()+".") {
				out = append(out, "Record "+typ+" "+name)
			}
		})
	}
	if len(c.differences) > 0 {
		return nil, fmt.Errorf("cannot list: %s", strings.Join(c.differences, "; "))
	}
	slices.Sort(out)
	return out, nil
}

// short is a name without what an ARN has before it.
func short(name string) string {
	if !strings.HasPrefix(name, "arn:") {
		return name
	}
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[i+1:]
	}
	return name[strings.LastIndexByte(name, ':')+1:]
}

// tagOf is the value of a thing's tag, as EC2 shows tags.
func tagOf(thing map[string]any, key string) string {
	for _, t := range all(thing, []string{"Tags"}) {
		if m, ok := t.(map[string]any); ok && m["Key"] == key {
			return fmt.Sprint(m["Value"])
		}
	}
	return ""
}

// own says whether a name begins with a platform's prefix, wherever a path or an ARN has it.
func own(p *platform.Platform, name string) bool {
	i := strings.Index(name, p.Prefix)
	if i < 0 || i > 0 && !strings.ContainsRune("/: ", rune(name[i-1])) {
		return false
	}
	rest := name[i+len(p.Prefix):]
	return rest == "" || strings.ContainsRune("-/:. ", rune(rest[0]))
}

// list calls f with all things of a listing that are not on their way out.
func (c *check) list(l listing, f func(name string, thing map[string]any)) {
	var answer map[string]any
	if !c.ask(call{l.service, l.operation, l.parameters, &answer}) {
		return
	}
	for _, thing := range all(answer, strings.Split(l.at, ".")) {
		if name, ok := thing.(string); ok {
			f(name, nil)
			continue
		}
		m, _ := thing.(map[string]any)
		if state := fmt.Sprint(m["State"]); strings.Contains(state, "deleted") || strings.Contains(state, "terminated") {
			continue
		}
		name := ""
		for _, v := range all(m, strings.Split(l.name, ".")) {
			name = fmt.Sprint(v)
		}
		f(name, m)
	}
}

// all is what stands at a path, over all elements of the lists on it.
func all(v any, path []string) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []any
		for _, e := range v {
			out = append(out, all(e, path)...)
		}
		return out
	case map[string]any:
		if len(path) > 0 {
			return all(v[path[0]], path[1:])
		}
	}
	return []any{v}
}
