package kinds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Prices are what AWS asks for what is paid by the hour or month.
type Prices struct {
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

// A Bill is what resources cost a month, by what they are for.
type Bill struct {
	*Prices
	Items   map[string]float64
	Unknown map[string]bool       // types without a price, as "type (item)"
	ByARN   map[string]Parameters // all resources: a service costs what its task definition says
}

// Kinds that a bill leaves out: free costs nothing, byUse depends on use, and uncounted costs a few dollars a month at most.
func free(*Bill, string, Parameters)      {}
func byUse(*Bill, string, Parameters)     {}
func uncounted(*Bill, string, Parameters) {}

// hourly adds n of what is paid by the hour.
func (b *Bill) hourly(item string, n, price float64) {
	b.Items[item] += n * price * b.HoursPerMonth
}

// instances adds n instances of a type that somebody chose.
func (b *Bill) instances(item, of, typ string, n float64) {
	price, ok := b.Instances[of][typ]
	if !ok {
		b.Unknown[fmt.Sprintf("%s (%s)", typ, item)] = true
		b.Items[item] += 0 // so that it is listed
		return
	}
	b.hourly(item, n, price)
}

// Sum returns the sum of all items.
func (b *Bill) Sum() float64 {
	var sum float64
	for _, item := range slices.Sorted(maps.Keys(b.Items)) {
		sum += b.Items[item]
	}
	return sum
}

// Lacks reports whether a part of an item has no price.
func (b *Bill) Lacks(item string) bool {
	for u := range b.Unknown {
		if strings.HasSuffix(u, " ("+item+")") {
			return true
		}
	}
	return false
}
