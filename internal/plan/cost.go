package plan

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"
)

//go:embed prices.yaml
var pricesFile []byte

// prices are in prices.yaml.
type prices struct {
	Date          string  `json:"date"`
	Region        string  `json:"region"`
	Currency      string  `json:"currency"`
	HoursPerMonth float64 `json:"hoursPerMonth"`

	NATGatewayHour        float64 `json:"natGatewayHour"`
	PublicIPv4Hour        float64 `json:"publicIPv4Hour"`
	LoadBalancerHour      float64 `json:"loadBalancerHour"`
	FargateVCPUHour       float64 `json:"fargateVCPUHour"`
	FargateGBHour         float64 `json:"fargateGBHour"`
	FargateSpotShare      float64 `json:"fargateSpotShare"`
	GP3GBMonth            float64 `json:"gp3GBMonth"`
	GP3IOPSMonth          float64 `json:"gp3IOPSMonth"`
	GP3ThroughputMonth    float64 `json:"gp3ThroughputMonth"`
	OpenSearchGP3GBMonth  float64 `json:"openSearchGP3GBMonth"`
	SecretMonth           float64 `json:"secretMonth"`
	KeyMonth              float64 `json:"keyMonth"`
	AlarmMonth            float64 `json:"alarmMonth"`
	InterfaceEndpointHour float64 `json:"interfaceEndpointHour"`

	Instances map[string]map[string]float64 `json:"instances"`
}

// priceTable reads the prices once.
var priceTable = sync.OnceValues(func() (*prices, error) {
	p := &prices{}
	err := yaml.UnmarshalStrict(pricesFile, p)
	return p, err
})

// A Cost is about what a platform costs a month before and after a change: what is paid by the hour whether it is used or not.
type Cost struct {
	// Date is when the prices were taken, Region whose they are.
	Date     string `json:"date"`
	Region   string `json:"region"`
	Currency string `json:"currency"`
	// Before and After are sums, rounded to whole units.
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Items are the parts that differ.
	Items []CostItem `json:"items,omitempty"`
	// Unknown are the types without a price, which the sums lack.
	Unknown []string `json:"unknown,omitempty"`
	// Excluded says what is left out of the sums.
	Excluded string `json:"excluded"`
}

