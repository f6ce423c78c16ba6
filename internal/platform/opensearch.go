package platform

import (
	"fmt"

	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
)

// openSearch is the search domain. (R-OS-1)
func openSearch(p *Platform) *Store {
	url := Value{Resource: OpenSearch, Field: "endpoint", Before: "https://", Source: "OpenSearch's endpoint"}
	return &Store{
		Name: OpenSearch, Title: "OpenSearch", Ports: []int{443},
		AWSName:    p.AWSName("search", MaxOpenSearchDomain),
		Credential: Credential{Name: OpenSearch, Description: "Master user of OpenSearch", Format: Mixed24, Username: Username, Field: "password", Store: OpenSearch, Generation: *p.Secrets.Rotation.OpenSearch},
		UsedBy: []Use{{
			Services:  []string{"backend"},
			Variables: []Variable{{"OPENSEARCH_URL", url}},
			Secrets:   login("OPENSEARCH"),
		}},
		Outputs:    []Output{{"openSearch", "openSearchUrl", url}},
		Monitoring: monitorOpenSearch,
	}
}

// monitorOpenSearch watches the domain, as AWS recommends: shards, storage and heap.
// ("Recommended CloudWatch alarms for Amazon OpenSearch Service")
func monitorOpenSearch(p *Platform, st *Store, _ monitoring.Lookup) monitoring.Section {
	of := func(name, stat string) monitoring.Metric {
		return monitoring.Metric{Namespace: "AWS/ES", Name: name, Stat: stat, Dimensions: []dashboard.Dimension{
			{Name: "DomainName", Value: p.NameOf(st.Name, st.AWSName)},
			{Name: "ClientId", Value: p.AccountID},
		}}
	}
	red := monitoring.Alarm{
		Resource: st.Name, Metric: "red",
		Subject: "Red status of OpenSearch (1 if so)", Limit: "0",
		Meaning:   "A primary shard is on no node: part of the data cannot be searched. A minute is enough. When data stop, the domain is gone: that is told too.",
		FirstStep: "ask _cluster/allocation/explain which shard and why; if it is lost, restore the index from the last automated snapshot, which AWS takes every hour.",
		Metrics:   []monitoring.Metric{of("ClusterStatus.red", "Maximum")},
		Above:     true, Threshold: 0, Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1, MissingData: monitoring.Notify,
	}
	// FreeStorageSpace is in MiB, of the fullest node.
	quarter := float64(*p.Data.OpenSearch.VolumeSizeGiB) * 1024 / 4
	full := monitoring.Alarm{
		Resource: st.Name, Metric: "storage",
		Subject: "Free storage of OpenSearch's fullest node", Limit: fmt.Sprintf("%g GiB", quarter/1024),
		Meaning:   "A quarter of its volume, as AWS recommends: not far below it, OpenSearch blocks writes. That the domain is gone is told by the status' alarm.",
		FirstStep: "raise volumeSizeGiB in the claim, or delete old indices.",
		Metrics:   []monitoring.Metric{of("FreeStorageSpace", "Minimum")},
		Above:     false, Threshold: quarter, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5, MissingData: monitoring.Unknown,
	}
	heap := monitoring.Alarm{
		Resource: st.Name, Metric: "heap",
		Subject: "Heap of OpenSearch's fullest node", Limit: "95 %",
		Meaning:   "As AWS recommends: nodes that stay there block writes, or drop out of the cluster. That the domain is gone is told by the status' alarm.",
		FirstStep: "a larger instanceType; meanwhile fewer shards and no large aggregations.",
		Metrics:   []monitoring.Metric{of("JVMMemoryPressure", "Maximum")},
		Above:     true, Threshold: 95, Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 3, MissingData: monitoring.Unknown,
	}
	return monitoring.Section{
		Title:  "OpenSearch",
		Alarms: []monitoring.Alarm{red, full, heap},
		Graphs: []monitoring.Graph{
			{Title: "OpenSearch's status", Axis: "1 is yes", Lines: []monitoring.Line{
				{Metric: of("ClusterStatus.green", "Maximum"), Label: "green"},
				{Metric: of("ClusterStatus.yellow", "Maximum"), Label: "yellow"},
				{Metric: of("ClusterStatus.red", "Maximum"), Label: "red"},
			}, Colors: []string{"#2ca02c", "#ff7f0e", "#d62728"}},
			{Title: "Free storage of the fullest node", Axis: "MiB", Alarm: &full},
			{Title: "Heap and CPU of OpenSearch", Axis: "percent", Max: 100, Alarm: &heap, Lines: []monitoring.Line{
				{Metric: of("JVMMemoryPressure", "Maximum"), Label: "heap"},
				{Metric: of("CPUUtilization", "Average"), Label: "CPU"},
			}},
			{Title: "Latency of OpenSearch", Axis: "milliseconds", Lines: []monitoring.Line{
				{Metric: of("SearchLatency", "Average"), Label: "searches"},
				{Metric: of("IndexingLatency", "Average"), Label: "writes"},
			}},
		},
	}
}
