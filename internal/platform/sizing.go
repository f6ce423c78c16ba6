package platform

import (
	"embed"
	"fmt"
	"io/fs"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis/v1alpha1"
)

//go:embed profiles/*.yaml
var profiles embed.FS

// sizings holds each environment's sizing with the schema's defaults below it, decoded once.
var sizings = map[string]v1alpha1.Sizing{
	"staging":    mustSizing("staging"),
	"production": mustSizing("production"),
}

// mustSizing panics when an embedded profile does not decode, which a build can only have by being broken.
func mustSizing(environment string) v1alpha1.Sizing {
	var s v1alpha1.Sizing
	for _, name := range []string{"defaults", environment} {
		layer, err := decodeSizing(profiles, name)
		if err != nil {
			panic(err)
		}
		mergeSizing(&s, &layer)
	}
	return s
}

// decodeSizing reads a profile. A field that the API does not have is an error.
func decodeSizing(files fs.FS, name string) (v1alpha1.Sizing, error) {
	var s v1alpha1.Sizing
	raw, err := fs.ReadFile(files, "profiles/"+name+".yaml")
	if err != nil {
		return s, fmt.Errorf("cannot read sizing profile %q: %w", name, err)
	}
	if err := yaml.UnmarshalStrict(raw, &s); err != nil {
		return s, fmt.Errorf("cannot decode sizing profile %q: %w", name, err)
	}
	return s, nil
}

// resolveSizing lays what a claim says over its environment's sizing, field by field.
func resolveSizing(spec *v1alpha1.MorketPlatformSpec) v1alpha1.Sizing {
	s := sizings[spec.Environment]
	mergeSizing(&s, &v1alpha1.Sizing{
		DeletionProtection: spec.DeletionProtection,
		Network:            spec.Network,
		Compute:            spec.Compute,
		Data:               spec.Data,
		Edge:               spec.Edge,
		Secrets:            spec.Secrets,
		Monitoring:         spec.Monitoring,
	})
	return s
}

// images fills in the schema's defaults of the images, which are no part of a sizing.
func images(own v1alpha1.Images) v1alpha1.Images {
	if own.Tag == nil {
		own.Tag = new("latest")
	}
	server := v1alpha1.Image{Repository: new("temporalio/auto-setup"), Tag: new("1.29.3")}
	if own.TemporalServer != nil {
		if own.TemporalServer.Repository != nil {
			server.Tag = own.Tag
		}
		over(&server.Repository, own.TemporalServer.Repository)
		over(&server.Tag, own.TemporalServer.Tag)
	}
	own.TemporalServer = &server
	return own
}

// over sets dst to src where src says something.
func over[T any](dst **T, src *T) {
	if src != nil {
		*dst = src
	}
}

// overList sets dst to src where src holds something: lists are replaced, not joined.
func overList[T any](dst *[]T, src []T) {
	if len(src) > 0 {
		*dst = src
	}
}

func mergeSizing(dst, src *v1alpha1.Sizing) {
	over(&dst.DeletionProtection, src.DeletionProtection)
	mergeNetwork(&dst.Network, &src.Network)
	mergeCompute(&dst.Compute, &src.Compute)
	mergeData(&dst.Data, &src.Data)
	over(&dst.Edge.CDN.PriceClass, src.Edge.CDN.PriceClass)
	over(&dst.Edge.CDN.DefaultTTLSeconds, src.Edge.CDN.DefaultTTLSeconds)
	over(&dst.Edge.Exports.ArchiveAfterDays, src.Edge.Exports.ArchiveAfterDays)
	over(&dst.Edge.Exports.ExpireAfterDays, src.Edge.Exports.ExpireAfterDays)
	mergeSecrets(&dst.Secrets, &src.Secrets)
	overList(&dst.Monitoring.Emails, src.Monitoring.Emails)
	mergeAlarms(&dst.Monitoring.Alarms, &src.Monitoring.Alarms)
}

func mergeNetwork(dst, src *v1alpha1.Network) {
	over(&dst.CIDR, src.CIDR)
	overList(&dst.AvailabilityZones, src.AvailabilityZones)
	over(&dst.NATGateways, src.NATGateways)
	overList(&dst.AllowedCIDRs, src.AllowedCIDRs)
	over(&dst.FlowLogs.RetentionDays, src.FlowLogs.RetentionDays)
	over(&dst.S3Endpoint, src.S3Endpoint)
}

func mergeCompute(dst, src *v1alpha1.Compute) {
	over(&dst.Registry.Mode, src.Registry.Mode)
	over(&dst.Registry.RepositoryPrefix, src.Registry.RepositoryPrefix)
	overList(&dst.Registry.SharedWith, src.Registry.SharedWith)
	over(&dst.ContainerInsights, src.ContainerInsights)
	over(&dst.LogRetentionDays, src.LogRetentionDays)
	mergeService(&dst.Services.Backend, &src.Services.Backend)
	mergeService(&dst.Services.Scraper, &src.Services.Scraper)
	mergeService(&dst.Services.Frontend, &src.Services.Frontend)
	mergeService(&dst.Services.TemporalWorker, &src.Services.TemporalWorker)
	mergeService(&dst.Services.TemporalServer, &src.Services.TemporalServer)
	over(&dst.LoadBalancer.IdleTimeoutSeconds, src.LoadBalancer.IdleTimeoutSeconds)
	over(&dst.LoadBalancer.TLSPolicy, src.LoadBalancer.TLSPolicy)
	over(&dst.LoadBalancer.AccessLogRetentionDays, src.LoadBalancer.AccessLogRetentionDays)
	over(&dst.Temporal.HistoryShards, src.Temporal.HistoryShards)
}

