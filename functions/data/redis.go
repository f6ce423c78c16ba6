package data

import (
	"github.com/morket-io/platform/internal/aws/elasticache"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// addRedis composes the cache: a replication group of one node, or of several over zones with automatic failover.
// (R-RED-1)
func addRedis(s *layer.Scope) {
	p := s.Platform
	r, store := &p.Data.Redis, p.Store(platform.Redis)
	parameters := p.NameOf("redis-parameters", store.ParameterGroup)

	s.Add("redis-subnets", &elasticache.SubnetGroup{ForProvider: elasticache.SubnetGroupParameters{
		Description:  new("Private subnets of " + p.Prefix),
		SubnetIDRefs: allPrivateSubnets(s),
	}}, layer.ExternalName(store.AWSName))

	s.Add("redis-parameters", &elasticache.ParameterGroup{ForProvider: elasticache.ParameterGroupParameters{
		Name:        &parameters,
		Family:      &store.ParameterFamily,
		Description: new("Redis 7 of " + p.Prefix),
		Parameter:   []elasticache.ParameterGroupParameter{{Name: new("maxmemory-policy"), Value: new("allkeys-lru")}},
	}}, layer.ExternalName(parameters))

	key, haveKey := keyARN(s)
	token, haveToken := password(s, &store.Credential)
	if !s.Gate(store.Name, haveKey && haveToken, "the platform's key and Redis' token") {
		return
	}
	several := *r.Nodes > 1
	group := elasticache.ReplicationGroupParameters{
		Description:              new("Redis of " + p.Prefix),
		Engine:                   &store.Engine,
		EngineVersion:            r.EngineVersion,
		NodeType:                 r.NodeType,
		NumCacheClusters:         new(float64(*r.Nodes)),
		AutomaticFailoverEnabled: new(several),
		MultiAZEnabled:           new(several),
		Port:                     new(float64(store.Ports[0])),
		ParameterGroupName:       &parameters,
		SubnetGroupNameRef:       s.Ref("redis-subnets"),
		SecurityGroupIDRefs:      securityGroup(s, store),
		AtRestEncryptionEnabled:  new("true"),
		KMSKeyID:                 new(key),
		TransitEncryptionEnabled: new(true),
		TransitEncryptionMode:    new("required"),
		AuthTokenSecretRef:       token,
		// The former token is taken too, until the next one, so that services can move to the new one.
		AuthTokenUpdateStrategy: new("ROTATE"),
		SnapshotRetentionLimit:  new(float64(*r.SnapshotRetentionDays)),
		SnapshotWindow:          new("02:00-03:00"),
		MaintenanceWindow:       new("sun:05:00-sun:06:00"),
		AutoMinorVersionUpgrade: new("true"),
		ApplyImmediately:        new(false),
	}
	if p.KeepsData() {
		group.FinalSnapshotIdentifier = new(finalSnapshot(p, store))
	}
	// The provider would hold on to the nodes and zones that there were, and refuse every change after one of their number.
	s.Add(store.Name, &elasticache.ReplicationGroup{ForProvider: group}, layer.ExternalName(store.AWSName), layer.IrreplaceableIf(p.Protected()), layer.FillsInNothing())
}
