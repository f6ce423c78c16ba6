package v1alpha1

// Data is the data stores. Each is reachable from the services only, encrypted, and sized by the environment.
type Data struct {
	// Aurora is the PostgreSQL cluster.
	Aurora Aurora `json:"aurora,omitempty"`
	// ClickHouse is the analytics database on an EC2 instance.
	ClickHouse ClickHouse `json:"clickHouse,omitempty"`
	// Redis is the cache on ElastiCache.
	Redis Redis `json:"redis,omitempty"`
	// RabbitMQ is the broker on Amazon MQ.
	RabbitMQ RabbitMQ `json:"rabbitmq,omitempty"`
	// OpenSearch is the search domain.
	OpenSearch OpenSearch `json:"openSearch,omitempty"`
}

// Aurora is the PostgreSQL cluster: one writer and any number of readers.
type Aurora struct {
	// EngineVersion is PostgreSQL's version, 15 or 15.x; AWS raises minor versions by itself, and it cannot be lowered.
	//
	// +kubebuilder:validation:MaxLength=16
	// +kubebuilder:validation:XValidation:rule="self.matches('^15([.][0-9]+)?$')",message="data.aurora.engineVersion must be 15 or a minor version of it in quotes, such as \"15.10\": the parameter group is of family aurora-postgresql15"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^15[.][0-9]+$') || !oldSelf.matches('^15[.][0-9]+$') || int(self.split('.')[1]) >= int(oldSelf.split('.')[1])",message="data.aurora.engineVersion cannot be lowered, because Aurora only upgrades: keep the version"
	EngineVersion *string `json:"engineVersion,omitempty"`

	// InstanceClass is the class of writer and readers. A change restarts them one by one in the maintenance window.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^db[.][a-z0-9]+[.][a-z0-9]+$')",message="data.aurora.instanceClass must be an RDS class, such as db.r6g.large"
	InstanceClass *string `json:"instanceClass,omitempty"`

	// Readers is the number of readers beside the writer.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=15
	Readers *int32 `json:"readers,omitempty"`

	// DatabaseName is the application's database. Capitals, - and the name postgres are for a cluster that the claim adopts. Immutable.
	//
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z_][A-Za-z0-9_-]*$') && !(self in ['temporal', 'temporal_visibility', 'template0', 'template1', 'rdsadmin'])",message="data.aurora.databaseName must hold letters, digits, _ and - only, and not be a name that PostgreSQL, RDS or Temporal uses: choose one such as morket"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="data.aurora.databaseName cannot be changed after creation, because AWS would have to replace the cluster: create another database with a migration"
	DatabaseName *string `json:"databaseName,omitempty"`

	// MasterUsername is the cluster's administrator; RDS keeps and rotates the password. Capitals and the names admin and user are
	// for a cluster that the claim adopts. Immutable.
	//
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9_]*$') && self != 'rdsadmin'",message="data.aurora.masterUsername must begin with a letter, hold letters, digits and _, and not be rdsadmin, which is RDS's own: choose one such as morket_admin"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="data.aurora.masterUsername cannot be changed after creation, because AWS would have to replace the cluster: create another role with a migration"
	MasterUsername *string `json:"masterUsername,omitempty"`

	// BackupRetentionDays is how long automated backups are kept, in days.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=35
	BackupRetentionDays *int32 `json:"backupRetentionDays,omitempty"`

	// BackupWindow is when backups are taken, daily, in UTC.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$')",message="data.aurora.backupWindow must be hh:mm-hh:mm in UTC, at least half an hour, such as 03:00-04:00"
	BackupWindow *string `json:"backupWindow,omitempty"`

	// MaintenanceWindow is when AWS may restart instances, weekly, in UTC; apart from the backup window.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$')",message="data.aurora.maintenanceWindow must be ddd:hh:mm-ddd:hh:mm in UTC, such as sun:04:30-sun:05:30"
	MaintenanceWindow *string `json:"maintenanceWindow,omitempty"`

	// PasswordRotationDays is how often RDS rotates the administrator's password, in days.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	PasswordRotationDays *int32 `json:"passwordRotationDays,omitempty"`

	// LogMinDurationMilliseconds logs statements that take longer, in milliseconds; -1 logs none.
	//
	// +kubebuilder:validation:Minimum=-1
	// +kubebuilder:validation:Maximum=3600000
	LogMinDurationMilliseconds *int32 `json:"logMinDurationMilliseconds,omitempty"`

	// PerformanceInsights keeps seven days of query performance.
	PerformanceInsights *bool `json:"performanceInsights,omitempty"`
}

