package mockaws

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/platform"
)

// Expected is what a claim does not say of what AWS is to have.
type Expected struct {
	// Secrets are the values that Secrets Manager is to hold, by its names; nil compares none. They are never printed.
	Secrets map[string]string
	// Alarms is their number; 0 compares it not.
	Alarms int
	// Without are kinds that the run did not make in AWS.
	Without []string
}

// Check compares what AWS has with what a claim asks for and returns the differences, each a sentence. The claim is the one
// that the API server has: the composite resource's name is taken from it. It reads as whoever operates the platform
// would, with AWS' SDK and not with the provider's eyes; python3 with boto3 is needed, which moto depends on.
func Check(ctx context.Context, endpoint string, claim *unstructured.Unstructured, want Expected) []string {
	p, err := resolve(claim)
	if err != nil {
		return []string{err.Error()}
	}
	s, err := newSDK(ctx, endpoint, p.Region)
	if err != nil {
		return []string{err.Error()}
	}
	defer s.close()
	c := &check{sdk: s, p: p, want: want}
	for _, f := range []func(){c.network, c.securityGroups, c.loadBalancer, c.services, c.secrets, c.buckets, c.stores, c.site, c.records, c.alarms} {
		f()
	}
	return c.differences
}

// resolve works out what a claim asks for.
func resolve(claim *unstructured.Unstructured) (*platform.Platform, error) {
	in := platform.Input{ClaimName: claim.GetName(), ClaimNamespace: claim.GetNamespace()}
	in.XRName, _, _ = unstructured.NestedString(claim.Object, "spec", "resourceRef", "name")
	spec, _, err := unstructured.NestedMap(claim.Object, "spec")
	if err != nil {
		return nil, err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec, &in.Spec); err != nil {
		return nil, err
	}
	p, errs := platform.Resolve(in)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return p, nil
}

// Make makes a call of one operation, as boto3 names it, as whoever operates a platform does behind Crossplane's back.
func Make(ctx context.Context, endpoint, region, service, operation string, parameters map[string]any) error {
	s, err := newSDK(ctx, endpoint, region)
	if err != nil {
		return err
	}
	defer s.close()
	errs, err := s.ask([]call{{Service: service, Operation: operation, Parameters: parameters}})
	return errors.Join(append(errs, err)...)
}

// A check collects differences.
type check struct {
	sdk  *sdk
	p    *platform.Platform
	want Expected

	vpc         string
	differences []string
}

func (c *check) differ(format string, args ...any) {
	c.differences = append(c.differences, fmt.Sprintf(format, args...))
}

// equal notes a difference of a value.
func (c *check) equal(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		c.differ("%s is %s, the claim asks for %s", what, g, w)
	}
}

// A call is one operation, as boto3 names it, with its parameters and where its answer goes.
type call struct {
	Service    string         `json:"service"`
	Operation  string         `json:"operation"`
	Parameters map[string]any `json:"parameters"`
	answer     any
}

//go:embed ask.py
var asker string

// An sdk is AWS' SDK for Python, as a process that makes calls until it is closed. To start it takes longer than a call.
type sdk struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err *bytes.Buffer
}

func newSDK(ctx context.Context, endpoint, region string) (*sdk, error) {
	s := &sdk{cmd: exec.CommandContext(ctx, "python3", "-c", asker, endpoint, region), err: &bytes.Buffer{}} //nolint:gosec // our own program
	// Nothing of this machine's configuration may lead it elsewhere.
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "AWS_") })
	s.cmd.Env = append(s.cmd.Env, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	s.cmd.Stderr = s.err
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	return s, s.cmd.Start()
}

func (s *sdk) close() {
	s.in.Close() //nolint:errcheck,gosec // it ends then
	s.cmd.Wait() //nolint:errcheck,gosec // nothing is lost
}

