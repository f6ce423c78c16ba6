package platform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

func TestCheckCombinations(t *testing.T) {
	type args struct {
		environment string
		change      func(spec *v1alpha1.MorketPlatformSpec)
	}
	backend := func(s v1alpha1.Scaling) func(spec *v1alpha1.MorketPlatformSpec) {
		return func(spec *v1alpha1.MorketPlatformSpec) { spec.Compute.Services.Backend.Scaling = s }
	}
	cases := map[string]struct {
		reason string
		args   args
		want   field.ErrorList
	}{
		"Staging":    {reason: "Should take staging's own sizing", args: args{environment: "staging"}},
		"Production": {reason: "Should take production's own sizing", args: args{environment: "production"}},
		"MinAboveDefaultMax": {
			reason: "Should refuse a min above the sizing's max, which the schema cannot know",
			args:   args{environment: "production", change: backend(v1alpha1.Scaling{Min: new(int32(11))})},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.compute.services.backend.scaling.min"), int32(11), "cannot exceed scaling.max, which is 10 by default: lower min, or give a max too")},
		},
		"MaxBelowDefaultMin": {
			reason: "Should refuse a max below the sizing's min",
			args:   args{environment: "production", change: backend(v1alpha1.Scaling{Max: new(int32(1))})},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.compute.services.backend.scaling.max"), int32(1), "cannot be below scaling.min, which is 2: raise max, or give a lower min")},
		},
		"MinIsMax": {
			reason: "Should take a fixed number of tasks",
			args:   args{environment: "production", change: backend(v1alpha1.Scaling{Min: new(int32(10))})},
		},
		"ScalingOff": {
			reason: "Should not mind bounds that nothing uses",
			args:   args{environment: "staging", change: backend(v1alpha1.Scaling{Max: new(int32(1))})},
		},
		"ScalingOn": {
			reason: "Should mind bounds once scaling is turned on",
			args:   args{environment: "staging", change: backend(v1alpha1.Scaling{Enabled: new(true), Max: new(int32(1))})},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.compute.services.backend.scaling.max"), int32(1), "cannot be below scaling.min, which is 2: raise max, or give a lower min")},
		},
		"EveryService": {
			reason: "Should look at every service",
			args: args{environment: "production", change: func(spec *v1alpha1.MorketPlatformSpec) {
				low := v1alpha1.Scaling{Enabled: new(true), Min: new(int32(20))}
				s := &spec.Compute.Services
				s.Scraper.Scaling, s.Frontend.Scaling, s.TemporalWorker.Scaling, s.TemporalServer.Scaling = low, low, low, low
			}},
			want: field.ErrorList{
				field.Invalid(field.NewPath("spec.compute.services.scraper.scaling.min"), int32(20), "cannot exceed scaling.max, which is 6 by default: lower min, or give a max too"),
				field.Invalid(field.NewPath("spec.compute.services.frontend.scaling.min"), int32(20), "cannot exceed scaling.max, which is 4 by default: lower min, or give a max too"),
				field.Invalid(field.NewPath("spec.compute.services.temporalWorker.scaling.min"), int32(20), "cannot exceed scaling.max, which is 6 by default: lower min, or give a max too"),
				field.Invalid(field.NewPath("spec.compute.services.temporalServer.scaling.min"), int32(20), "cannot exceed scaling.max, which is 1 by default: lower min, or give a max too"),
			},
		},
		"SmallBrokerInCluster": {
			reason: "Should refuse a broker in production that AWS runs alone",
			args: args{environment: "production", change: func(spec *v1alpha1.MorketPlatformSpec) {
				spec.Data.RabbitMQ.InstanceType = new("mq.t3.micro")
			}},
			want: field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.instanceType"), "mq.t3.micro", "runs single instances only, and deploymentMode is CLUSTER_MULTI_AZ: use mq.m5.large")},
		},
		"ClusterOfSmallBrokers": {
			reason: "Should ask for a larger broker when staging is to have a cluster",
			args: args{environment: "staging", change: func(spec *v1alpha1.MorketPlatformSpec) {
				spec.Data.RabbitMQ.DeploymentMode = new("CLUSTER_MULTI_AZ")
			}},
			want: field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.deploymentMode"), "CLUSTER_MULTI_AZ", "needs a larger broker than mq.t3.micro, which is staging's: give instanceType mq.m5.large too")},
		},
		"NewBrokerOfOldType": {
			reason: "Should ask for another type when RabbitMQ 4 is to run on the default one",
			args: args{environment: "production", change: func(spec *v1alpha1.MorketPlatformSpec) {
				spec.Data.RabbitMQ.EngineVersion = new("4.2")
			}},
			want: field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.engineVersion"), "4.2", "needs a type of mq.m7g, and production's is mq.m5.large: give instanceType mq.m7g.large too")},
		},
		"NewBrokerOfNewType": {
			reason: "Should take RabbitMQ 4 on the type that AWS runs it on",
			args: args{environment: "production", change: func(spec *v1alpha1.MorketPlatformSpec) {
				spec.Data.RabbitMQ = v1alpha1.RabbitMQ{EngineVersion: new("4.2"), InstanceType: new("mq.m7g.large")}
			}},
		},
		"ClusterOfLargeBrokers": {
			reason: "Should take a cluster of larger brokers in staging",
			args: args{environment: "staging", change: func(spec *v1alpha1.MorketPlatformSpec) {
				spec.Data.RabbitMQ = v1alpha1.RabbitMQ{DeploymentMode: new("CLUSTER_MULTI_AZ"), InstanceType: new("mq.m5.large")}
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := v1alpha1.MorketPlatformSpec{Environment: tc.args.environment}
			if tc.args.change != nil {
				tc.args.change(&spec)
			}
			p := &Platform{Sizing: resolve(&spec), Environment: spec.Environment}
			if diff := cmp.Diff(tc.want, checkCombinations(p, &spec)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCheckWindows(t *testing.T) {
	const (
		daily  = "must be hh:mm-hh:mm in UTC and at least half an hour, such as 03:00-04:00"
		weekly = "must be ddd:hh:mm-ddd:hh:mm in UTC and at least half an hour, such as sun:04:30-sun:05:30"
	)
	overlaps := func(maintenance, detail string) field.ErrorList {
		return field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.maintenanceWindow"), maintenance, detail)}
	}
	type args struct{ backup, maintenance string }
	cases := map[string]struct {
		reason string
		args   args
		want   field.ErrorList
	}{
		"Default":  {reason: "Should take the default windows", args: args{"03:00-04:00", "sun:04:30-sun:05:30"}},
		"Adjacent": {reason: "Should take maintenance that begins when the backup ends", args: args{"03:00-04:00", "sun:04:00-sun:05:00"}},
		"Before":   {reason: "Should take maintenance that ends when the backup begins", args: args{"03:00-04:00", "mon:02:00-mon:03:00"}},
		"HalfHour": {reason: "Should take half an hour", args: args{"03:00-03:30", "sun:03:30-sun:04:00"}},
		"Midnight": {reason: "Should take windows that go over midnight, and over the end of the week", args: args{"23:45-00:15", "sun:23:00-sun:23:45"}},
		"Overlap": {
			reason: "Should refuse a backup moved into the maintenance window, and say where maintenance could go",
			args:   args{"04:00-05:00", "sun:04:30-sun:05:30"},
			want:   overlaps("sun:04:30-sun:05:30", "overlaps the backup window, 04:00-05:00 each day, which RDS refuses: move one of them, maintenance to sun:05:00-sun:06:00 for example"),
		},
		"OverlapFromBefore": {
			reason: "Should refuse maintenance that reaches into the backup of its day",
			args:   args{"03:00-04:00", "wed:02:30-wed:03:01"},
			want:   overlaps("wed:02:30-wed:03:01", "overlaps the backup window, 03:00-04:00 each day, which RDS refuses: move one of them, maintenance to wed:04:00-wed:05:00 for example"),
		},
		"OverlapOverWeek": {
			reason: "Should see the backup that goes on from Sunday into Monday",
			args:   args{"23:30-00:30", "mon:00:00-mon:01:00"},
			want:   overlaps("mon:00:00-mon:01:00", "overlaps the backup window, 23:30-00:30 each day, which RDS refuses: move one of them, maintenance to mon:00:30-mon:01:30 for example"),
		},
		"OverlapAtWeekEnd": {
			reason: "Should see maintenance that goes on from Sunday into Monday's backup",
			args:   args{"00:00-00:30", "sun:23:30-mon:00:15"},
			want:   overlaps("sun:23:30-mon:00:15", "overlaps the backup window, 00:00-00:30 each day, which RDS refuses: move one of them, maintenance to mon:00:30-mon:01:30 for example"),
		},
		"WholeDay": {
			reason: "Should refuse maintenance of a day, which no backup fits beside",
			args:   args{"03:00-04:00", "sun:05:00-mon:05:00"},
			want:   overlaps("sun:05:00-mon:05:00", "overlaps the backup window, 03:00-04:00 each day, which RDS refuses: move one of them, maintenance to mon:04:00-mon:05:00 for example"),
		},
		"ShortBackup": {
			reason: "Should refuse a backup window of less than half an hour",
			args:   args{"03:00-03:29", "sun:04:30-sun:05:30"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.backupWindow"), "03:00-03:29", daily)},
		},
		"EmptyBackup": {
			reason: "Should refuse a backup window that ends when it begins",
			args:   args{"03:00-03:00", "sun:04:30-sun:05:30"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.backupWindow"), "03:00-03:00", daily)},
		},
		"ShortMaintenance": {
			reason: "Should refuse a maintenance window of less than half an hour",
			args:   args{"03:00-04:00", "sun:04:30-sun:04:45"},
			want:   overlaps("sun:04:30-sun:04:45", weekly),
		},
		"BadBackup": {
			reason: "Should refuse what is no time of the day",
			args:   args{"24:00-25:00", "sun:04:30-sun:05:30"},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.backupWindow"), "24:00-25:00", daily)},
		},
		"BadMaintenance": {
			reason: "Should refuse what is no day of the week",
			args:   args{"03:00-04:00", "day:04:30-sun:05:30"},
			want:   overlaps("day:04:30-sun:05:30", weekly),
		},
		"Empty": {
			reason: "Should refuse nothing at all",
			args:   args{"", ""},
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.backupWindow"), "", daily)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := checkWindows(&v1alpha1.Aurora{BackupWindow: &tc.args.backup, MaintenanceWindow: &tc.args.maintenance})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
