package mockaws

import (
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/platform"
)

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