// ask makes calls and returns an error for each, nil for those that succeed.
func (s *sdk) ask(calls []call) ([]error, error) {
	line, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	if line, err = s.out.ReadBytes('\n'); err != nil {
		s.close() // for what it says
		return nil, fmt.Errorf("%w: %s", err, s.err)
	}
	var answers []struct {
		Answer json.RawMessage
		Error  string
	}
	if err := json.Unmarshal(line, &answers); err != nil {
		return nil, err
	}
	if len(answers) != len(calls) {
		return nil, fmt.Errorf("%d answers to %d calls", len(answers), len(calls))
	}
	errs := make([]error, len(calls))
	for i, c := range calls {
		switch a := answers[i]; {
		case a.Error != "":
			errs[i] = errors.New(a.Error)
		case c.answer != nil:
			errs[i] = json.Unmarshal(a.Answer, c.answer)
		}
	}
	return errs, nil
}

// ask makes calls, and notes those that fail.
func (c *check) ask(calls ...call) bool {
	errs, err := c.sdk.ask(calls)
	if err != nil {
		c.differ("cannot ask AWS: %v", err)
		return false
	}
	for i, call := range calls {
		if err := errs[i]; err != nil {
			c.differ("%s: %v", call.Operation, err)
		}
	}
	return errors.Join(errs...) == nil
}

type tag struct{ Key, Value string }

// owned filters EC2's things by whose they are.
func (c *check) owned() map[string]any {
	return map[string]any{"Filters": []any{map[string]any{"Name": "tag:Claim", "Values": []any{c.p.Tags["Claim"]}}}}
}

func (c *check) network() {
	p := c.p
	var vpcs struct {
		Vpcs []struct{ VpcID, CidrBlock string }
	}
	var subnets struct {
		Subnets []struct {
			SubnetID, CidrBlock, AvailabilityZone string
		}
	}
	var tables struct {
		RouteTables []struct {
			Routes       []struct{ DestinationCidrBlock, GatewayID, NatGatewayID string }
			Associations []struct{ SubnetID string }
		}
	}
	var nats struct {
		NatGateways []struct{ NatGatewayID, SubnetID, State string }
	}
	if !c.ask(
		call{"ec2", "describe_vpcs", c.owned(), &vpcs},
		call{"ec2", "describe_subnets", c.owned(), &subnets},
		call{"ec2", "describe_route_tables", c.owned(), &tables},
		call{"ec2", "describe_nat_gateways", c.owned(), &nats},
	) {
		return
	}
	if len(vpcs.Vpcs) != 1 {
		c.differ("there are %d VPCs", len(vpcs.Vpcs))
		return
	}
	c.vpc = vpcs.Vpcs[0].VpcID
	c.equal("the VPC's range", vpcs.Vpcs[0].CidrBlock, p.VPC)

	got, ranges := map[string]string{}, map[string]string{}
	for _, s := range subnets.Subnets {
		got[s.CidrBlock], ranges[s.SubnetID] = s.AvailabilityZone, s.CidrBlock
	}
	want, natsWanted := map[string]string{}, map[string]string{}
	for _, z := range p.Zones {
		want[z.Public.String()], want[z.Private.String()] = z.Name, z.Name
		if z.OwnNAT {
			natsWanted[z.Letter] = z.Public.String()
		}
	}
	c.equal("the subnets' zones by their ranges", got, want)

	at := map[string]string{} // ranges of NAT gateways' subnets, by the gateways' ids
	for _, n := range nats.NatGateways {
		if ranges[n.SubnetID] != "" && n.State == "available" { // the mock does not filter these
			at[n.NatGatewayID] = ranges[n.SubnetID]
		}
	}
	c.equal("the NAT gateways' subnets", slices.Sorted(maps.Values(at)), slices.Sorted(maps.Values(natsWanted)))

	way := map[string]string{} // out, by the subnet's range
	for _, t := range tables.RouteTables {
		for _, a := range t.Associations {
			for _, r := range t.Routes {
				if r.DestinationCidrBlock != "0.0.0.0/0" {
					continue
				}
				switch {
				case r.NatGatewayID != "":
					way[ranges[a.SubnetID]] = "NAT in " + at[r.NatGatewayID]
				case strings.HasPrefix(r.GatewayID, "igw-"):
					way[ranges[a.SubnetID]] = "internet gateway"
				}
			}
		}
	}
	ways := map[string]string{}
	for _, z := range p.Zones {
		ways[z.Public.String()] = "internet gateway"
		ways[z.Private.String()] = "NAT in " + natsWanted[z.NAT]
	}
	c.equal("the ways out of the subnets", way, ways)
}

