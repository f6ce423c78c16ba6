package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Impact is what a change costs while it is made.
type Impact struct {
	// Field is the field whose change it is of, empty if it is of the resource as a whole.
	Field string `json:"field,omitempty"`
	// Effect says what happens, and when.
	Effect string `json:"effect"`
	// Outage says that something does not answer for a while.
	Outage bool `json:"outage"`
	// Source is where AWS says so.
	Source string `json:"source"`
}

// When AWS makes a change.
type when int

const (
	atOnce   when = iota
	inWindow      // in the next maintenance window, unless applyImmediately is set
)

// An impact of a kind and field. Plans are read by people who decide when to do it, so every entry says how long what is
// not there.
type impact struct {
	effect string
	outage bool
	when   when
	source string
}

const (
	auroraModify = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html"
	redisScale   = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.RedisStandalone.ScaleUp.html"
	mqEdit       = "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/amazon-mq-editing-broker-preferences.html"
	searchChange = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-configuration-changes.html"
	ec2Resize    = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html"
	ebsModify    = "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modify-volume.html"
	natGateway   = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
	template     = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html"
	ecsDeploy    = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html"
)

const ecsService = "Service.ecs.aws.upbound.io"

// otherGroups is of what is put into other security groups.
const otherGroups = "whoever only the former security groups let in is shut out"

// blueGreen is how OpenSearch makes larger changes.
const blueGreen = "a second set of nodes may be made and the data copied: it answers, but more slowly, for up to hours; no other change is taken meanwhile"