// ClickHouse is the analytics database: one EC2 instance with a data volume that outlives it.
type ClickHouse struct {
	// InstanceType is the EC2 type, x86-64. A change stops and starts the instance.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9-]*[.][a-z0-9-]+$')",message="data.clickHouse.instanceType must be an EC2 type, such as m6i.xlarge"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^(a1|[a-z]+[0-9]+g[a-z]*)[.]')",message="data.clickHouse.instanceType must be an x86-64 type, such as m6i.xlarge: the image that is installed is not built for Graviton"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([cmr][1-4]|t[12]|[di]2|g[23]|h1|p[23]|x1|x1e|f1|cr1|cc2|hs1)[.]')",message="data.clickHouse.instanceType must be a type of the Nitro generations, such as m6i.xlarge: the others do not show the instance which of its disks is the data volume"
	InstanceType *string `json:"instanceType,omitempty"`

	// Volume is the data volume at /var/lib/clickhouse.
	Volume Volume `json:"volume,omitempty"`

	// Version is the ClickHouse release that is installed at first boot: a long-term support release by default.
	//
	// +kubebuilder:validation:MaxLength=16
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]{2}[.][0-9]{1,2}([.][0-9]+)*$')",message="data.clickHouse.version must be a release in quotes, such as \"25.8\""
	Version *string `json:"version,omitempty"`

	// BackupRetentionDays is how long AWS Backup keeps daily backups of the volume, in days.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=365
	BackupRetentionDays *int32 `json:"backupRetentionDays,omitempty"`
}

// Volume is a gp3 volume.
//
// +kubebuilder:validation:XValidation:rule="!has(self.throughputMiBps) || !has(self.iops) || self.throughputMiBps * 4 <= self.iops",fieldPath=".throughputMiBps",message="volume.throughputMiBps can be a quarter of volume.iops at most, 750 of 3000: raise iops or lower throughputMiBps"
// +kubebuilder:validation:XValidation:rule="!has(self.sizeGiB) || !has(self.iops) || self.iops <= self.sizeGiB * 500",fieldPath=".iops",message="volume.iops can be 500 for each GiB of volume.sizeGiB at most: lower iops or raise sizeGiB"
type Volume struct {
	// SizeGiB is the volume's size in GiB. It can only grow.
	//
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=16384
	SizeGiB *int32 `json:"sizeGiB,omitempty"`

	// IOPS is the volume's provisioned operations a second.
	//
	// +kubebuilder:validation:Minimum=3000
	// +kubebuilder:validation:Maximum=16000
	IOPS *int32 `json:"iops,omitempty"`

	// ThroughputMiBps is the volume's provisioned throughput in MiB/s.
	//
	// +kubebuilder:validation:Minimum=125
	// +kubebuilder:validation:Maximum=1000
	ThroughputMiBps *int32 `json:"throughputMiBps,omitempty"`
}

// Redis is the cache: one node, or several with automatic failover.
type Redis struct {
	// EngineVersion is Redis' version, 7.x; it cannot be lowered.
	//
	// +kubebuilder:validation:Enum="7.0";"7.1"
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="data.redis.engineVersion cannot be lowered, because ElastiCache would have to replace the nodes and lose their data: keep the version"
	EngineVersion *string `json:"engineVersion,omitempty"`

	// NodeType is the class of every node.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^cache[.][a-z0-9]+[.][a-z0-9]+$')",message="data.redis.nodeType must be an ElastiCache type, such as cache.r6g.large"
	NodeType *string `json:"nodeType,omitempty"`

	// Nodes is the number of nodes: with two or more there is automatic failover over zones.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=6
	Nodes *int32 `json:"nodes,omitempty"`

	// SnapshotRetentionDays is how long daily snapshots are kept, in days; 0 takes none.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=35
	SnapshotRetentionDays *int32 `json:"snapshotRetentionDays,omitempty"`
}

