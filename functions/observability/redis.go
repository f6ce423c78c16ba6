package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

// redis watches each node. Its memory is not watched: a cache that throws out what is used least is full by design. (R-MON-1)
func redis(p *platform.Platform) group {
	percent := *p.Monitoring.Alarms.RedisCPUPercent
	cpu := graph{title: "CPU of Redis (the larger of thread and host)", axis: "percent", max: 100}
	memory := graph{title: "Memory of Redis", axis: "percent", max: 100}
	evictions := graph{title: "Evictions from Redis", axis: "keys"}
	hits := graph{title: "Hit rate of Redis", axis: "percent", max: 100}
	g := group{title: "Redis"}
	for i := range int(*p.Data.Redis.Nodes) {
		name := fmt.Sprintf("redis-%03d", i+1)
		of := func(id, metricName, stat string) metric {
			return metric{id: id, namespace: "AWS/ElastiCache", name: metricName, stat: stat, dimensions: []dashboard.Dimension{
				{Name: "CacheClusterId", Value: fmt.Sprintf("%s-%03d", p.NameOf("redis", p.AWSName("redis", platform.MaxReplicationGroup)), i+1)},
			}}
		}
		busy := alarm{
			on: "redis", which: fmt.Sprintf("%03d", i+1), each: "<node>", what: "cpu",
			says: "CPU of Redis node", limit: fmt.Sprintf("%d %%", percent), knob: "redisCPUPercent",
			why:   "The larger of two: Redis does its work in one thread, which can be at its end while a host of two CPUs says 50 %, and on such a host snapshots and AWS itself take CPU from it. When data stop, the node is gone: that is told too.",
			first: "find slow commands in the slow log (KEYS, large values, Lua); then a larger nodeType.",
			metrics: []metric{
				of(fmt.Sprintf("engine%d", i+1), "EngineCPUUtilization", "Average"),
				of(fmt.Sprintf("host%d", i+1), "CPUUtilization", "Average"),
			},
			expressions: []expression{{id: fmt.Sprintf("larger%d", i+1), formula: fmt.Sprintf("MAX([engine%d, host%d])", i+1, i+1), label: "the larger of thread and host"}},
			above:       true, threshold: float64(percent), period: 300, periods: 2, breaching: 2, silence: telling,
		}
		g.alarms = append(g.alarms, busy)
		cpu.add(&busy, name)
		memory.lines = append(memory.lines, line{of("", "DatabaseMemoryUsagePercentage", "Average"), name})
		evictions.lines = append(evictions.lines, line{of("", "Evictions", "Sum"), name})
		hits.lines = append(hits.lines, line{of("", "CacheHitRate", "Average"), name})
	}
	g.graphs = []graph{cpu, memory, evictions, hits}
	return g
}
