package kinds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/aws/crds"
)

// key is the key of a kind as kubectl writes it.
func key(kind string) Key {
	name, group, _ := strings.Cut(kind, ".")
	return Key{Group: group, Kind: name}
}

// TestVersions fails when the provider has been changed and the table has not.
func TestVersions(t *testing.T) {
	root, err := crds.Root()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "tools", "provider-aws", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range []string{
		"github.com/upbound/provider-aws/v2 " + ProviderVersion + "\n",
		"github.com/upbound/terraform-provider-aws " + TerraformVersion + "\n",
	} {
		if !strings.Contains(string(mod), pin) {
			t.Errorf("Should be generated from what tools/provider-aws/go.mod pins, which is not %s: run make update ONLY=replacements", strings.TrimSpace(pin))
		}
	}
}

// TestConditions holds the conditions, which are written by hand, against the table.
func TestConditions(t *testing.T) {
	for kind, schema := range schemas {
		for path, f := range schema.fields {
			// A reference has the condition of what it fills in, where there is one of its own name.
			if f.Flags&Sometimes == 0 || strings.HasSuffix(path, "Ref") || strings.HasSuffix(path, "Refs") {
				continue
			}
			if _, ok := Of(kind).Replaces[path]; !ok {
				t.Errorf("Should say when %s of %s forces replacement: read its CustomizeDiff, and add a condition", path, kind)
			}
		}
	}
	for kind, facts := range registry {
		for path := range facts.Replaces {
			if Lookup(kind, path).Flags&Sometimes == 0 {
				t.Errorf("Should have no condition of %s of %s, which forces replacement always or never", path, kind)
			}
		}
	}
}

