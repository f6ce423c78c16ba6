package observability_test

import (
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/alarmtest"
	"github.com/morket-io/platform/test/platformtest"
)

// An expectation is what alarms of a kind must do, written down from the requirements and not from the alarms.
type expectation struct {
	// reason says which requirement it is.
	reason string
	// alarms are their names, * for what differs.
	alarms string
	// watch is what they measure, with {*} for what differs and {prefix}, {alb}, {clickhouse}, {nat} for names.
	watch []string
	// good and bad are values of a minute, by metric; at are those at the very threshold, which is not beyond it.
	good, at, bad map[string]float64
	// after is how many minutes of bad values it takes.
	after int
	// unit is how many minutes a minute of the stories stands for, of an alarm whose period is longer; 0 is 1.
	unit int
	// silence is the state without data. If that is InsufficientData, told says whether somebody is told that data stop.
	silence alarmtest.State
	told    bool
	// stories are what else must hold.
	stories []story
}

// A story is what is measured, part after part, and the state in the end.
type story struct {
	reason string
	parts  []part
	want   alarmtest.State
}

// A part repeats the same values for some minutes. What it does not name has no data.
type part struct {
	minutes int
	values  map[string]float64
}

type values = map[string]float64

// long is longer than any alarm looks back.
const long = 4 * 60

const mib = 1.0 // OpenSearch measures storage in MiB

