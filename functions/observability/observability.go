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
	watched := Sections(s.Platform, func(resource, field string) string {
		v, _ := s.Observe(resource).String(field)
		return v
	})
	addTopic(s)
	addErrorFilters(s)
	addAlarms(s, watched)
	addDashboard(s, watched)
	publish(s)
}

// Sections are what is watched, in the dashboard's order: from what users feel down to what it rests on.
func Sections(p *platform.Platform, observed monitoring.Lookup) []monitoring.Section {
	out := []monitoring.Section{loadBalancer(p, observed), services(p)}
	for _, store := range p.Stores() {
		if store.Monitoring != nil {
			out = append(out, store.Monitoring(p, store, observed))
		}
	}
	return append(out, nat(p, observed), backups(p, observed))
}

// dashboardURL is where people find the dashboard.
func dashboardURL(p *platform.Platform) string {
	return "https://" + p.Region + ".console.aws.amazon.com/cloudwatch/home?region=" + p.Region + "#dashboards/dashboard/" + dashboardName(p)
}

// publish shows where to look, and who would be told of nothing. An address that has not been confirmed holds nothing up:
// the platform works, and nobody but its owner can change it.
func publish(s *layer.Scope) {
	p := s.Platform
	if s.Observe("dashboard").Exists() {
		s.SetStatus("monitoring.dashboard", dashboardURL(p))
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