// TestKnownImmutable holds the table against what was read in the source by a person, kind by kind, before it was generated.
func TestKnownImmutable(t *testing.T) {
	cases := map[string]struct{ forced, changeable []string }{
		"TaskDefinition.ecs.aws.upbound.io": {
			forced:     []string{"containerDefinitions", "cpu", "memory", "executionRoleArn", "taskRoleArn", "family", "networkMode", "requiresCompatibilities", "runtimePlatform.cpuArchitecture", "volume.name"},
			changeable: []string{"tags.x", "skipDestroy", "trackLatest"},
		},
		"Cluster.rds.aws.upbound.io": {
			forced:     []string{"engine", "engineMode", "databaseName", "masterUsername", "dbSubnetGroupName", "kmsKeyId", "kmsKeyIdRef.name", "availabilityZones", "clusterScalabilityType", "restoreToPointInTime", "storageEncrypted", "snapshotIdentifier"},
			changeable: []string{"engineVersion", "backupRetentionPeriod", "deletionProtection", "vpcSecurityGroupIds", "serverlessv2ScalingConfiguration.maxCapacity"},
		},
		"ReplicationGroup.elasticache.aws.upbound.io": {
			forced:     []string{"atRestEncryptionEnabled", "dataTieringEnabled", "kmsKeyId", "networkType", "port", "securityGroupNames", "snapshotArns", "snapshotName", "subnetGroupName", "globalReplicationGroupId"},
			changeable: []string{"nodeType", "numCacheClusters", "automaticFailoverEnabled", "authTokenSecretRef.name", "snapshotRetentionLimit"},
		},
		"Broker.mq.aws.upbound.io": {
			forced:     []string{"brokerName", "deploymentMode", "engineType", "encryptionOptions.kmsKeyId", "publiclyAccessible", "subnetIds", "subnetIdRefs", "ldapServerMetadata"},
			changeable: []string{"hostInstanceType", "engineVersion", "logs.general", "user.username"},
		},
		"Secret.secretsmanager.aws.upbound.io":         {forced: []string{"name"}, changeable: []string{"recoveryWindowInDays", "kmsKeyId", "description"}},
		"SecretVersion.secretsmanager.aws.upbound.io":  {forced: []string{"secretId", "secretStringSecretRef.key"}, changeable: []string{"versionStages"}},
		"SecretRotation.secretsmanager.aws.upbound.io": {forced: []string{"secretId"}, changeable: []string{"rotationRules.automaticallyAfterDays"}},
		"VPC.ec2.aws.upbound.io":                       {forced: []string{"cidrBlock", "region"}, changeable: []string{"enableDnsSupport"}},
		"Subnet.ec2.aws.upbound.io":                    {forced: []string{"availabilityZone", "cidrBlock", "vpcId"}, changeable: []string{"mapPublicIpOnLaunch"}},
		"SecurityGroup.ec2.aws.upbound.io":             {forced: []string{"name", "description", "vpcId"}, changeable: []string{"tags"}},
		"EBSVolume.ec2.aws.upbound.io":                 {forced: []string{"availabilityZone", "encrypted", "kmsKeyId", "snapshotId"}, changeable: []string{"size", "iops", "throughput", "type"}},
		"Instance.ec2.aws.upbound.io":                  {forced: []string{"ami", "subnetId", "keyName", "ebsBlockDevice.snapshotId"}, changeable: []string{"disableApiTermination", "iamInstanceProfile"}},
		"LBTargetGroup.elbv2.aws.upbound.io":           {forced: []string{"name", "port", "protocol", "protocolVersion", "targetType", "vpcId"}, changeable: []string{"healthCheck.path", "deregistrationDelay"}},
		"LB.elbv2.aws.upbound.io":                      {forced: []string{"name", "internal", "loadBalancerType"}, changeable: []string{"idleTimeout", "accessLogs.bucket"}},
		"Service.ecs.aws.upbound.io":                   {forced: []string{"cluster", "launchType", "schedulingStrategy"}, changeable: []string{"taskDefinition", "desiredCount", "networkConfiguration.subnets"}},
		"Service.servicediscovery.aws.upbound.io":      {forced: []string{"name", "dnsConfig.routingPolicy", "healthCheckCustomConfig.failureThreshold"}, changeable: []string{"description"}},
		"Certificate.acm.aws.upbound.io":               {forced: []string{"domainName", "validationMethod", "keyAlgorithm"}, changeable: []string{"tags"}},
		"TopicSubscription.sns.aws.upbound.io":         {forced: []string{"topicArn", "protocol", "endpoint"}, changeable: []string{"filterPolicy"}},
		"Target.appautoscaling.aws.upbound.io":         {forced: []string{"resourceId", "scalableDimension", "serviceNamespace"}, changeable: []string{"minCapacity", "maxCapacity"}},
		"ClusterInstance.rds.aws.upbound.io":           {forced: []string{"clusterIdentifier", "availabilityZone", "engine"}, changeable: []string{"instanceClass", "promotionTier", "performanceInsightsKmsKeyId"}},
		"Domain.opensearch.aws.upbound.io":             {forced: []string{"domainName", "encryptAtRest.kmsKeyId"}, changeable: []string{"clusterConfig.instanceType", "ebsOptions.volumeSize", "tags.x"}},
	}
	for kind, tc := range cases {
		for _, path := range tc.forced {
			if Lookup(key(kind), path).Flags&Forces == 0 {
				t.Errorf("%s: %s should force replacement", kind, path)
			}
		}
		for _, path := range tc.changeable {
			if Lookup(key(kind), path).Flags&(Forces|Sometimes) != 0 {
				t.Errorf("%s: %s should be changed in place", kind, path)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	const (
		domain  = "Domain.opensearch.aws.upbound.io"
		ec2     = "Instance.ec2.aws.upbound.io"
		redis   = "ReplicationGroup.elasticache.aws.upbound.io"
		cluster = "Cluster.rds.aws.upbound.io"
		rule    = "SecurityGroupIngressRule.ec2.aws.upbound.io"
		lb      = "LB.elbv2.aws.upbound.io"
		volume  = "EBSVolume.ec2.aws.upbound.io"
	)
	none := map[string]any{}
	cases := map[string]struct {
		reason         string
		kind, path     string
		old, updated   any
		before, params map[string]any
		want           string // the reason that is given, empty if it is changed in place
	}{
		"Forces":       {"Should refuse what is always refused", redis, "port", 6379.0, 6380.0, none, none, "AWS cannot change it in place"},
		"InPlace":      {"Should change what can be changed", redis, "nodeType", "a", "b", none, none, ""},
		"Unknown":      {"Should take a field that the table does not have for one that can be changed", redis, "tags.Name", "a", "b", none, none, ""},
		"UnknownKind":  {"Should know nothing of kinds that are not AWS's", "Usage.protection.crossplane.io", "of", "a", "b", none, none, ""},
		"Upgrade":      {"Should upgrade a domain", domain, "engineVersion", "OpenSearch_2.9", "OpenSearch_2.19", none, none, ""},
		"Downgrade":    {"Should not lower a domain's version", domain, "engineVersion", "OpenSearch_2.19", "OpenSearch_2.9", none, none, "AWS cannot change it in place: domains are upgraded only"},
		"SwitchedOff":  {"Should not switch encryption off", domain, "encryptAtRest.enabled", true, false, none, none, "AWS cannot change it in place: it is switched off"},
		"SwitchedOn":   {"Should switch encryption on", domain, "encryptAtRest.enabled", false, true, none, none, ""},
		"SameArch":     {"Should give an instance another size", ec2, "instanceType", "m6i.xlarge", "r7i.large", none, none, ""},
		"OtherArch":    {"Should not move an instance to Graviton", ec2, "instanceType", "m6i.xlarge", "m7g.xlarge", none, none, "AWS cannot change it in place: Graviton and x86 run different software"},
		"GPU":          {"Should not take every g for Graviton", ec2, "instanceType", "g4dn.xlarge", "m6i.xlarge", none, none, ""},
		"UserData":     {"Should change user data of an instance that is not to be replaced for it", ec2, "userData", "a", "b", none, none, ""},
		"UserDataAsk":  {"Should refuse to change user data where that is asked to replace", ec2, "userData", "a", "b", none, map[string]any{"userDataReplaceOnChange": true}, "AWS cannot change it in place: userDataReplaceOnChange is set"},
		"Redis":        {"Should upgrade Redis", redis, "engineVersion", "7.0", "7.1", none, none, ""},
		"RedisOlder":   {"Should not lower Redis' version", redis, "engineVersion", "7.1", "7.0", none, none, "AWS cannot change it in place: caches are upgraded only"},
		"Aurora":       {"Should change Aurora's storage type", cluster, "storageType", "aurora", "aurora-iopt1", none, map[string]any{"engine": "aurora-postgresql"}, ""},
		"Grows":        {"Should let a volume grow", volume, "size", 100.0, 200.0, none, none, ""},
		"Shrinks":      {"Should say that AWS refuses a smaller volume", volume, "size", 500.0, 100.0, none, none, "AWS does not make it smaller: EBS volumes only grow"},
		"AuroraOlder":  {"Should say that AWS refuses an older Aurora", cluster, "engineVersion", "15.12", "15.4", none, none, "AWS does not go back to an older version"},
		"AuroraNewer":  {"Should upgrade Aurora", cluster, "engineVersion", "15.4", "15.12", none, none, ""},
		"AuroraMajor":  {"Should take a version without its minor for no older one", cluster, "engineVersion", "15.12", "15", none, none, ""},
		"AuroraNone":   {"Should take no version for no older one", cluster, "engineVersion", "15.12", nil, none, none, ""},
		"BrokerMajor":  {"Should upgrade RabbitMQ from 3 to 4", "Broker.mq.aws.upbound.io", "engineVersion", "3.13", "4.2", none, none, ""},
		"BrokerMinor":  {"Should upgrade RabbitMQ within a major version", "Broker.mq.aws.upbound.io", "engineVersion", "4.2", "4.3", none, none, ""},
		"BrokerOlder":  {"Should say that AWS refuses an older RabbitMQ", "Broker.mq.aws.upbound.io", "engineVersion", "4.2", "3.13", none, none, "AWS does not go back to an older version"},
		"RuleRange":    {"Should change a rule's range", rule, "cidrIpv4", "10.0.0.0/8", "10.0.0.0/16", none, none, ""},
		"RuleSource":   {"Should not make a rule for a range one for a group", rule, "cidrIpv4", "10.0.0.0/8", nil, none, none, "AWS cannot change it in place: a rule's other side cannot become one of another kind"},
		"ALBSubnets":   {"Should move an application load balancer", lb, "subnets", []any{"a"}, []any{"b"}, none, map[string]any{"loadBalancerType": "application"}, ""},
		"NLBSubnets":   {"Should not move a network load balancer", lb, "subnets", []any{"a"}, []any{"b"}, none, map[string]any{"loadBalancerType": "network"}, "AWS cannot change it in place: a network load balancer gets more subnets, and loses none"},
		"BelowABlock":  {"Should look at a block's fields one by one", "Broker.mq.aws.upbound.io", "encryptionOptions.other", "a", "b", none, none, ""},
		"BlockAdded":   {"Should refuse another block where the block is", "Broker.mq.aws.upbound.io", "encryptionOptions", nil, none, none, none, "AWS cannot change it in place"},
		"RefOfForced":  {"Should take a reference for what it fills in", redis, "subnetGroupNameRef.name", "a", "b", none, none, "AWS cannot change it in place"},
		"RefOfDepends": {"Should take a rule's reference for what it fills in", rule, "referencedSecurityGroupIdRef.name", "a", "b", none, none, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			reason, refused := Refused(key(tc.kind), tc.path, Change{Old: tc.old, New: tc.updated, Before: tc.before, After: tc.params})
			if diff := cmp.Diff(tc.want, reason); diff != "" || refused != (tc.want != "") {
				t.Errorf("%s: refused %t\n-want, +got:\n%s", tc.reason, refused, diff)
			}
		})
	}
}