func expectations(environment string) []expectation {
	storage := map[string]float64{"staging": 20, "production": 100}[environment] * 1024 / 4 * mib
	traffic := func(requests, targets, balancer float64) values {
		return values{"RequestCount": requests, "HTTPCode_Target_5XX_Count": targets, "HTTPCode_ELB_5XX_Count": balancer}
	}
	return []expectation{
		{
			reason: "R-MON-1: ECS CPU > 80 %, per service", alarms: "ecs-*-cpu",
			watch: []string{"AWS/ECS CPUUtilization Average ClusterName={prefix} ServiceName={prefix}-{*}"},
			good:  values{"CPUUtilization": 50}, at: values{"CPUUtilization": 80}, bad: values{"CPUUtilization": 80.1},
			after: 5, silence: alarmtest.InsufficientData, told: true,
		},
		{
			reason: "R-MON-1: ECS memory > 80 %, per service", alarms: "ecs-*-memory",
			watch: []string{"AWS/ECS MemoryUtilization Average ClusterName={prefix} ServiceName={prefix}-{*}"},
			good:  values{"MemoryUtilization": 79.9}, at: values{"MemoryUtilization": 80}, bad: values{"MemoryUtilization": 80.1},
			after: 5, silence: alarmtest.InsufficientData,
		},
		{
			reason: "R-MON-4: more than 10 ERROR lines a minute, per service", alarms: "ecs-*-errors",
			watch: []string{"Morket/{prefix} {*}-errors Sum"},
			good:  values{"{*}-errors": 9}, at: values{"{*}-errors": 10}, bad: values{"{*}-errors": 11},
			after: 1, silence: alarmtest.OK,
			stories: []story{
				{"One bad minute is enough, and over when the next is good.", []part{{long, values{"{*}-errors": 0}}, {1, values{"{*}-errors": 500}}, {1, values{"{*}-errors": 0}}}, alarmtest.OK},
			},
		},
		{
			reason: "R-MON-5: a backup that failed", alarms: "backup-failed",
			watch: []string{
				"AWS/Backup NumberOfBackupJobsAborted Sum BackupVaultName={prefix}-clickhouse",
				"AWS/Backup NumberOfBackupJobsExpired Sum BackupVaultName={prefix}-clickhouse",
				"AWS/Backup NumberOfBackupJobsFailed Sum BackupVaultName={prefix}-clickhouse",
			},
			good: values{"NumberOfBackupJobsFailed": 0}, at: values{"NumberOfBackupJobsFailed": 0, "NumberOfBackupJobsAborted": 0}, bad: values{"NumberOfBackupJobsFailed": 1},
			after: 1, unit: 60, silence: alarmtest.OK,
			stories: []story{
				{"A backup that took too long is none.", []part{{long, values{}}, {1, values{"NumberOfBackupJobsAborted": 1}}}, alarmtest.Alarming},
				{"One that never began is none.", []part{{long, values{}}, {1, values{"NumberOfBackupJobsExpired": 1}}}, alarmtest.Alarming},
			},
		},
		{
			reason: "R-MON-5: a certificate that is not renewed", alarms: "certificate-*-expiry",
			watch: []string{"AWS/CertificateManager DaysToExpiry Minimum CertificateArn={certificate}"},
			good:  values{"DaysToExpiry": 31}, at: values{"DaysToExpiry": 30}, bad: values{"DaysToExpiry": 29},
			after: 1, unit: 24 * 60, silence: alarmtest.InsufficientData,
		},
		{
			reason: "R-MON-1: ALB 5xx > 5 % of requests", alarms: "alb-5xx",
			watch: []string{
				"AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum LoadBalancer={alb}",
				"AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum LoadBalancer={alb}",
				"AWS/ApplicationELB RequestCount Sum LoadBalancer={alb}",
			},
			good: traffic(1000, 20, 20), at: traffic(1000, 25, 25), bad: traffic(1000, 26, 25),
			after: 3, silence: alarmtest.OK,
			stories: []story{
				{"No traffic is no failure, even if AWS should report zeros.", []part{{long, traffic(0, 0, 0)}}, alarmtest.OK},
				{"Only services fail: the load balancer's own 5xx have never been measured.", []part{{long, values{"RequestCount": 1000}}, {3, values{"RequestCount": 1000, "HTTPCode_Target_5XX_Count": 51}}}, alarmtest.Alarming},
				{"Only the load balancer fails (timeouts): no service ever answered with 5xx.", []part{{long, values{"RequestCount": 1000}}, {3, values{"RequestCount": 1000, "HTTPCode_ELB_5XX_Count": 51}}}, alarmtest.Alarming},
				{"All services are down: no request finds a target, so none is counted.", []part{{long, values{"RequestCount": 1000}}, {3, values{"HTTPCode_ELB_5XX_Count": 700}}}, alarmtest.Alarming},
				{"One of many services is down: its requests are answered but not counted.", []part{{long, values{"RequestCount": 1000}}, {3, values{"RequestCount": 900, "HTTPCode_ELB_5XX_Count": 100}}}, alarmtest.Alarming},
				{"A few requests without target are not more than they are.", []part{{long, values{"RequestCount": 1000, "HTTPCode_ELB_5XX_Count": 40}}}, alarmtest.OK},
				{"A single failed request at night wakes nobody.", []part{{long, values{}}, {1, traffic(1, 1, 0)}, {3, values{}}}, alarmtest.OK},
				{"Two bad minutes of five do not fire.", []part{{long, traffic(1000, 0, 0)}, {1, traffic(1000, 60, 0)}, {2, traffic(1000, 0, 0)}, {1, traffic(1000, 60, 0)}, {1, traffic(1000, 0, 0)}}, alarmtest.OK},
				{"Three bad minutes of five do.", []part{{long, traffic(1000, 0, 0)}, {2, traffic(1000, 60, 0)}, {2, traffic(1000, 0, 0)}, {1, traffic(1000, 60, 0)}}, alarmtest.Alarming},
				{"It is over when traffic stops.", []part{{long, traffic(1000, 100, 0)}, {long, values{}}}, alarmtest.OK},
				{"It is over when no failures are reported any more.", []part{{long, traffic(1000, 100, 0)}, {5, values{"RequestCount": 1000}}}, alarmtest.OK},
			},
		},
		{
			reason: "R-MON-1: ALB response time > 2 s", alarms: "alb-response-time",
			watch: []string{"AWS/ApplicationELB TargetResponseTime Average LoadBalancer={alb}"},
			good:  values{"TargetResponseTime": 1.99}, at: values{"TargetResponseTime": 2}, bad: values{"TargetResponseTime": 2.01},
			after: 3, silence: alarmtest.OK,
			stories: []story{
				{"A single slow request at night wakes nobody.", []part{{long, values{}}, {1, values{"TargetResponseTime": 30}}, {2, values{}}}, alarmtest.OK},
			},
		},
		{
			reason: "R-MON-1: Aurora CPU > 80 %, per instance", alarms: "aurora-*-cpu",
			watch: []string{"AWS/RDS CPUUtilization Average DBInstanceIdentifier={prefix}-aurora-{*}"},
			good:  values{"CPUUtilization": 50}, at: values{"CPUUtilization": 80}, bad: values{"CPUUtilization": 80.1},
			after: 10, silence: alarmtest.InsufficientData, told: true,
		},
		{
			reason: "R-MON-1: Aurora freeable memory < 500 MB, per instance", alarms: "aurora-*-memory",
			watch: []string{"AWS/RDS FreeableMemory Minimum DBInstanceIdentifier={prefix}-aurora-{*}"},
			good:  values{"FreeableMemory": 500_000_001}, at: values{"FreeableMemory": 500_000_000}, bad: values{"FreeableMemory": 499_999_999},
			after:   6, // the least of each five minutes
			silence: alarmtest.InsufficientData,
		},
		{
			reason: "R-MON-1: Redis CPU > 70 %, per node, of the thread or of the host", alarms: "redis-*-cpu",
			watch: []string{
				"AWS/ElastiCache CPUUtilization Average CacheClusterId={prefix}-redis-{*}",
				"AWS/ElastiCache EngineCPUUtilization Average CacheClusterId={prefix}-redis-{*}",
			},
			good: values{"CPUUtilization": 40, "EngineCPUUtilization": 50}, at: values{"CPUUtilization": 70, "EngineCPUUtilization": 70}, bad: values{"CPUUtilization": 70.1, "EngineCPUUtilization": 70.1},
			after: 10, silence: alarmtest.InsufficientData, told: true,
			stories: []story{
				{"The thread is at its end on a host of two CPUs.", []part{{long, values{"CPUUtilization": 52, "EngineCPUUtilization": 98}}}, alarmtest.Alarming},
				{"A snapshot takes the CPU from the thread.", []part{{long, values{"CPUUtilization": 95, "EngineCPUUtilization": 40}}}, alarmtest.Alarming},
				{"The thread is not measured.", []part{{long, values{"CPUUtilization": 50}}}, alarmtest.OK},
			},
		},
		{
			reason: "R-MON-1: ClickHouse CPU > 80 %", alarms: "clickhouse-cpu",
			watch: []string{"AWS/EC2 CPUUtilization Average InstanceId={clickhouse}"},
			good:  values{"CPUUtilization": 50}, at: values{"CPUUtilization": 80}, bad: values{"CPUUtilization": 80.1},
			after: 10, silence: alarmtest.InsufficientData,
		},
		{
			reason: "The ClickHouse instance is broken", alarms: "clickhouse-status",
			watch: []string{"AWS/EC2 StatusCheckFailed Maximum InstanceId={clickhouse}"},
			good:  values{"StatusCheckFailed": 0}, at: values{"StatusCheckFailed": 0}, bad: values{"StatusCheckFailed": 1},
			after: 3, silence: alarmtest.InsufficientData, told: true,
		},
		{
			reason: "OpenSearch has lost a shard", alarms: "opensearch-red",
			watch: []string{"AWS/ES ClusterStatus.red Maximum ClientId=111122223333 DomainName={search}"},
			good:  values{"ClusterStatus.red": 0}, at: values{"ClusterStatus.red": 0}, bad: values{"ClusterStatus.red": 1},
			after: 1, silence: alarmtest.InsufficientData, told: true,
		},
		{
			reason: "OpenSearch has less than a quarter of a volume left", alarms: "opensearch-storage",
			watch: []string{"AWS/ES FreeStorageSpace Minimum ClientId=111122223333 DomainName={search}"},
			good:  values{"FreeStorageSpace": storage + 1}, at: values{"FreeStorageSpace": storage}, bad: values{"FreeStorageSpace": storage - 1},
			after: 5, silence: alarmtest.InsufficientData,
		},
		{
			reason: "OpenSearch's heap is full", alarms: "opensearch-heap",
			watch: []string{"AWS/ES JVMMemoryPressure Maximum ClientId=111122223333 DomainName={search}"},
			good:  values{"JVMMemoryPressure": 94}, at: values{"JVMMemoryPressure": 95}, bad: values{"JVMMemoryPressure": 96},
			after: 3, silence: alarmtest.InsufficientData,
		},
		{
			reason: "RabbitMQ will soon block publishers for want of memory", alarms: "rabbitmq-memory",
			watch: []string{"AWS/AmazonMQ RabbitMQMemLimit Minimum Broker={prefix}-rabbitmq", "AWS/AmazonMQ RabbitMQMemUsed Maximum Broker={prefix}-rabbitmq"},
			good:  values{"RabbitMQMemUsed": 799e6, "RabbitMQMemLimit": 1000e6}, at: values{"RabbitMQMemUsed": 800e6, "RabbitMQMemLimit": 1000e6}, bad: values{"RabbitMQMemUsed": 801e6, "RabbitMQMemLimit": 1000e6},
			after: 5, silence: alarmtest.InsufficientData, told: true,
		},
		{
			reason: "RabbitMQ will soon block publishers for want of disk", alarms: "rabbitmq-disk",
			watch: []string{"AWS/AmazonMQ RabbitMQDiskFree Minimum Broker={prefix}-rabbitmq", "AWS/AmazonMQ RabbitMQDiskFreeLimit Maximum Broker={prefix}-rabbitmq"},
			good:  values{"RabbitMQDiskFree": 4.1e9, "RabbitMQDiskFreeLimit": 2e9}, at: values{"RabbitMQDiskFree": 4e9, "RabbitMQDiskFreeLimit": 2e9}, bad: values{"RabbitMQDiskFree": 3.9e9, "RabbitMQDiskFreeLimit": 2e9},
			after: 5, silence: alarmtest.InsufficientData,
		},
		{
			reason: "A NAT gateway is out of ports", alarms: "nat-*-ports",
			watch: []string{"AWS/NATGateway ErrorPortAllocation Sum NatGatewayId={nat}"},
			good:  values{"ErrorPortAllocation": 0}, at: values{"ErrorPortAllocation": 0}, bad: values{"ErrorPortAllocation": 1},
			after: 3, silence: alarmtest.OK,
		},
	}
}