func (c *check) securityGroups() {
	type permission struct{ IPProtocol string }
	var groups struct {
		SecurityGroups []struct {
			GroupName                          string
			IPPermissions, IPPermissionsEgress []permission
		}
	}
	if c.vpc == "" || !c.ask(call{"ec2", "describe_security_groups", map[string]any{"Filters": []any{map[string]any{"Name": "vpc-id", "Values": []any{c.vpc}}}}, &groups}) {
		return
	}
	want := []string{"default"}
	for _, name := range []string{"alb", "aurora", "clickhouse", "ecs", "opensearch", "rabbitmq", "redis"} {
		want = append(want, c.p.AWSName(name, platform.MaxSecurityGroup))
	}
	for _, s := range c.p.Services() {
		if s.Group != "" {
			want = append(want, c.p.AWSName(s.Group, platform.MaxSecurityGroup))
		}
	}
	slices.Sort(want)
	var got []string
	for _, g := range groups.SecurityGroups {
		got = append(got, g.GroupName)
		if n := len(g.IPPermissions) + len(g.IPPermissionsEgress); g.GroupName == "default" && n > 0 {
			c.differ("the VPC's default security group has %d rules", n)
		}
	}
	slices.Sort(got)
	c.equal("the security groups", got, slices.Compact(want))
}

func (c *check) loadBalancer() {
	p := c.p
	var balancers struct {
		LoadBalancers []struct{ LoadBalancerArn, Scheme string }
	}
	if !c.ask(call{"elbv2", "describe_load_balancers", map[string]any{"Names": []any{p.AWSName("", platform.MaxLoadBalancer)}}, &balancers}) || len(balancers.LoadBalancers) != 1 {
		return
	}
	balancer := balancers.LoadBalancers[0]
	if balancer.Scheme == "internal" { // moto says nothing of one that nobody chose
		c.differ("the load balancer is not reached from the internet")
	}
	of := map[string]any{"LoadBalancerArn": balancer.LoadBalancerArn}
	type action struct{ Type, TargetGroupArn string }
	var listeners struct {
		Listeners []struct {
			ListenerArn, Protocol string
			Port                  int
			Certificates          []struct{ CertificateArn string }
			DefaultActions        []action
		}
	}
	var targets struct {
		TargetGroups []struct {
			TargetGroupArn, TargetGroupName string
		}
	}
	if !c.ask(call{"elbv2", "describe_listeners", of, &listeners}, call{"elbv2", "describe_target_groups", of, &targets}) {
		return
	}
	names := map[string]string{}
	for _, t := range targets.TargetGroups {
		names[t.TargetGroupArn] = t.TargetGroupName
	}
	var ports []string
	var entry string
	for _, l := range listeners.Listeners {
		for _, a := range l.DefaultActions {
			what := a.Type
			if a.Type == "forward" {
				what, entry = "forward to "+names[a.TargetGroupArn], l.ListenerArn
			}
			ports = append(ports, fmt.Sprintf("%s %d: %s", l.Protocol, l.Port, what))
		}
		if l.Protocol == "HTTPS" && len(l.Certificates) == 0 {
			c.differ("the HTTPS listener has no certificate")
		}
	}
	slices.Sort(ports)
	var rules, wantPorts, wantRules []string
	for _, s := range p.Services() {
		target := p.AWSName(s.Name, platform.MaxLoadBalancer)
		if s.Default && p.Domain != nil {
			wantPorts = []string{"HTTP 80: redirect", "HTTPS 443: forward to " + target}
		} else if s.Default {
			wantPorts = []string{"HTTP 80: forward to " + target}
		}
		if len(s.Paths) > 0 {
			wantRules = append(wantRules, fmt.Sprintf("%d: %v to %s", s.Priority, s.Paths, target))
		}
	}
	c.equal("the listeners", ports, wantPorts)
	if entry == "" {
		return
	}
	var all struct {
		Rules []struct {
			Priority   string
			Conditions []struct{ PathPatternConfig struct{ Values []string } }
			Actions    []action
		}
	}
	if !c.ask(call{"elbv2", "describe_rules", map[string]any{"ListenerArn": entry}, &all}) {
		return
	}
	for _, r := range all.Rules {
		if r.Priority == "default" || len(r.Conditions) == 0 || len(r.Actions) == 0 {
			continue
		}
		rules = append(rules, fmt.Sprintf("%s: %v to %s", r.Priority, r.Conditions[0].PathPatternConfig.Values, names[r.Actions[0].TargetGroupArn]))
	}
	slices.Sort(rules)
	slices.Sort(wantRules)
	c.equal("the listener's rules", rules, wantRules)
}

