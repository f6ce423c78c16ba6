package mockaws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/platform"
)

func (c *check) loadBalancer() { //nolint:funlen // half of it is the shape of AWS's answers
	p := c.p
	var balancers struct {
		LoadBalancers []struct{ LoadBalancerArn, Scheme string }
	}
	if !c.ask(call{"elbv2", "describe_load_balancers", map[string]any{"Names": []any{p.AWSName("", platform.MaxLoadBalancer)}}, &balancers}) || len(balancers.LoadBalancers) != 1 {
		return
	}
	balancer := balancers.LoadBalancers[0]
	if balancer.Scheme == "internal" { // moto says nothing of one that nobody chose
		c.differ("the load balancer is not reached from the internet")
	}
	of := map[string]any{"LoadBalancerArn": balancer.LoadBalancerArn}
	type action struct{ Type, TargetGroupArn string }
	var listeners struct {
		Listeners []struct {
			ListenerArn, Protocol string
			Port                  int
			Certificates          []struct{ CertificateArn string }
			DefaultActions        []action
		}
	}
	var targets struct {
		TargetGroups []struct {
			TargetGroupArn, TargetGroupName string
		}
	}
	if !c.ask(call{"elbv2", "describe_listeners", of, &listeners}, call{"elbv2", "describe_target_groups", of, &targets}) {
		return
	}
	names := map[string]string{}
	for _, t := range targets.TargetGroups {
		names[t.TargetGroupArn] = t.TargetGroupName
	}
	var ports []string
	var entry string
	for _, l := range listeners.Listeners {
		for _, a := range l.DefaultActions {
			what := a.Type
			if a.Type == "forward" {
				what, entry = "forward to "+names[a.TargetGroupArn], l.ListenerArn
			}
			ports = append(ports, fmt.Sprintf("%s %d: %s", l.Protocol, l.Port, what))
		}
		if l.Protocol == "HTTPS" && len(l.Certificates) == 0 {
			c.differ("the HTTPS listener has no certificate")
		}
	}
	slices.Sort(ports)
	var rules, wantPorts, wantRules []string
	for _, s := range p.Services() {
		target := p.AWSName(s.Name, platform.MaxLoadBalancer)
		if s.Default && p.Domain != nil {
			wantPorts = []string{"HTTP 80: redirect", "HTTPS 443: forward to " + target}
		} else if s.Default {
			wantPorts = []string{"HTTP 80: forward to " + target}
		}
		if len(s.Paths) > 0 {
			wantRules = append(wantRules, fmt.Sprintf("%d: %v to %s", s.Priority, s.Paths, target))
		}
	}
	c.equal("the listeners", ports, wantPorts)
	if entry == "" {
		return
	}
	var all struct {
		Rules []struct {
			Priority   string
			Conditions []struct{ PathPatternConfig struct{ Values []string } }
			Actions    []action
		}
	}
	if !c.ask(call{"elbv2", "describe_rules", map[string]any{"ListenerArn": entry}, &all}) {
		return
	}
	for _, r := range all.Rules {
		if r.Priority == "default" || len(r.Conditions) == 0 || len(r.Actions) == 0 {
			continue
		}
		rules = append(rules, fmt.Sprintf("%s: %v to %s", r.Priority, r.Conditions[0].PathPatternConfig.Values, names[r.Actions[0].TargetGroupArn]))
	}
	slices.Sort(rules)
	slices.Sort(wantRules)
	c.equal("the listener's rules", rules, wantRules)
}

func (c *check) services() { //nolint:funlen // half of it is the shape of AWS's answers
	p := c.p
	var want []any
	byName := map[string]*platform.Service{}
	for i := range p.Services() {
		s := &p.Services()[i]
		name := p.AWSName(s.Name, platform.MaxECSName)
		byName[name] = s
		want = append(want, name)
	}
	var services struct {
		Services []struct {
			ServiceName, TaskDefinition, Status string
			NetworkConfiguration                struct {
				AwsvpcConfiguration struct {
					Subnets        []string
					AssignPublicIP string
				}
			}
		}
	}
	if !c.ask(call{"ecs", "describe_services", map[string]any{"cluster": p.AWSName("", platform.MaxECSName), "services": want}, &services}) {
		return
	}
	type definition struct {
		TaskDefinition struct {
			ContainerDefinitions []struct {
				Image   string
				Command []string
				Secrets []struct{ Name, ValueFrom string }
			}
		}
	}
	definitions := make([]definition, len(services.Services))
	var calls []call
	var secrets struct {
		SecretList []struct{ ARN, Name string }
	}
	for i, s := range services.Services {
		calls = append(calls, call{"ecs", "describe_task_definition", map[string]any{"taskDefinition": s.TaskDefinition}, &definitions[i]})
	}
	if !c.ask(append(calls, call{"secretsmanager", "list_secrets", nil, &secrets})...) {
		return
	}
	for i, s := range services.Services {
		svc := byName[s.ServiceName]
		delete(byName, s.ServiceName)
		c.equal("the state of service "+s.ServiceName, s.Status, "ACTIVE")
		c.equal("the number of subnets of service "+s.ServiceName, len(s.NetworkConfiguration.AwsvpcConfiguration.Subnets), len(p.Zones))
		c.equal("a public address for service "+s.ServiceName, s.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIP, "DISABLED")
		containers := definitions[i].TaskDefinition.ContainerDefinitions
		if svc == nil || len(containers) != 1 {
			c.differ("service %s has %d containers", s.ServiceName, len(containers))
			continue
		}
		c.equal("the image of service "+s.ServiceName, containers[0].Image, svc.Image)
		var got, want []string
		for _, v := range containers[0].Secrets {
			got = append(got, v.Name)
			if !slices.ContainsFunc(secrets.SecretList, func(s struct{ ARN, Name string }) bool { return strings.HasPrefix(v.ValueFrom, s.ARN) }) {
				c.differ("%s of service %s comes from a secret that does not exist: %s", v.Name, s.ServiceName, v.ValueFrom)
			}
		}
		for _, v := range c.p.SecretVariables(svc) {
			want = append(want, v.Name)
		}
		slices.Sort(want)
		c.equal("the secrets of service "+s.ServiceName, got, want)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c.differ("there is no service %s", name)
	}
}

// secrets compares those that the services use, and those whose values are known. Neither value is ever printed.
func (c *check) secrets() {
	names := slices.Collect(maps.Keys(c.want.Secrets))
	for _, s := range c.p.Services() {
		for secret := range c.p.SecretVariables(&s) {
			if !secret.MadeByAWS() {
				names = append(names, c.p.Prefix+"/"+secret.Name)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	values := make([]struct{ SecretString string }, len(names))
	var calls []call
	for i, name := range names {
		calls = append(calls, call{"secretsmanager", "get_secret_value", map[string]any{"SecretId": name}, &values[i]})
	}
	c.ask(calls...)
	for i, name := range names {
		want, known := c.want.Secrets[name]
		switch {
		case values[i].SecretString == "":
			c.differ("secret %s has no value", name)
		case known && values[i].SecretString != want:
			c.differ("secret %s has another value than the Secret in the cluster", name)
		}
	}
}
