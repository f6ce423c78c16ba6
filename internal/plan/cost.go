package plan

import (
	_ "embed"
	"maps"
	"slices"
	"strconv"
	"sync"

	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

//go:embed prices.yaml
var pricesFile []byte

// priceTable reads the prices once.
var priceTable = sync.OnceValues(func() (*kinds.Prices, error) {
	p := &kinds.Prices{}
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
func cost(before, after priced, region string) *Cost {
	p, err := priceTable()
	if err != nil {
		return nil
	}
	was, will := bill(p, before), bill(p, after)
	c := &Cost{Date: p.Date, Region: p.Region, Currency: p.Currency, Before: round(was.Sum()), After: round(will.Sum()), Excluded: excluded}
	if region != p.Region {
		c.Excluded += "; and the difference to the prices of " + region
	}
	items := maps.Clone(was.Items)
	maps.Copy(items, will.Items)
	for _, name := range slices.Sorted(maps.Keys(items)) {
		i := CostItem{Name: name, Before: round(was.Items[name]), After: round(will.Items[name])}
		i.BeforeUnknown, i.AfterUnknown = was.Lacks(name), will.Lacks(name)
		if i.Before != i.After || i.BeforeUnknown != i.AfterUnknown {
			c.Items = append(c.Items, i)
		}
	}
	unknown := maps.Clone(was.Unknown)
	maps.Copy(unknown, will.Unknown)
	c.Unknown = slices.Sorted(maps.Keys(unknown))
	return c
}

// round rounds to cents, so that sums of floats compare as people expect.
func round(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	return r
}

// priced are the resources of one state that cost something, and what reads one.
type priced struct {
	resources map[string]*structpb.Struct
	object    func(*structpb.Struct) resource
}

// bill is what the resources of one state cost.
func bill(p *kinds.Prices, of priced) *kinds.Bill {
	b := &kinds.Bill{Prices: p, Items: map[string]float64{}, Unknown: map[string]bool{}, ByARN: map[string]kinds.Parameters{}}
	all := make(map[string]resource, len(of.resources))
	for name, s := range of.resources {
		o := of.object(s)
		if o.looking() && len(o.observed) > 0 { // it costs what it is, and not what it is to be
			o.parameters = o.observed
		}
		if initial, ok := o.rest["initProvider"].(map[string]any); ok { // an autoscaler's, from its minimum on
			initial = maps.Clone(initial)
			maps.Copy(initial, o.parameters)
			o.parameters = initial
		}
		all[name] = o
		if arn := fields.TextIn(o.observed, "arn"); arn != "" {
			b.ByARN[arn] = o.parameters
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if price := kinds.Of(all[name].kind).Price; price != nil {
			price(b, name, all[name].parameters)
		}
	}
	return b
}