// A CostItem is a part of the cost.
type CostItem struct {
	Name   string  `json:"name"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// BeforeUnknown and AfterUnknown say that the sum lacks a part without a price.
	BeforeUnknown bool `json:"beforeUnknown,omitempty"`
	AfterUnknown  bool `json:"afterUnknown,omitempty"`
}

// excluded is what depends on use.
const excluded = "traffic, requests, load balancer capacity units, Aurora's storage and I/O, backups, logs, metrics and taxes; services that scale count at their minimum"

// cost estimates both states. It returns nil if the embedded prices cannot be read, which a test rules out.
func cost(before, after map[string]*structpb.Struct, region string) *Cost {
	p, err := priceTable()
	if err != nil {
		return nil
	}
	was, will := p.estimate(before), p.estimate(after)
	c := &Cost{Date: p.Date, Region: p.Region, Currency: p.Currency, Before: round(was.sum()), After: round(will.sum()), Excluded: excluded}
	if region != p.Region {
		c.Excluded += "; and the difference to the prices of " + region
	}
	items := maps.Clone(was.items)
	maps.Copy(items, will.items)
	for _, name := range slices.Sorted(maps.Keys(items)) {
		i := CostItem{Name: name, Before: round(was.items[name]), After: round(will.items[name])}
		i.BeforeUnknown, i.AfterUnknown = was.lacks(name), will.lacks(name)
		if i.Before != i.After || i.BeforeUnknown != i.AfterUnknown {
			c.Items = append(c.Items, i)
		}
	}
	unknown := maps.Clone(was.unknown)
	maps.Copy(unknown, will.unknown)
	c.Unknown = slices.Sorted(maps.Keys(unknown))
	return c
}

// round rounds to cents, so that sums of floats compare as people expect.
func round(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	return r
}

// An estimate is what the resources of one state cost a month, by what they are for.
type estimate struct {
	*prices
	items   map[string]float64
	unknown map[string]bool     // type (item)
	tasks   map[string]resource // task definitions by ARN
}

func (p *prices) estimate(resources map[string]*structpb.Struct) *estimate {
	e := &estimate{prices: p, items: map[string]float64{}, unknown: map[string]bool{}, tasks: map[string]resource{}}
	all := make(map[string]resource, len(resources))
	for name, s := range resources {
		o := object(s)
		if o.looking() && len(o.observed) > 0 { // it costs what it is, and not what it is to be
			o.parameters = o.observed
		}
		all[name] = o
		if o.kind == "TaskDefinition.ecs.aws.upbound.io" {
			e.tasks[text(o.observed["arn"])] = o
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if price, ok := pricing[all[name].kind]; ok {
			price(e, name, all[name])
		}
	}
	return e
}

func (e *estimate) sum() float64 {
	var sum float64
	for _, name := range slices.Sorted(maps.Keys(e.items)) {
		sum += e.items[name]
	}
	return sum
}

// lacks says whether a part of an item has no price.
func (e *estimate) lacks(item string) bool {
	for u := range e.unknown {
		if strings.HasSuffix(u, " ("+item+")") {
			return true
		}
	}
	return false
}

func (e *estimate) hourly(item string, n, price float64) {
	e.items[item] += n * price * e.HoursPerMonth
}

// instances adds n instances of a type that somebody chose.
func (e *estimate) instances(item, of, typ string, n float64) {
	price, ok := e.Instances[of][typ]
	if !ok {
		e.unknown[fmt.Sprintf("%s (%s)", typ, item)] = true
		e.items[item] += 0 // so that it is listed
		return
	}
	e.hourly(item, n, price)
}

// pricing is what a resource of a kind adds to the cost. The name is the resource's in the composition.
var pricing = map[string]func(e *estimate, name string, o resource){
	"NATGateway.ec2.aws.upbound.io": func(e *estimate, _ string, _ resource) { e.hourly("NAT gateways", 1, e.NATGatewayHour) },
	"EIP.ec2.aws.upbound.io":        func(e *estimate, _ string, _ resource) { e.hourly("public addresses", 1, e.PublicIPv4Hour) },
	"VPCEndpoint.ec2.aws.upbound.io": func(e *estimate, _ string, o resource) {
		if o.parameters["vpcEndpointType"] == "Interface" {
			e.hourly("VPC endpoints", max(1, float64(o.length("subnetIds"))), e.InterfaceEndpointHour)
		}
	},
	"LB.elbv2.aws.upbound.io": func(e *estimate, _ string, o resource) {
		e.hourly("load balancer", 1, e.LoadBalancerHour)
		if o.parameters["internal"] != true {
			e.hourly("public addresses", float64(max(o.length("subnets"), o.length("subnetRefs"))), e.PublicIPv4Hour)
		}
	},
	"ClusterInstance.rds.aws.upbound.io": func(e *estimate, _ string, o resource) {
		e.instances("Aurora", "aurora", text(o.parameters["instanceClass"]), 1)
	},
	"Instance.ec2.aws.upbound.io": func(e *estimate, _ string, o resource) {
		e.instances("ClickHouse", "ec2", text(o.parameters["instanceType"]), 1)
	},
	"LaunchTemplate.ec2.aws.upbound.io": func(e *estimate, _ string, o resource) { // the root volume of the instance made from it
		size, _ := at(o.parameters, []string{"blockDeviceMappings", "ebs", "volumeSize"}).(float64)
		e.items["ClickHouse volumes"] += size * e.GP3GBMonth
	},
	"EBSVolume.ec2.aws.upbound.io": func(e *estimate, _ string, o resource) {
		e.items["ClickHouse volumes"] += o.number("size")*e.GP3GBMonth +
			max(0, o.number("iops")-3000)*e.GP3IOPSMonth + max(0, o.number("throughput")-125)*e.GP3ThroughputMonth
	},
	"ReplicationGroup.elasticache.aws.upbound.io": func(e *estimate, _ string, o resource) {
		e.instances("Redis", "redis", text(o.parameters["nodeType"]), o.number("numCacheClusters"))
	},
	"Broker.mq.aws.upbound.io": func(e *estimate, _ string, o resource) {
		nodes := map[string]float64{"CLUSTER_MULTI_AZ": 3, "ACTIVE_STANDBY_MULTI_AZ": 2}[text(o.parameters["deploymentMode"])]
		e.instances("RabbitMQ", "rabbitmq", text(o.parameters["hostInstanceType"]), max(1, nodes))
	},
	"Domain.opensearch.aws.upbound.io": func(e *estimate, _ string, o resource) {
		c, _ := o.parameters["clusterConfig"].(map[string]any)
		nodes, _ := c["instanceCount"].(float64)
		e.instances("OpenSearch", "openSearch", text(c["instanceType"]), nodes)
		if c["dedicatedMasterEnabled"] == true {
			masters, _ := c["dedicatedMasterCount"].(float64)
			e.instances("OpenSearch", "openSearch", text(c["dedicatedMasterType"]), masters)
		}
		size, _ := at(o.parameters, []string{"ebsOptions", "volumeSize"}).(float64)
		e.items["OpenSearch volumes"] += nodes * size * e.OpenSearchGP3GBMonth
	},
	ecsService: func(e *estimate, name string, o resource) {
		count := o.number("desiredCount")
		if initial, ok := o.rest["initProvider"].(map[string]any); ok && o.rest["initProvider"] != nil {
			if n, ok := initial["desiredCount"].(float64); ok { // an autoscaler's, from its minimum on
				count = n
			}
		}
		task := e.tasks[text(o.parameters["taskDefinition"])]
		cpu, _ := strconv.ParseFloat(text(task.parameters["cpu"]), 64)
		memory, _ := strconv.ParseFloat(text(task.parameters["memory"]), 64)
		hour := cpu/1024*e.FargateVCPUHour + memory/1024*e.FargateGBHour
		if at(o.parameters, []string{"capacityProviderStrategy", "capacityProvider"}) == "FARGATE_SPOT" {
			hour *= e.FargateSpotShare
		}
		e.hourly("service "+strings.TrimPrefix(name, "service-"), count, hour)
	},
	"Secret.secretsmanager.aws.upbound.io":  func(e *estimate, _ string, _ resource) { e.items["secrets"] += e.SecretMonth },
	"Key.kms.aws.upbound.io":                func(e *estimate, _ string, _ resource) { e.items["keys"] += e.KeyMonth },
	"MetricAlarm.cloudwatch.aws.upbound.io": func(e *estimate, _ string, _ resource) { e.items["alarms"] += e.AlarmMonth },
	"Cluster.rds.aws.upbound.io":            func(e *estimate, _ string, _ resource) { e.items["secrets"] += e.SecretMonth }, // RDS' own
}

func (o resource) number(name string) float64 {
	n, _ := o.parameters[name].(float64)
	return n
}

func (o resource) length(name string) int {
	l, _ := o.parameters[name].([]any)
	return len(l)
}