// TestAlarmsFire evaluates every alarm that tells somebody, of both environments, against made-up measurements: it must
// fire when it should, not before, not at the threshold, and be over when it is. What AWS does not document must not
// matter. (R-MON-1, R-MON-4)
func TestAlarmsFire(t *testing.T) {
	for _, env := range platformtest.Environments {
		r, observed := whole(t, env)
		expected := expectations(env)
		met := map[string]int{}
		for name, o := range alarms(r, env) {
			a, err := alarmtest.Parse(o)
			if err != nil {
				t.Errorf("%s: %s: %v", env, name, err)
				continue
			}
			i := slices.IndexFunc(expected, func(e expectation) bool { ok, _ := path.Match(e.alarms, name); return ok })
			if i < 0 {
				t.Errorf("%s: %s: nobody has written down what it should do: add an expectation", env, name)
				continue
			}
			met[expected[i].alarms]++
			t.Run(env+"/"+name, func(t *testing.T) { expected[i].check(t, a, env, name, observed) })
		}
		for _, e := range expected {
			if met[e.alarms] == 0 {
				t.Errorf("%s: %s: should be composed: %s", env, e.alarms, e.reason)
			}
		}
	}
}

func (e *expectation) check(t *testing.T, a *alarmtest.Alarm, env, name string, observed map[string]*fnv1.Resource) {
	t.Helper()
	prefix, suffix, _ := strings.Cut(e.alarms, "*")
	own := strings.TrimSuffix(strings.TrimPrefix(name, prefix), suffix)
	names := strings.NewReplacer("{*}", own, "{prefix}", "morket-"+env, "{alb}", atProvider(observed["alb"], "arnSuffix"),
		"{clickhouse}", atProvider(observed["clickhouse"], "id"), "{nat}", atProvider(observed["nat-"+own], "id"),
		"{certificate}", map[string]string{"alb": atProvider(observed["listener-https"], "certificateArn"), "cdn": atProvider(observed["cdn"], "viewerCertificate.acmCertificateArn")}[own], "{search}", "morket-"+env+"-search")

	var watch []string
	for _, w := range e.watch {
		watch = append(watch, names.Replace(w))
	}
	if diff := cmp.Diff(watch, a.Metrics()); diff != "" {
		t.Errorf("\n%s\nWhat is watched: -want, +got:\n%s", e.reason, diff)
	}
	topic := []string{"arn:aws:sns:us-east-1:111122223333:morket-" + env + "-alarms"}
	if diff := cmp.Diff(topic, a.OKActions); diff != "" {
		t.Errorf("\nWho was told should be told when it is over. -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(e.told, slices.Equal(a.InsufficientDataActions, topic)); diff != "" {
		t.Errorf("\nSomebody should be told when data stop, once for each thing that is watched. -want, +got:\n%s", diff)
	}

	all := append([]story{
		{"It was never measured.", []part{{long, nil}}, e.silence},
		{"All is well.", []part{{long, e.good}}, alarmtest.OK},
		{"It is at the threshold, and not beyond.", []part{{long, e.at}}, alarmtest.OK},
		{"It was bad for long enough.", []part{{long, e.good}, {e.after, e.bad}}, alarmtest.Alarming},
		{"It was bad, but for a minute too short.", []part{{long, e.good}, {e.after - 1, e.bad}}, alarmtest.OK},
		{"It is bad for long.", []part{{long, e.bad}}, alarmtest.Alarming},
		{"It was bad, and has been good for ten minutes.", []part{{long, e.bad}, {10, e.good}}, alarmtest.OK},
		{"All was well, and then it is not measured any more.", []part{{long, e.good}, {long, nil}}, e.silence},
		{"It was bad, and then it is not measured any more.", []part{{long, e.bad}, {long, nil}}, e.silence},
	}, e.stories...)
	for _, s := range all {
		samples := tell(e.stretched(s.parts), names)
		if problem := evaluate(t, a, samples, s.want); problem != "" {
			t.Errorf("\n%s: %s\n%s", e.reason, s.reason, problem)
		}
	}
}

// stretched are parts of a story in real minutes. What is long is a few periods then.
func (e *expectation) stretched(parts []part) []part {
	if e.unit == 0 {
		return parts
	}
	const periods = 25
	var out []part
	for _, p := range parts {
		out = append(out, part{min(p.minutes, periods) * e.unit, p.values})
	}
	return out
}

// evaluate says when an alarm does not come to a state, whatever its state was and whatever AWS does not document.
func evaluate(t *testing.T, a *alarmtest.Alarm, samples alarmtest.Samples, want alarmtest.State) string {
	t.Helper()
	for _, before := range []alarmtest.State{alarmtest.OK, alarmtest.Alarming, alarmtest.InsufficientData} {
		for _, u := range alarmtest.Unknowns() {
			got, err := a.Evaluate(samples, before, u)
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				return fmt.Sprintf("from %s, %+v: want %s, got %s", before, u, want, got)
			}
		}
	}
	return ""
}