// RabbitMQ is the broker.
//
// +kubebuilder:validation:XValidation:rule="!has(self.deploymentMode) || self.deploymentMode != 'CLUSTER_MULTI_AZ' || !has(self.instanceType) || !self.instanceType.startsWith('mq.t3.')",fieldPath=".instanceType",message="data.rabbitmq.instanceType mq.t3.micro runs single instances only: use mq.m5.large for CLUSTER_MULTI_AZ"
// +kubebuilder:validation:XValidation:rule="!has(self.engineVersion) || !self.engineVersion.matches('^[4-9][.]') || !has(self.instanceType) || self.instanceType.startsWith('mq.m7g.')",fieldPath=".instanceType",message="data.rabbitmq.instanceType must be an mq.m7g type for RabbitMQ 4, such as mq.m7g.large: AWS runs it on no other"
// +kubebuilder:validation:XValidation:rule="!has(self.engineVersion) || !self.engineVersion.matches('^[4-9][.]') || !has(oldSelf.engineVersion) || !oldSelf.engineVersion.startsWith('3.') || (has(oldSelf.instanceType) && oldSelf.instanceType.startsWith('mq.m7g.'))",fieldPath=".engineVersion",message="data.rabbitmq.engineVersion 4 needs brokers of an mq.m7g type: change instanceType first, such as to mq.m7g.large, and the version once they have restarted"
type RabbitMQ struct {
	// EngineVersion is RabbitMQ's version, major.minor; the patch is AWS's. It cannot be lowered. 4.2 and later run on
	// mq.m7g types only; from 3.13 the way is to such a type first, then to 4.2.
	//
	// +kubebuilder:validation:MaxLength=16
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9]+[.][0-9]+$')",message="data.rabbitmq.engineVersion must be major.minor in quotes, such as \"3.13\": AWS chooses the patch"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-2][.][0-9]+|3[.]([0-9]|1[0-2]))$')",message="data.rabbitmq.engineVersion is past its end of support, and AWS creates no such brokers: use \"3.13\""
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9]+[.][0-9]+$') || !oldSelf.matches('^[0-9]+[.][0-9]+$') || int(self.split('.')[0]) > int(oldSelf.split('.')[0]) || (int(self.split('.')[0]) == int(oldSelf.split('.')[0]) && int(self.split('.')[1]) >= int(oldSelf.split('.')[1]))",message="data.rabbitmq.engineVersion cannot be lowered, because Amazon MQ only upgrades: keep the version"
	// +kubebuilder:validation:XValidation:rule="!oldSelf.startsWith('3.') || !self.matches('^[4-9][.]') || self == '4.2'",message="data.rabbitmq.engineVersion goes from 3 no further than to \"4.2\": use that first"
	EngineVersion *string `json:"engineVersion,omitempty"`

	// InstanceType is the class of every broker.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^mq[.][a-z0-9]+[.][a-z0-9]+$')",message="data.rabbitmq.instanceType must be an Amazon MQ type, such as mq.m5.large"
	InstanceType *string `json:"instanceType,omitempty"`

	// DeploymentMode is SINGLE_INSTANCE or CLUSTER_MULTI_AZ (three nodes). Immutable.
	//
	// +kubebuilder:validation:Enum=SINGLE_INSTANCE;CLUSTER_MULTI_AZ
	DeploymentMode *string `json:"deploymentMode,omitempty"`
}

// OpenSearch is the search domain.
type OpenSearch struct {
	// EngineVersion is the engine, OpenSearch_2.x; it cannot be lowered.
	//
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^OpenSearch_2[.][0-9]+$')",message="data.openSearch.engineVersion must be an OpenSearch 2.x, such as OpenSearch_2.19"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^OpenSearch_2[.][0-9]+$') || !oldSelf.matches('^OpenSearch_2[.][0-9]+$') || int(self.split('.')[1]) >= int(oldSelf.split('.')[1])",message="data.openSearch.engineVersion cannot be lowered, because OpenSearch only upgrades: keep the version"
	EngineVersion *string `json:"engineVersion,omitempty"`

	// InstanceType is the class of the data nodes.
	//
	// +kubebuilder:validation:MaxLength=48
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]+[.][a-z0-9]+[.]search$')",message="data.openSearch.instanceType must be an OpenSearch type, such as r6g.large.search"
	InstanceType *string `json:"instanceType,omitempty"`

	// Nodes is the number of data nodes; an even number is spread over two zones.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=20
	// +kubebuilder:validation:XValidation:rule="self == 1 || self % 2 == 0",message="data.openSearch.nodes must be 1 or an even number, so that both zones hold as many: use 2 or 4"
	Nodes *int32 `json:"nodes,omitempty"`

	// VolumeSizeGiB is the gp3 volume of each data node, in GiB.
	//
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=3072
	VolumeSizeGiB *int32 `json:"volumeSizeGiB,omitempty"`

	// DedicatedMasters adds three master nodes, which a domain of three data nodes and more should have.
	DedicatedMasters *bool `json:"dedicatedMasters,omitempty"`

	// MasterInstanceType is the class of the master nodes.
	//
	// +kubebuilder:validation:MaxLength=48
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]+[.][a-z0-9]+[.]search$')",message="data.openSearch.masterInstanceType must be an OpenSearch type, such as m6g.large.search"
	MasterInstanceType *string `json:"masterInstanceType,omitempty"`

	// CreateServiceLinkedRole makes the role that OpenSearch needs in a VPC. An account has it once and keeps it: set
	// this in the first claim of an account that never had an OpenSearch domain, and nowhere else.
	CreateServiceLinkedRole *bool `json:"createServiceLinkedRole,omitempty"`
}
