package data

import (
	"github.com/morket-io/platform/internal/aws/cloudwatchlogs"
	"github.com/morket-io/platform/internal/aws/mq"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// addRabbitMQ composes the broker: one instance, or the cluster of three over zones. (R-MQ-1)
func addRabbitMQ(s *layer.Scope) {
	p := s.Platform
	r, store := &p.Data.RabbitMQ, p.Store(platform.RabbitMQ)
	subnets := 1
	if *r.DeploymentMode == "CLUSTER_MULTI_AZ" {
		subnets = 2
	}
	secret, ok := password(s, &store.Credential)
	if s.Gate(store.Name, ok, "RabbitMQ's password") {
		s.Add(store.Name, &mq.Broker{ForProvider: mq.BrokerParameters{
			BrokerName:                 &store.AWSName,
			EngineType:                 &store.Engine,
			EngineVersion:              r.EngineVersion,
			AutoMinorVersionUpgrade:    new(true), // from 3.13 on AWS insists
			HostInstanceType:           r.InstanceType,
			DeploymentMode:             r.DeploymentMode,
			PubliclyAccessible:         new(false),
			StorageType:                new("ebs"),
			SubnetIDRefs:               privateSubnets(s, subnets),
			SecurityGroupRefs:          securityGroup(s, store),
			ApplyImmediately:           new(false),
			Logs:                       &mq.BrokerLogs{General: new(true)}, // RabbitMQ has no audit log
			MaintenanceWindowStartTime: &mq.BrokerMaintenanceWindowStartTime{DayOfWeek: new("SUNDAY"), TimeOfDay: new("06:00"), TimeZone: new("UTC")},
			User:                       []mq.BrokerUser{{Username: &store.Credential.Username, PasswordSecretRef: secret}},
		}}, layer.IrreplaceableIf(p.Protected()))
	}

	// Amazon MQ would make its log groups itself, kept for ever and left behind.
	id, haveID := s.Observe(store.Name).String("id")
	for _, log := range []string{"general", "connection", "channel"} {
		name := "rabbitmq-log-" + log
		if s.Gate(name, haveID, "RabbitMQ's id") {
			addLogGroup(s, name, "/aws/amazonmq/broker/"+id+"/"+log)
		}
	}
}

// addLogGroup composes the log group into which a store writes, which AWS would make without an end to what it keeps.
func addLogGroup(s *layer.Scope, name, group string) {
	s.Add(name, &cloudwatchlogs.Group{ForProvider: cloudwatchlogs.GroupParameters{
		RetentionInDays: new(float64(*s.Platform.Compute.LogRetentionDays)),
	}}, layer.ExternalName(group))
}