// tell makes samples of a story, a value a minute for each metric, NaN where there is none.
func tell(parts []part, names *strings.Replacer) alarmtest.Samples {
	metrics := map[string]bool{}
	for _, p := range parts {
		for m := range p.values {
			metrics[m] = true
		}
	}
	out := alarmtest.Samples{}
	for _, m := range slices.Sorted(maps.Keys(metrics)) {
		var series []float64
		for _, p := range parts {
			v, ok := p.values[m]
			if !ok {
				v = math.NaN()
			}
			series = append(series, slices.Repeat([]float64{v}, p.minutes)...)
		}
		out[names.Replace(m)] = series
	}
	return out
}

// TestThresholds turns each knob: the alarms on it must follow.
func TestThresholds(t *testing.T) {
	cases := map[string]struct {
		reason string
		value  float64
		alarms string
		want   float64
	}{
		"serviceCPUPercent":                {"In percent.", 61, "ecs-*-cpu", 61},
		"serviceMemoryPercent":             {"In percent.", 62, "ecs-*-memory", 62},
		"loadBalancer5xxPercent":           {"In percent.", 3, "alb-5xx", 3},
		"loadBalancerResponseMilliseconds": {"AWS measures seconds.", 1500, "alb-response-time", 1.5},
		"auroraCPUPercent":                 {"In percent.", 63, "aurora-*-cpu", 63},
		"auroraFreeableMemoryMB":           {"AWS measures bytes; a megabyte is a million.", 750, "aurora-*-memory", 750e6},
		"redisCPUPercent":                  {"In percent.", 64, "redis-*-cpu", 64},
		"clickHouseCPUPercent":             {"In percent.", 65, "clickhouse-cpu", 65},
		"errorsPerMinute":                  {"In lines.", 25, "ecs-*-errors", 25},
	}
	var changes []func(map[string]any)
	for knob, tc := range cases {
		changes = append(changes, platformtest.Set(tc.value, "spec", "monitoring", "alarms", knob))
	}
	r, _ := whole(t, "production", changes...)
	for knob, tc := range cases {
		t.Run(knob, func(t *testing.T) {
			found := 0
			for name, o := range alarms(r, "production") {
				if ok, _ := path.Match(tc.alarms, name); !ok {
					continue
				}
				found++
				if diff := cmp.Diff(tc.want, parameters(o)["threshold"]); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, name, diff)
				}
			}
			if found == 0 {
				t.Errorf("no alarm is called %s", tc.alarms)
			}
		})
	}
}