func mergeService(dst, src *v1alpha1.Service) {
	over(&dst.CPU, src.CPU)
	over(&dst.Memory, src.Memory)
	over(&dst.DesiredCount, src.DesiredCount)
	over(&dst.Spot, src.Spot)
	over(&dst.Scaling.Enabled, src.Scaling.Enabled)
	over(&dst.Scaling.Min, src.Scaling.Min)
	over(&dst.Scaling.Max, src.Scaling.Max)
	over(&dst.Scaling.ScaleOutPercent, src.Scaling.ScaleOutPercent)
	over(&dst.Scaling.ScaleInPercent, src.Scaling.ScaleInPercent)
	if len(src.Environment) > 0 {
		dst.Environment = src.Environment
	}
}

func mergeData(dst, src *v1alpha1.Data) {
	over(&dst.Aurora.EngineVersion, src.Aurora.EngineVersion)
	over(&dst.Aurora.InstanceClass, src.Aurora.InstanceClass)
	over(&dst.Aurora.Readers, src.Aurora.Readers)
	over(&dst.Aurora.DatabaseName, src.Aurora.DatabaseName)
	over(&dst.Aurora.MasterUsername, src.Aurora.MasterUsername)
	over(&dst.Aurora.BackupRetentionDays, src.Aurora.BackupRetentionDays)
	over(&dst.Aurora.BackupWindow, src.Aurora.BackupWindow)
	over(&dst.Aurora.MaintenanceWindow, src.Aurora.MaintenanceWindow)
	over(&dst.Aurora.PasswordRotationDays, src.Aurora.PasswordRotationDays)
	over(&dst.Aurora.LogMinDurationMilliseconds, src.Aurora.LogMinDurationMilliseconds)
	over(&dst.Aurora.PerformanceInsights, src.Aurora.PerformanceInsights)

	over(&dst.ClickHouse.InstanceType, src.ClickHouse.InstanceType)
	over(&dst.ClickHouse.Volume.SizeGiB, src.ClickHouse.Volume.SizeGiB)
	over(&dst.ClickHouse.Volume.IOPS, src.ClickHouse.Volume.IOPS)
	over(&dst.ClickHouse.Volume.ThroughputMiBps, src.ClickHouse.Volume.ThroughputMiBps)
	over(&dst.ClickHouse.Version, src.ClickHouse.Version)
	over(&dst.ClickHouse.BackupRetentionDays, src.ClickHouse.BackupRetentionDays)

	over(&dst.Redis.EngineVersion, src.Redis.EngineVersion)
	over(&dst.Redis.NodeType, src.Redis.NodeType)
	over(&dst.Redis.Nodes, src.Redis.Nodes)
	over(&dst.Redis.SnapshotRetentionDays, src.Redis.SnapshotRetentionDays)

	over(&dst.RabbitMQ.EngineVersion, src.RabbitMQ.EngineVersion)
	over(&dst.RabbitMQ.InstanceType, src.RabbitMQ.InstanceType)
	over(&dst.RabbitMQ.DeploymentMode, src.RabbitMQ.DeploymentMode)

	over(&dst.OpenSearch.EngineVersion, src.OpenSearch.EngineVersion)
	over(&dst.OpenSearch.InstanceType, src.OpenSearch.InstanceType)
	over(&dst.OpenSearch.Nodes, src.OpenSearch.Nodes)
	over(&dst.OpenSearch.VolumeSizeGiB, src.OpenSearch.VolumeSizeGiB)
	over(&dst.OpenSearch.DedicatedMasters, src.OpenSearch.DedicatedMasters)
	over(&dst.OpenSearch.MasterInstanceType, src.OpenSearch.MasterInstanceType)
	over(&dst.OpenSearch.CreateServiceLinkedRole, src.OpenSearch.CreateServiceLinkedRole)
}

func mergeSecrets(dst, src *v1alpha1.Secrets) {
	over(&dst.Namespace, src.Namespace)
	over(&dst.RecoveryWindowDays, src.RecoveryWindowDays)
	over(&dst.Rotation.Redis, src.Rotation.Redis)
	over(&dst.Rotation.OpenSearch, src.Rotation.OpenSearch)
	over(&dst.Rotation.ClickHouse, src.Rotation.ClickHouse)
	over(&dst.Rotation.JWT, src.Rotation.JWT)
	over(&dst.Rotation.ServiceAPIKey, src.Rotation.ServiceAPIKey)
	over(&dst.Rotation.WebhookHMAC, src.Rotation.WebhookHMAC)
}

func mergeAlarms(dst, src *v1alpha1.Alarms) {
	over(&dst.ServiceCPUPercent, src.ServiceCPUPercent)
	over(&dst.ServiceMemoryPercent, src.ServiceMemoryPercent)
	over(&dst.LoadBalancer5xxPercent, src.LoadBalancer5xxPercent)
	over(&dst.LoadBalancerResponseMilliseconds, src.LoadBalancerResponseMilliseconds)
	over(&dst.AuroraCPUPercent, src.AuroraCPUPercent)
	over(&dst.AuroraFreeableMemoryMB, src.AuroraFreeableMemoryMB)
	over(&dst.RedisCPUPercent, src.RedisCPUPercent)
	over(&dst.ClickHouseCPUPercent, src.ClickHouseCPUPercent)
	over(&dst.ErrorsPerMinute, src.ErrorsPerMinute)
}
