package platform

import (
	"fmt"
	"strconv"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
)

// redis is the cache. (R-RED-1)
func redis(p *Platform) *Store {
	const port = 6379
	primary := Value{Resource: Redis, Field: "primaryEndpointAddress", Source: "Redis' primary node"}
	endpoint := primary
	endpoint.After = ":" + strconv.Itoa(port)
	url := endpoint
	url.Before = "rediss://"
	return &Store{
		Name: Redis, Title: "Redis", Ports: []int{port},
		AWSName: p.AWSName(Redis, MaxReplicationGroup), Engine: "redis",
		ParameterFamily: "redis7", ParameterGroup: p.AWSName("redis7", MaxParameterGroup),
		Credential: Credential{Name: "redis-auth", Description: "AUTH token of Redis", Format: Alphanumeric32, Store: Redis, Generation: *p.Secrets.Rotation.Redis},
		UsedBy: []Use{{
			Services:  []string{"backend", "temporal-worker"},
			Variables: []Variable{{"REDIS_URL", url}},
			Secrets:   []SecretVariable{{"REDIS_PASSWORD", ""}},
		}},
		Outputs: []Output{
			{"redis", "", endpoint},
			{"", "redisHost", primary},
			{"", "redisPort", Value{Text: strconv.Itoa(port)}},
		},
		Monitoring: monitorRedis,
	}
}

// monitorRedis watches each node. Its memory is not watched: a cache that throws out what is used least is full by design. (R-MON-1)
func monitorRedis(p *Platform, st *Store, _ monitoring.Lookup) monitoring.Section {
	percent := *p.Monitoring.Alarms.RedisCPUPercent
	cpu := monitoring.Graph{Title: "CPU of Redis (the larger of thread and host)", Axis: "percent", Max: 100}
	memory := monitoring.Graph{Title: "Memory of Redis", Axis: "percent", Max: 100}
	evictions := monitoring.Graph{Title: "Evictions from Redis", Axis: "keys"}
	hits := monitoring.Graph{Title: "Hit rate of Redis", Axis: "percent", Max: 100}
	g := monitoring.Section{Title: "Redis"}
	for i := range int(*p.Data.Redis.Nodes) {
		name := fmt.Sprintf("redis-%03d", i+1)
		of := func(id, metricName, stat string) monitoring.Metric {
			return monitoring.Metric{ID: id, Namespace: "AWS/ElastiCache", Name: metricName, Stat: stat, Dimensions: []dashboard.Dimension{
				{Name: "CacheClusterId", Value: fmt.Sprintf("%s-%03d", p.NameOf(st.Name, st.AWSName), i+1)},
			}}
		}
		busy := monitoring.Alarm{
			Resource: st.Name, Instance: fmt.Sprintf("%03d", i+1), AnyInstance: "<node>", Metric: "cpu",
			Subject: "CPU of Redis node", Limit: fmt.Sprintf("%d %%", percent), Knob: "redisCPUPercent",
			Meaning:   "The larger of two: Redis does its work in one thread, which can be at its end while a host of two CPUs says 50 %, and on such a host snapshots and AWS itself take CPU from it. When data stop, the node is gone: that is told too.",
			FirstStep: "find slow commands in the slow log (KEYS, large values, Lua); then a larger nodeType.",
			Metrics: []monitoring.Metric{
				of(fmt.Sprintf("engine%d", i+1), "EngineCPUUtilization", "Average"),
				of(fmt.Sprintf("host%d", i+1), "CPUUtilization", "Average"),
			},
			Expressions: []monitoring.Expression{{ID: fmt.Sprintf("larger%d", i+1), Formula: fmt.Sprintf("MAX([engine%d, host%d])", i+1, i+1), Label: "the larger of thread and host"}},
			Above:       true, Threshold: float64(percent), Period: 300, EvaluationPeriods: 2, DatapointsToAlarm: 2, MissingData: monitoring.Notify,
		}
		g.Alarms = append(g.Alarms, busy)
		cpu.Watch(&busy, name)
		memory.Draw(of("", "DatabaseMemoryUsagePercentage", "Average"), name)
		evictions.Draw(of("", "Evictions", "Sum"), name)
		hits.Draw(of("", "CacheHitRate", "Average"), name)
	}
	g.Graphs = []monitoring.Graph{cpu, memory, evictions, hits}
	return g
}
