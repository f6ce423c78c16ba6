package observability

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/platform"
)

// openSearch watches the domain, as AWS recommends: shards, storage and heap.
// ("Recommended CloudWatch alarms for Amazon OpenSearch Service")
func openSearch(p *platform.Platform) group {
	of := func(name, stat string) metric {
		return metric{namespace: "AWS/ES", name: name, stat: stat, dimensions: []dashboard.Dimension{
			{Name: "DomainName", Value: p.NameOf("opensearch", p.AWSName("search", platform.MaxOpenSearchDomain))},
			{Name: "ClientId", Value: p.AccountID},
		}}
	}
	red := alarm{
		on: "opensearch", what: "red",
		says: "Red status of OpenSearch (1 if so)", limit: "0",
		why:     "A primary shard is on no node: part of the data cannot be searched. A minute is enough. When data stop, the domain is gone: that is told too.",
		first:   "ask _cluster/allocation/explain which shard and why; if it is lost, restore the index from last night's snapshot.",
		metrics: []metric{of("ClusterStatus.red", "Maximum")},
		above:   true, threshold: 0, period: 60, periods: 1, breaching: 1, silence: telling,
	}
	// FreeStorageSpace is in MiB, of the fullest node.
	quarter := float64(*p.Data.OpenSearch.VolumeSizeGiB) * 1024 / 4
	full := alarm{
		on: "opensearch", what: "storage",
		says: "Free storage of OpenSearch's fullest node", limit: fmt.Sprintf("%g GiB", quarter/1024),
		why:     "A quarter of its volume, as AWS recommends: not far below it, OpenSearch blocks writes. That the domain is gone is told by the status' alarm.",
		first:   "raise volumeSizeGiB in the claim, or delete old indices.",
		metrics: []metric{of("FreeStorageSpace", "Minimum")},
		above:   false, threshold: quarter, period: 60, periods: 5, breaching: 5, silence: unknown,
	}
	heap := alarm{
		on: "opensearch", what: "heap",
		says: "Heap of OpenSearch's fullest node", limit: "95 %",
		why:     "As AWS recommends: nodes that stay there block writes, or drop out of the cluster. That the domain is gone is told by the status' alarm.",
		first:   "a larger instanceType; meanwhile fewer shards and no large aggregations.",
		metrics: []metric{of("JVMMemoryPressure", "Maximum")},
		above:   true, threshold: 95, period: 60, periods: 3, breaching: 3, silence: unknown,
	}
	return group{
		title:  "OpenSearch",
		alarms: []alarm{red, full, heap},
		graphs: []graph{
			{title: "OpenSearch's status", axis: "1 is yes", lines: []line{
				{of("ClusterStatus.green", "Maximum"), "green"},
				{of("ClusterStatus.yellow", "Maximum"), "yellow"},
				{of("ClusterStatus.red", "Maximum"), "red"},
			}, colors: []string{"#2ca02c", "#ff7f0e", "#d62728"}},
			{title: "Free storage of the fullest node", axis: "MiB", alarm: &full},
			{title: "Heap and CPU of OpenSearch", axis: "percent", max: 100, alarm: &heap, lines: []line{
				{of("JVMMemoryPressure", "Maximum"), "heap"},
				{of("CPUUtilization", "Average"), "CPU"},
			}},
			{title: "Latency of OpenSearch", axis: "milliseconds", lines: []line{
				{of("SearchLatency", "Average"), "searches"},
				{of("IndexingLatency", "Average"), "writes"},
			}},
		},
	}
}