func (c *check) services() {
	p := c.p
	var want []any
	byName := map[string]*platform.Service{}
	for i := range p.Services() {
		s := &p.Services()[i]
		name := p.AWSName(s.Name, platform.MaxECSName)
		byName[name] = s
		want = append(want, name)
	}
	var services struct {
		Services []struct {
			ServiceName, TaskDefinition, Status string
			NetworkConfiguration                struct {
				AwsvpcConfiguration struct {
					Subnets        []string
					AssignPublicIP string
				}
			}
		}
	}
	if !c.ask(call{"ecs", "describe_services", map[string]any{"cluster": p.AWSName("", platform.MaxECSName), "services": want}, &services}) {
		return
	}
	type definition struct {
		TaskDefinition struct {
			ContainerDefinitions []struct {
				Image   string
				Command []string
				Secrets []struct{ Name, ValueFrom string }
			}
		}
	}
	definitions := make([]definition, len(services.Services))
	var calls []call
	var secrets struct {
		SecretList []struct{ ARN, Name string }
	}
	for i, s := range services.Services {
		calls = append(calls, call{"ecs", "describe_task_definition", map[string]any{"taskDefinition": s.TaskDefinition}, &definitions[i]})
	}
	if !c.ask(append(calls, call{"secretsmanager", "list_secrets", nil, &secrets})...) {
		return
	}
	for i, s := range services.Services {
		svc := byName[s.ServiceName]
		delete(byName, s.ServiceName)
		c.equal("the state of service "+s.ServiceName, s.Status, "ACTIVE")
		c.equal("the number of subnets of service "+s.ServiceName, len(s.NetworkConfiguration.AwsvpcConfiguration.Subnets), len(p.Zones))
		c.equal("a public address for service "+s.ServiceName, s.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIP, "DISABLED")
		containers := definitions[i].TaskDefinition.ContainerDefinitions
		if svc == nil || len(containers) != 1 {
			c.differ("service %s has %d containers", s.ServiceName, len(containers))
			continue
		}
		c.equal("the image of service "+s.ServiceName, containers[0].Image, svc.Image)
		var got, want []string
		for _, v := range containers[0].Secrets {
			got = append(got, v.Name)
			if !slices.ContainsFunc(secrets.SecretList, func(s struct{ ARN, Name string }) bool { return strings.HasPrefix(v.ValueFrom, s.ARN) }) {
				c.differ("%s of service %s comes from a secret that does not exist: %s", v.Name, s.ServiceName, v.ValueFrom)
			}
		}
		for _, v := range svc.Secrets() {
			want = append(want, v.Name)
		}
		slices.Sort(want)
		c.equal("the secrets of service "+s.ServiceName, got, want)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c.differ("there is no service %s", name)
	}
}

