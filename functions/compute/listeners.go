package compute

import (
	"github.com/morket-io/platform/functions/internal/certificate"
	"github.com/morket-io/platform/internal/aws/elbv2"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// The listeners, by what they speak.
const (
	listenerHTTPS = "listener-https"
	listenerHTTP  = "listener-http"
)

// addListeners composes the ways in. With a domain, HTTPS leads to the services and HTTP redirects to it; without one,
// there is no name to have a certificate for, and HTTP leads to the services: CloudFront speaks TLS to people then.
// (R-ALB-1, R-ALB-2)
func addListeners(s *layer.Scope) {
	p := s.Platform
	c := certificate.Certificate{Resource: "certificate-alb", UsedBy: listenerHTTPS, Field: "certificateArn"}
	if p.Domain == nil {
		certificate.Add(s, c) // keeps the one of a domain that was given up until nothing uses it
		addRoutes(s, listenerHTTP, "", func(o *elbv2.LBListenerParameters) {
			o.Port, o.Protocol = new(80.0), new("HTTP")
		})
		return
	}

	if p.Domain.CertificateARN == nil {
		c.Names = []string{p.APIName()}
	}
	arn, ok := certificate.Add(s, c)
	if given := p.Domain.CertificateARN; given != nil {
		arn, ok = *given, true
	}
	waitsFor := ""
	if !ok {
		waitsFor = "the certificate"
	}
	addRoutes(s, listenerHTTPS, waitsFor, func(o *elbv2.LBListenerParameters) {
		o.Port, o.Protocol = new(443.0), new("HTTPS")
		o.SSLPolicy, o.CertificateARN = p.Compute.LoadBalancer.TLSPolicy, &arn
	})
	if keepPlain(s) {
		return
	}
	s.Add(listenerHTTP, &elbv2.LBListener{ForProvider: elbv2.LBListenerParameters{
		LoadBalancerARNRef: s.Ref(platform.LoadBalancer),
		Port:               new(80.0),
		Protocol:           new("HTTP"),
		DefaultAction: []elbv2.LBListenerDefaultAction{{
			Index: new(onlyAction), Type: new("redirect"),
			Redirect: &elbv2.LBListenerDefaultActionRedirect{Port: new("443"), Protocol: new("HTTPS"), StatusCode: new("HTTP_301")},
		}},
	}})
}

// onlyAction is the index by which Kubernetes tells a listener's actions apart. It is the definition's default, and must be
// given all the same: applied again on the server's side without it, through a conversion between the definition's
// versions, the action is dropped and the listener refused ("defaultAction is a required parameter").
const onlyAction = "default"

// keepPlain keeps a platform that is given a domain reachable over HTTP until it is over HTTPS, which takes as long as it
// takes to have a certificate issued.
func keepPlain(s *layer.Scope) bool {
	for _, svc := range s.Platform.Services() {
		if len(svc.Paths) > 0 && s.Observe(ruleName(listenerHTTP, svc.Name)).Exists() && !routed(s, &svc) {
			for _, other := range s.Platform.Services() {
				s.Keep(ruleName(listenerHTTP, other.Name))
			}
			return s.Keep(listenerHTTP)
		}
	}
	return false
}

func ruleName(listener, service string) string {
	return "rule-" + listener[len("listener-"):] + "-" + service
}

// entry is the listener that leads to the services.
func entry(p *platform.Platform) string {
	if p.Domain == nil {
		return listenerHTTP
	}
	return listenerHTTPS
}

// routed says whether the load balancer leads to a service: ECS refuses a service whose target group no listener uses.
func routed(s *layer.Scope, svc *platform.Service) bool {
	if _, ok := s.Observe(targetName(svc.Name)).String("arn"); !ok {
		return false
	}
	name := entry(s.Platform)
	if !svc.Default {
		name = ruleName(name, svc.Name)
	}
	_, ok := s.Observe(name).String("arn")
	return ok
}

// addRoutes composes a listener that leads to the services, and its rules, unless they have to wait. Target groups are named
// by their ARNs: a reference inside these lists would be resolved and overwritten for ever.
func addRoutes(s *layer.Scope, listener, waitsFor string, set func(*elbv2.LBListenerParameters)) {
	for _, svc := range s.Platform.Services() {
		if !svc.Public() {
			continue
		}
		target, ok := s.Observe(targetName(svc.Name)).String("arn")
		wait := waitsFor
		if wait == "" && !ok {
			wait = "the target group of " + svc.Name
		}
		if svc.Default && s.Gate(listener, wait == "", wait) {
			o := &elbv2.LBListener{ForProvider: elbv2.LBListenerParameters{
				LoadBalancerARNRef: s.Ref(platform.LoadBalancer),
				DefaultAction:      []elbv2.LBListenerDefaultAction{{Index: new(onlyAction), Type: new("forward"), TargetGroupARN: &target}},
			}}
			set(&o.ForProvider)
			s.Add(listener, o)
		}
		if name := ruleName(listener, svc.Name); len(svc.Paths) > 0 && s.Gate(name, wait == "", wait) {
			s.Add(name, rule(s, &svc, listener, target))
		}
	}
}

// rule leads a service's paths to it, and gives the action its order and its stickiness: the provider would see a difference for
// ever otherwise (provider-upjet-aws #2106, #2240).
//
// AWS says in two ways where a rule leads, and the provider (v2.5.0, mended in v2.7.0) reads both back once it has changed a rule, and
// one of them from its second look on. Whichever the claim's rule says, one of these looks has it change the rule again, for
// ever. What it was told for the beginning only it never takes for a difference, so it is told the other way so.
func rule(s *layer.Scope, svc *platform.Service, listener, target string) *elbv2.LBListenerRule {
	return &elbv2.LBListenerRule{
		ForProvider: elbv2.LBListenerRuleParameters{
			ListenerARNRef: s.Ref(listener),
			Priority:       new(float64(svc.Priority)),
			Condition:      []elbv2.LBListenerRuleCondition{{PathPattern: &elbv2.LBListenerRuleConditionPathPattern{Values: svc.Paths}}},
			Action: []elbv2.LBListenerRuleAction{{
				Type:  new("forward"),
				Order: new(1.0),
				Forward: &elbv2.LBListenerRuleActionForward{
					TargetGroup: []elbv2.LBListenerRuleActionForwardTargetGroup{{ARN: &target, Weight: new(1.0)}},
					Stickiness:  &elbv2.LBListenerRuleActionForwardStickiness{Enabled: new(false)},
				},
			}},
		},
		InitProvider: &elbv2.LBListenerRuleParameters{Action: []elbv2.LBListenerRuleAction{{TargetGroupARN: &target}}},
	}
}
