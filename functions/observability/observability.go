// Package observability is the layer that watches the others: alarms and who is told of them, the count of what services
// log as errors, and a dashboard.
package observability

import (
	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// Layer is observability.
func Layer() layer.Layer {
	return layer.Layer{Name: "observability", Condition: v1alpha1.ConditionObservabilityReady, Compose: compose}
}

func compose(s *layer.Scope) {
	p := s.Platform
	watched := groups(p, observe(s))
	addTopic(s)
	addErrorFilters(s)
	addAlarms(s, watched)
	addDashboard(s, watched)
	publish(s)
}

// groups are what is watched, in the dashboard's order: from what users feel down to what it rests on.
func groups(p *platform.Platform, known inventions) []monitoring.Section {
	return []monitoring.Section{
		loadBalancer(p, known),
		services(p),
		aurora(p),
		redis(p),
		clickHouse(p, known),
		openSearch(p),
		rabbitMQ(p, known),
		nat(p, known),
	}
}

// inventions are names that AWS makes up and metrics are found by, by the resource that has them.
type inventions map[string]string

// observe reads the inventions as far as they are known.
func observe(s *layer.Scope) inventions {
	known := make(inventions)
	note := func(resource, field string) {
		if v, ok := s.Observe(resource).String(field); ok {
			known[resource] = v
		}
	}
	note(loadBalancerName, "arnSuffix")
	note(clickHouseName, "id")
	if s.Adopted(rabbitMQName) { // which has kept its name
		note(rabbitMQName, "brokerName")
	}
	for _, z := range s.Platform.Zones {
		note(natName(z), "id")
	}
	return known
}

// publish shows where to look, and who would be told of nothing. An address that has not been confirmed holds nothing up:
// the platform works, and nobody but its owner can change it.
func publish(s *layer.Scope) {
	p := s.Platform
	if s.Observe("dashboard").Exists() {
		s.SetStatus("monitoring.dashboard", "https://"+p.Region+".console.aws.amazon.com/cloudwatch/home?region="+p.Region+"#dashboards/dashboard/"+dashboardName(p))
	}
	arn, _ := s.Observe("topic").String("arn")
	s.SetStatus("monitoring.alarmTopicArn", arn)
	var unconfirmed []string
	for _, email := range emails(p) {
		if s.Observe(subscriptionName(email)).Bool("pendingConfirmation") {
			unconfirmed = append(unconfirmed, email)
		}
	}
	s.SetStatusList("monitoring.unconfirmedEmails", unconfirmed)
}