// secrets compares those that the services use, and those whose values are known. Neither value is ever printed.
func (c *check) secrets() {
	names := slices.Collect(maps.Keys(c.want.Secrets))
	for _, s := range c.p.Services() {
		for _, v := range s.Secrets() {
			if v.Secret != "aurora" { // which RDS keeps
				names = append(names, c.p.Prefix+"/"+v.Secret)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	values := make([]struct{ SecretString string }, len(names))
	var calls []call
	for i, name := range names {
		calls = append(calls, call{"secretsmanager", "get_secret_value", map[string]any{"SecretId": name}, &values[i]})
	}
	c.ask(calls...)
	for i, name := range names {
		want, known := c.want.Secrets[name]
		switch {
		case values[i].SecretString == "":
			c.differ("secret %s has no value", name)
		case known && values[i].SecretString != want:
			c.differ("secret %s has another value than the Secret in the cluster", name)
		}
	}
}

func (c *check) buckets() {
	for _, b := range []struct {
		name      string
		versioned bool
	}{{"alb-logs", false}, {"exports", false}, {"frontend", true}} {
		name := c.p.BucketName(b.name)
		of := map[string]any{"Bucket": name}
		var block struct {
			PublicAccessBlockConfiguration struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
		}
		var encryption struct {
			ServerSideEncryptionConfiguration struct {
				Rules []struct {
					ApplyServerSideEncryptionByDefault struct{ SSEAlgorithm string }
				}
			}
		}
		var ownership struct {
			OwnershipControls struct {
				Rules []struct{ ObjectOwnership string }
			}
		}
		var policy struct{ Policy string }
		var versioning struct{ Status string }
		if !c.ask(
			call{"s3", "get_public_access_block", of, &block},
			call{"s3", "get_bucket_encryption", of, &encryption},
			call{"s3", "get_bucket_ownership_controls", of, &ownership},
			call{"s3", "get_bucket_policy", of, &policy},
			call{"s3", "get_bucket_versioning", of, &versioning},
		) {
			continue
		}
		a := block.PublicAccessBlockConfiguration
		if !a.BlockPublicAcls || !a.IgnorePublicAcls || !a.BlockPublicPolicy || !a.RestrictPublicBuckets {
			c.differ("bucket %s may be made public", name)
		}
		if len(encryption.ServerSideEncryptionConfiguration.Rules) != 1 {
			c.differ("bucket %s is not encrypted", name)
		}
		if r := ownership.OwnershipControls.Rules; len(r) != 1 || r[0].ObjectOwnership != "BucketOwnerEnforced" {
			c.differ("bucket %s lets others own objects", name)
		}
		if !strings.Contains(policy.Policy, "aws:SecureTransport") {
			c.differ("bucket %s can be reached without TLS", name)
		}
		c.equal("versioning of bucket "+name, versioning.Status == "Enabled", b.versioned)
	}
}

// stores compares what holds data.
func (c *check) stores() {
	p := c.p
	c.aurora(&p.Data.Aurora)
	c.redis(&p.Data.Redis)
	c.rabbitMQ(&p.Data.RabbitMQ)
	if !slices.Contains(c.want.Without, "Domain") {
		c.openSearch(&p.Data.OpenSearch)
	}
	c.clickHouse(&p.Data.ClickHouse)
}

func (c *check) aurora(a *v1alpha1.Aurora) {
	p, name := c.p, c.p.AWSName("aurora", platform.MaxDBIdentifier)
	var clusters struct {
		DBClusters []struct {
			Engine, EngineVersion, DatabaseName string
			StorageEncrypted                    bool
			DeletionProtection                  bool
			BackupRetentionPeriod               int
			MasterUserSecret                    struct{ SecretArn string }
		}
	}
	var instances struct {
		DBInstances []struct {
			DBClusterIdentifier, DBInstanceClass string
			PubliclyAccessible                   bool
		}
	}
	if !c.ask(
		call{"rds", "describe_db_clusters", map[string]any{"DBClusterIdentifier": name}, &clusters},
		call{"rds", "describe_db_instances", nil, &instances},
	) || len(clusters.DBClusters) != 1 {
		return
	}
	d := clusters.DBClusters[0]
	c.equal("Aurora's engine", d.Engine, "aurora-postgresql")
	if !strings.HasPrefix(d.EngineVersion, *a.EngineVersion) {
		c.equal("Aurora's version", d.EngineVersion, *a.EngineVersion)
	}
	c.equal("Aurora's database", d.DatabaseName, *a.DatabaseName)
	c.equal("Aurora's encryption", d.StorageEncrypted, true)
	c.equal("Aurora's deletion protection", d.DeletionProtection, p.Protected())
	c.equal("the days that Aurora's backups are kept", d.BackupRetentionPeriod, *a.BackupRetentionDays)
	if d.MasterUserSecret.SecretArn == "" {
		c.differ("Aurora's administrator has no secret")
	}
	var classes, want []string
	for _, i := range instances.DBInstances {
		if i.DBClusterIdentifier == name {
			classes = append(classes, i.DBInstanceClass)
			c.equal("an Aurora instance's public access", i.PubliclyAccessible, false)
		}
	}
	for range 1 + *a.Readers {
		want = append(want, *a.InstanceClass)
	}
	c.equal("Aurora's instances", classes, want)
}

func (c *check) redis(r *v1alpha1.Redis) {
	var groups struct {
		ReplicationGroups []struct {
			CacheNodeType, MultiAZ                                              string
			MemberClusters                                                      []string
			AuthTokenEnabled, TransitEncryptionEnabled, AtRestEncryptionEnabled bool
			SnapshotRetentionLimit                                              int
		}
	}
	if !c.ask(call{"elasticache", "describe_replication_groups", map[string]any{"ReplicationGroupId": c.p.AWSName("redis", platform.MaxReplicationGroup)}, &groups}) || len(groups.ReplicationGroups) != 1 {
		return
	}
	g := groups.ReplicationGroups[0]
	c.equal("Redis' node type", g.CacheNodeType, *r.NodeType)
	c.equal("the number of Redis' nodes", len(g.MemberClusters), *r.Nodes)
	c.equal("Redis in several zones", g.MultiAZ == "enabled", *r.Nodes > 1)
	c.equal("the days that Redis' snapshots are kept", g.SnapshotRetentionLimit, *r.SnapshotRetentionDays)
	if !g.AuthTokenEnabled || !g.TransitEncryptionEnabled || !g.AtRestEncryptionEnabled {
		c.differ("Redis has no token or is not encrypted")
	}
}

func (c *check) rabbitMQ(r *v1alpha1.RabbitMQ) {
	name := c.p.AWSName("rabbitmq", platform.MaxBroker)
	var brokers struct {
		BrokerSummaries []struct{ BrokerName, EngineType, HostInstanceType, DeploymentMode string }
	}
	if !c.ask(call{"mq", "list_brokers", nil, &brokers}) {
		return
	}
	for _, b := range brokers.BrokerSummaries {
		if b.BrokerName == name {
			c.equal("the broker's engine", b.EngineType, "RabbitMQ")
			c.equal("the broker's instance type", b.HostInstanceType, *r.InstanceType)
			c.equal("the broker's deployment", b.DeploymentMode, *r.DeploymentMode)
			return
		}
	}
	c.differ("there is no broker %s", name)
}

func (c *check) openSearch(o *v1alpha1.OpenSearch) {
	var domain struct {
		DomainStatus struct {
			EngineVersion string
			ClusterConfig struct {
				InstanceType  string
				InstanceCount int
			}
			EBSOptions struct{ VolumeSize int }
		}
	}
	if !c.ask(call{"opensearch", "describe_domain", map[string]any{"DomainName": c.p.AWSName("search", platform.MaxOpenSearchDomain)}, &domain}) {
		return
	}
	d := domain.DomainStatus
	c.equal("OpenSearch's version", d.EngineVersion, *o.EngineVersion)
	c.equal("OpenSearch's instance type", d.ClusterConfig.InstanceType, *o.InstanceType)
	c.equal("the number of OpenSearch's nodes", d.ClusterConfig.InstanceCount, *o.Nodes)
	c.equal("OpenSearch's volume", d.EBSOptions.VolumeSize, *o.VolumeSizeGiB)
}

func (c *check) clickHouse(h *v1alpha1.ClickHouse) {
	var volumes struct {
		Volumes []struct {
			Size, Iops  int
			Encrypted   bool
			Attachments []struct{ InstanceID string }
			Tags        []tag
		}
	}
	var instances struct {
		Reservations []struct {
			Instances []struct {
				InstanceID, InstanceType, PublicIPAddress string
				State                                     struct{ Name string }
			}
		}
	}
	if !c.ask(
		call{"ec2", "describe_volumes", c.owned(), &volumes},
		call{"ec2", "describe_instances", c.owned(), &instances},
	) {
		return
	}
	running := map[string]string{}
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			if i.State.Name == "running" {
				running[i.InstanceID] = i.InstanceType
				c.equal("ClickHouse's public address", i.PublicIPAddress, "")
			}
		}
	}
	served := !slices.Contains(c.want.Without, "Instance")
	if served {
		c.equal("ClickHouse's instances", slices.Collect(maps.Values(running)), []string{*h.InstanceType})
	}
	found := 0
	for _, v := range volumes.Volumes {
		if !slices.ContainsFunc(v.Tags, func(t tag) bool { return t.Key == "Backup" }) {
			continue // the instance's own
		}
		found++
		c.equal("ClickHouse's volume", v.Size, *h.Volume.SizeGiB)
		c.equal("ClickHouse's operations a second", v.Iops, *h.Volume.IOPS)
		c.equal("encryption of ClickHouse's volume", v.Encrypted, true)
		if served && (len(v.Attachments) != 1 || running[v.Attachments[0].InstanceID] == "") {
			c.differ("ClickHouse's volume is not attached to its instance")
		}
	}
	c.equal("the number of ClickHouse's volumes", found, 1)
}

func (c *check) site() {
	p := c.p
	var distributions struct {
		DistributionList struct {
			Items []struct {
				Comment string
				Enabled bool
				Aliases struct{ Items []string }
				Origins struct {
					Items []struct{ DomainName, OriginAccessControlID string }
				}
			}
		}
	}
	if !c.ask(call{"cloudfront", "list_distributions", nil, &distributions}) {
		return
	}
	for _, d := range distributions.DistributionList.Items {
		if !strings.HasPrefix(d.Comment, p.Prefix+": ") {
			continue
		}
		c.equal("the distribution at work", d.Enabled, true)
		if p.Domain != nil {
			c.equal("the distribution's names", d.Aliases.Items, []string{p.Domain.Name})
		}
		if len(d.Origins.Items) != 1 || d.Origins.Items[0].OriginAccessControlID == "" {
			c.differ("the distribution reads its bucket as anybody")
			return
		}
		c.equal("the distribution's origin", d.Origins.Items[0].DomainName, p.BucketName("frontend")+".s3."+p.Region+".amazonaws.com")
		return
	}
	c.differ("there is no distribution")
}

func (c *check) records() {
	d := c.p.Domain
	if d == nil || d.HostedZoneID == nil {
		return
	}
	var records struct {
		ResourceRecordSets []struct{ Name, Type string }
	}
	if !c.ask(call{"route53", "list_resource_record_sets", map[string]any{"HostedZoneId": *d.HostedZoneID}, &records}) {
		return
	}
	for _, want := range []string{"A " + d.Name + ".", "AAAA " + d.Name + ".", "A " + c.p.APIName() + "."} {
		if !slices.ContainsFunc(records.ResourceRecordSets, func(r struct{ Name, Type string }) bool { return r.Type+" "+r.Name == want }) {
			c.differ("there is no record %s", want)
		}
	}
}

func (c *check) alarms() {
	var alarms struct {
		MetricAlarms []struct {
			AlarmName    string
			AlarmActions []string
		}
	}
	if !c.ask(call{"cloudwatch", "describe_alarms", map[string]any{"AlarmNamePrefix": c.p.Prefix + "-"}, &alarms}) {
		return
	}
	n := 0
	for _, a := range alarms.MetricAlarms {
		// Application auto-scaling has alarms of its own, which tell nobody.
		if strings.HasPrefix(a.AlarmName, "TargetTracking-") {
			continue
		}
		n++
		if len(a.AlarmActions) == 0 {
			c.differ("alarm %s tells nobody", a.AlarmName)
		}
	}
	if c.want.Alarms > 0 {
		c.equal("the number of alarms", n, c.want.Alarms)
	}
}
