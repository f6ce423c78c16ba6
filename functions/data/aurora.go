package data

import (
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/aws/rds"
	"github.com/morket-io/platform/internal/aws/secretsmanager"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// addAurora composes the PostgreSQL cluster, one writer and any number of readers, whose administrator's password RDS
// makes, keeps and rotates. (R-AUR-1 … R-AUR-3)
func addAurora(s *layer.Scope) {
	p := s.Platform
	a, store := &p.Data.Aurora, p.Store(platform.Aurora)

	s.Add("aurora-subnets", &rds.SubnetGroup{ForProvider: rds.SubnetGroupParameters{
		Description:  new("Private subnets of " + p.Prefix),
		SubnetIDRefs: allPrivateSubnets(s),
	}}, layer.ExternalName(store.AWSName))

	s.Add("aurora-parameters", &rds.ClusterParameterGroup{ForProvider: rds.ClusterParameterGroupParameters{
		Family:      &store.ParameterFamily,
		Description: new("Aurora PostgreSQL 15 of " + p.Prefix),
		Parameter: []rds.ClusterParameterGroupParameter{
			// pg_stat_statements needs CREATE EXTENSION in the database too, which is a migration's work.
			{Name: new("shared_preload_libraries"), Value: new("pg_stat_statements"), ApplyMethod: new("pending-reboot")},
			{Name: new("log_min_duration_statement"), Value: new(strconv.Itoa(int(*a.LogMinDurationMilliseconds))), ApplyMethod: new("immediate")},
		},
	}}, layer.ExternalName(store.ParameterGroup))

	cluster := rds.ClusterParameters{
		Engine:                         &store.Engine,
		EngineVersion:                  new(auroraVersion(s)),
		DatabaseName:                   a.DatabaseName,
		MasterUsername:                 a.MasterUsername,
		ManageMasterUserPassword:       new(true),
		Port:                           new(float64(store.Ports[0])),
		DBSubnetGroupNameRef:           s.Ref("aurora-subnets"),
		DBClusterParameterGroupNameRef: s.Ref("aurora-parameters"),
		VPCSecurityGroupIDRefs:         securityGroup(s, store),
		StorageEncrypted:               new(true),
		KMSKeyIDRef:                    s.Ref(platform.Key),
		BackupRetentionPeriod:          new(float64(*a.BackupRetentionDays)),
		PreferredBackupWindow:          a.BackupWindow,
		PreferredMaintenanceWindow:     a.MaintenanceWindow,
		CopyTagsToSnapshot:             new(true),
		DeletionProtection:             new(p.Protected()),
		SkipFinalSnapshot:              new(!p.KeepsData()),
		EnabledCloudWatchLogsExports:   []string{"postgresql"},
		ApplyImmediately:               new(false),
	}
	if p.KeepsData() {
		cluster.FinalSnapshotIdentifier = new(finalSnapshot(p, store))
	}
	// The provider would hold on to the instances that there were, and modify the cluster for ever once there are others.
	s.Add(store.Name, &rds.Cluster{ForProvider: cluster}, layer.ExternalName(store.AWSName), layer.IrreplaceableIf(p.Protected()), layer.FillsInNothing())

	addAuroraInstances(s, store)
	addLogGroup(s, "aurora-log", "/aws/rds/cluster/"+p.NameOf(store.Name, store.AWSName)+"/postgresql")

	if secret, ok := s.Value(store.Credential.ARN); s.Gate("aurora-rotation", ok, "Aurora's secret") {
		s.Add("aurora-rotation", &secretsmanager.SecretRotation{ForProvider: secretsmanager.SecretRotationParameters{
			SecretID:          new(secret),
			RotateImmediately: new(false),
			RotationRules:     &secretsmanager.SecretRotationRotationRules{AutomaticallyAfterDays: new(float64(*a.PasswordRotationDays))},
		}}, layer.OrphanIf(true)) // deleting it would stop RDS' rotation; it goes with the secret, and that with the cluster
	}
}

// addAuroraInstances composes the writer and the readers.
func addAuroraInstances(s *layer.Scope, store *platform.Store) {
	p, a := s.Platform, &s.Platform.Data.Aurora
	for i := range 1 + int(*a.Readers) {
		instance := rds.ClusterInstanceParameters{
			ClusterIdentifierRef:       s.Ref(store.Name),
			Engine:                     &store.Engine,
			InstanceClass:              a.InstanceClass,
			PromotionTier:              new(float64(min(i, 1))), // readers are equal
			PubliclyAccessible:         new(false),
			AutoMinorVersionUpgrade:    new(true),
			PreferredMaintenanceWindow: a.MaintenanceWindow, // its own, not the cluster's
			PerformanceInsightsEnabled: a.PerformanceInsights,
			ApplyImmediately:           new(false),
		}
		if *a.PerformanceInsights {
			instance.PerformanceInsightsRetentionPeriod = new(7.0)
		}
		// A reader holds no data, and one that the claim no longer wants is to go, not to be paid for.
		s.Add(platform.AuroraInstance(i), &rds.ClusterInstance{ForProvider: instance},
			layer.ExternalName(p.AWSName(platform.AuroraInstance(i), platform.MaxDBIdentifier)), layer.OrphanIf(p.Protected() && i == 0))
	}
}

// auroraVersion is the version to ask for: the one that runs, once that is known, where the claim leaves the minor version to
// AWS. With each change of a cluster the provider sends the version along, unless it is the one that runs. AWS takes "15" for
// the minor version that is its default, and refuses to go back to that from a later one, and with it the whole change
// (hashicorp/terraform-provider-aws#45026).
func auroraVersion(s *layer.Scope) string {
	version := *s.Platform.Data.Aurora.EngineVersion
	if runs, ok := s.Observe(platform.Aurora).String("engineVersionActual"); ok && strings.HasPrefix(runs, version+".") {
		return runs
	}
	return version
}

// finalSnapshot names the snapshot that is taken when a store is deleted. A platform that is made and deleted again under
// the same prefix is another composite resource, whose snapshot must not meet the former one's.
func finalSnapshot(p *platform.Platform, store *platform.Store) string {
	return p.AWSName(store.Name+"-final-"+platform.Hash(p.XRName), platform.MaxFinalSnapshot)
}