var updates = map[string]map[string]impact{
	"ClusterInstance.rds.aws.upbound.io": {
		"instanceClass":              {"the instance restarts; if it is the writer, Aurora fails over to a reader in about half a minute, and without readers it is away for minutes", true, inWindow, auroraModify},
		"caCertIdentifier":           {"the instance may restart, which takes minutes", true, inWindow, auroraModify},
		"performanceInsightsEnabled": {"the instance goes on meanwhile", false, atOnce, auroraModify},
	},
	"Cluster.rds.aws.upbound.io": {
		"vpcSecurityGroupIds":         {otherGroups, true, atOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.RDSSecurityGroups.html"},
		"dbClusterParameterGroupName": {"parameters that need a restart take effect when instances are restarted, which nobody does by itself", false, atOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html"},
		"manageMasterUserPassword":    {"RDS makes a new password for the administrator at once, and keeps it in Secrets Manager: whoever logs in with the former one is refused", true, atOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"},
		"engineVersion":               {"all instances are upgraded and restart: a minor version takes seconds to minutes, a major one up to an hour", true, inWindow, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.html"},
		"port":                        {"all instances restart, and every client has to know the new port", true, inWindow, auroraModify},
	},
	"ClusterParameterGroup.rds.aws.upbound.io": {
		"parameter": {"a parameter whose method is pending-reboot takes effect when instances are restarted, which nobody does by itself", false, atOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html"},
	},
	"ReplicationGroup.elasticache.aws.upbound.io": {
		"securityGroupIds":         {otherGroups, true, atOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/elasticache-vpc-accessing.html"},
		"nodeType":                 {"nodes are replaced: with automatic failover it is away for seconds, with a single node for minutes, and what is cached is kept if it fits", true, inWindow, redisScale},
		"engineVersion":            {"nodes are upgraded one by one: with automatic failover it is away for seconds, with a single node for minutes", true, inWindow, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html"},
		"numCacheClusters":         {"it answers meanwhile", false, atOnce, redisScale},
		"authTokenSecretRef":       {"the former token is taken too until the next change, so that clients can move", false, atOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html"},
		"transitEncryptionEnabled": {"clients must speak TLS from then on", true, atOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html"},
	},
	"Broker.mq.aws.upbound.io": {
		"hostInstanceType": {"the broker restarts: a single instance is away for minutes, a cluster node by node, and connections have to be made anew", true, inWindow, mqEdit},
		"engineVersion":    {"the broker is upgraded and restarts: a single instance is away for minutes, a cluster node by node, and connections have to be made anew", true, inWindow, "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/upgrading-brokers.html"},
		"logs":             {"the broker restarts", true, inWindow, mqEdit},
	},
	"Domain.opensearch.aws.upbound.io": {
		"clusterConfig": {blueGreen, false, atOnce, searchChange},
		"engineVersion": {"the domain is upgraded by a second set of nodes; it answers, but an upgrade cannot be taken back", false, atOnce, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/version-migration.html"},
		"ebsOptions":    {"other volumes may need a second set of nodes: it answers, but more slowly, for up to hours; smaller ones must have room for the data", false, atOnce, searchChange},
		"advancedSecurityOptions.masterUserOptions.masterUserPasswordSecretRef": {"the former password is refused at once: services that have it are shut out until their tasks are replaced", true, atOnce, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html"},
		"advancedSecurityOptions.enabled":                                       {blueGreen, false, atOnce, searchChange},
	},
	"Instance.ec2.aws.upbound.io": {
		"instanceType": {"the instance is stopped and started: ClickHouse is away for minutes", true, atOnce, ec2Resize},
		"userData":     {"the instance is stopped and started: ClickHouse is away for minutes", true, atOnce, ec2Resize},
	},
	"EBSVolume.ec2.aws.upbound.io": {
		"size":       {"the volume grows while it is used; it can be changed again after six hours, and never shrinks", false, atOnce, ebsModify},
		"iops":       {"the volume is changed while it is used; it can be changed again after six hours", false, atOnce, ebsModify},
		"throughput": {"the volume is changed while it is used; it can be changed again after six hours", false, atOnce, ebsModify},
		"type":       {"the volume is changed while it is used; it can be changed again after six hours", false, atOnce, ebsModify},
	},
	"LaunchTemplate.ec2.aws.upbound.io": {
		"": {"a new version of the template: only an instance that is launched later has it", false, atOnce, template},
	},
	"Secret.secretsmanager.aws.upbound.io": {
		"kmsKeyId": {"whoever reads it needs the right to decrypt with that key, and is refused without", true, atOnce, "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"},
	},
	"Route.ec2.aws.upbound.io": {
		"natGatewayIdRef": {"connections that go out through the former gateway break, and have to be made anew; they come from another address", true, atOnce, natGateway},
	},
}

// lowered are the impacts of values that become smaller.
var lowered = map[string]map[string]impact{
	"Group.cloudwatchlogs.aws.upbound.io":            {"retentionInDays": {"log lines that are older are deleted", false, atOnce, "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"}},
	"Cluster.rds.aws.upbound.io":                     {"backupRetentionPeriod": {"backups that are older are deleted: to no earlier time can it be restored any more", false, atOnce, "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html"}},
	"ReplicationGroup.elasticache.aws.upbound.io":    {"snapshotRetentionLimit": {"snapshots that are older are deleted", false, atOnce, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html"}},
	"BucketLifecycleConfiguration.s3.aws.upbound.io": {"rule.expiration.days": {"objects that are older are deleted", false, atOnce, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html"}},
}

// Of what is deleted, or replaced by one that is something else to others.
const (
	dnsRecord = "Record.route53.aws.upbound.io"
	listener  = "LBListener.elbv2.aws.upbound.io"
)

var deletions = map[string]impact{
	dnsRecord: {"%v leads nowhere any more", true, atOnce, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-deleting.html"},
	listener:  {"the load balancer answers on port %v no more", true, atOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/delete-listener.html"},
	"SecurityGroupIngressRule.ec2.aws.upbound.io": {"whom no other rule lets in is shut out", true, atOnce, "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"},
	"NATGateway.ec2.aws.upbound.io":               {"connections that still go out through it break", true, atOnce, natGateway},
	"EIP.ec2.aws.upbound.io":                      {"the address is given back, and does not come again: whoever lets the platform in by it has to know the other one", false, atOnce, "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html"},
	"VPCEndpoint.ec2.aws.upbound.io":              {"open connections to S3 break, and new ones go out through the NAT gateways, which costs by the gigabyte", true, atOnce, "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html"},
	"ClusterInstance.rds.aws.upbound.io":          {"connections to it break; if it is the writer, Aurora fails over to another", true, atOnce, auroraModify},
}

// injectedValues is where ECS says that a container reads secrets when it starts, and never again.
const injectedValues = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"

// rotations are the impacts of another value of a secret, beside those of what it is the password of.
var rotations = map[string]impact{
	"clickhouse":      {"ClickHouse takes the new password within five minutes, and refuses the former from then on: until both it and a task have the new one, that task is shut out", true, atOnce, injectedValues},
	"jwt":             {"everybody is signed out", false, atOnce, injectedValues},
	"service-api-key": {"while tasks are replaced, those with the new key and those with the former refuse each other", true, atOnce, injectedValues},
	"webhook-hmac":    {"whoever checks signatures needs the new value", false, atOnce, injectedValues},
}

// updateImpacts are those of changed fields, one of each effect.
func updateImpacts(o resource, fields []Field) []Impact {
	var out []Impact
	seen := map[string]bool{}
	for _, f := range fields {
		if f.Ignored != "" || !f.parameter || strings.HasPrefix(f.Path, "tags") {
			continue
		}
		field, i, ok := o.impact(f, fields)
		if !ok || seen[i.effect] {
			continue
		}
		seen[i.effect] = true
		effect := i.effect
		if i.when == inWindow && o.parameters["applyImmediately"] != true {
			effect = "in the next maintenance window" + o.window() + ": " + effect
		}
		out = append(out, Impact{Field: field, Effect: effect, Outage: i.outage, Source: i.source})
	}
	return out
}

// impact is that of one of the changed fields.
func (o resource) impact(f Field, fields []Field) (field string, i impact, ok bool) {
	if o.kind == ecsService {
		i, ok = o.deployment(fields)
		return "", i, ok
	}
	path := withoutIndices(f.Path)
	if field, i, ok = find(updates[o.kind], path); ok {
		return field, i, true
	}
	was, err := strconv.ParseFloat(f.Old, 64)
	will, err2 := strconv.ParseFloat(f.New, 64)
	if err != nil || err2 != nil || will >= was {
		return "", impact{}, false
	}
	return find(lowered[o.kind], path)
}

// deployment is what becomes of an ECS service's tasks. Each change of it is a rollout, because forceNewDeployment is set.
func (o resource) deployment(fields []Field) (i impact, ok bool) {
	count := -1.0 // an autoscaler's
	if n, fixed := o.parameters["desiredCount"].(float64); fixed {
		count = n
	}
	changed := slices.IndexFunc(fields, func(f Field) bool { return f.Path == "desiredCount" })
	switch {
	case count == 0 && changed >= 0:
		return impact{"its tasks stop, and none answers until the count is raised again", true, atOnce, ecsDeploy}, true
	case count == 0, changed >= 0 && fields[changed].Old == "0": // there are none to replace
		return impact{}, false
	case o.parameters["deploymentMinimumHealthyPercent"] == 0.0:
		return impact{"the one task there is stops before the next one starts: it is away for a minute or two", true, atOnce, ecsDeploy}, true
	default:
		return impact{"every task is replaced, the new ones first", false, atOnce, ecsDeploy}, true
	}
}

// find is the impact of a path, or of what it is in.
func find(impacts map[string]impact, path string) (field string, i impact, ok bool) {
	for field = path; ; {
		if i, ok = impacts[field]; ok || field == "" {
			return field, i, ok
		}
		field = field[:max(0, strings.LastIndexByte(field, '.'))]
	}
}

// window is when a resource's maintenance window is, as far as the resource says.
func (o resource) window() string {
	for _, name := range []string{"preferredMaintenanceWindow", "maintenanceWindow"} {
		if w := text(o.parameters[name]); w != "" {
			return " (" + w + " UTC)"
		}
	}
	if w, ok := o.parameters["maintenanceWindowStartTime"].(map[string]any); ok {
		return fmt.Sprintf(" (%v %v %v)", w["dayOfWeek"], w["timeOfDay"], w["timeZone"])
	}
	return ""
}

func deleteImpacts(o resource) []Impact {
	i, ok := deletions[o.kind]
	if !ok || o.orphaned() {
		return nil
	}
	effect := i.effect
	switch o.kind {
	case dnsRecord:
		if o.parameters["alias"] == nil { // it proves a name to ACM
			return nil
		}
		effect = fmt.Sprintf(effect, o.parameters["name"])
	case listener:
		effect = fmt.Sprintf(effect, o.parameters["port"])
	}
	return []Impact{{Effect: effect, Outage: i.outage, Source: i.source}}
}

// replaceImpacts are those of a resource, by its name in the composition, that is replaced.
func replaceImpacts(name string, old, updated resource) []Impact {
	var out []Impact
	if old.kind != dnsRecord || old.parameters["name"] != updated.parameters["name"] {
		out = deleteImpacts(old)
	}
	secret, _, _ := strings.Cut(strings.TrimPrefix(name, "secret-"), "-version-")
	if i, ok := rotations[secret]; ok && old.kind == "SecretVersion.secretsmanager.aws.upbound.io" {
		out = append(out, Impact{Effect: i.effect, Outage: i.outage, Source: i.source})
	}
	return out
}
