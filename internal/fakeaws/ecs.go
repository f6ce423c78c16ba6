package fakeaws

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// States of a deployment.
const (
	inProgress = "IN_PROGRESS"
	completed  = "COMPLETED"
	gaveUp     = "FAILED"
)

// A service is one of ECS's.
type service struct {
	name, cluster string
	deployments   []*deployment // that DescribeServices shows, the primary first
	history       []*deployment // that ListServiceDeployments shows
	desired       int
}

// A deployment brings a task definition out.
type deployment struct {
	id, definition string
	state, reason  string
	created        time.Time
	looks, lingers int
	back           *deployment // what this one rolls back

	// Of the service deployment.
	status string
	alarms []string
	failed int
}

// Apply does what Crossplane and the provider do with a claim: each service of a cluster gets the image that the claim asks
// for, by the service's name within the platform. A service that is not there is created. One that is in the middle of a
// rollback is left alone until that is over.
func (a *Account) Apply(cluster string, images map[string]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.clusters[cluster] = true
	for name, image := range images {
		key := cluster + "-" + name
		if a.removed[key] {
			continue
		}
		s := a.services[key]
		if s == nil {
			s = &service{name: key, cluster: cluster, desired: 1}
			a.services[key] = s
			s.start(a.register(Definition(cluster, name, image)), nil)
			continue
		}
		primary := s.deployments[0]
		if primary.back != nil && primary.state == inProgress || a.image(primary.definition, name) == image {
			continue
		}
		s.start(a.register(Definition(cluster, name, image)), nil)
	}
}

// Settle ends all deployments at once, as they would in the end.
func (a *Account) Settle() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.services {
		for range 10 {
			a.advance(s)
		}
	}
}

// Remove deletes a service, for good.
func (a *Account) Remove(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.removed[name] = true
	delete(a.services, name)
}

// Age makes everything that has happened so far happen earlier.
func (a *Account) Age(by time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.services {
		for _, d := range append(slices.Clone(s.deployments), s.history...) {
			d.created = d.created.Add(-by / 2) // each is in both
		}
	}
}

// Runs is the tag that each service of a cluster runs, by its name within the platform.
func (a *Account) Runs(cluster string) map[string]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string]string{}
	for _, s := range a.services {
		if s.cluster == cluster {
			short := strings.TrimPrefix(s.name, cluster+"-")
			d := s.lastCompleted()
			if d == nil {
				d = s.deployments[0]
			}
			out[short] = tag(a.image(d.definition, short))
		}
	}
	return out
}

// Definition is a service's task definition, as the platform composes it.
func Definition(cluster, name, image string) map[string]any {
	role := "arn:aws:iam::" + ID + ":role/" + cluster + "-" + name
	return map[string]any{
		"family": cluster + "-" + name, "cpu": "512", "memory": "1024", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"},
		"executionRoleArn": role + "-exec", "taskRoleArn": role + "-task",
		"status": "ACTIVE", "compatibilities": []any{"EC2", "FARGATE"}, "volumes": []any{},
		"containerDefinitions": []any{map[string]any{
			"name": name, "image": image, "essential": true, "cpu": 0,
			"portMappings": []any{map[string]any{"containerPort": 3000}}, "healthCheck": map[string]any{"command": []any{"CMD-SHELL", "true"}},
			"environment": []any{map[string]any{"name": "DATABASE_HOST", "value": "db"}},
			"secrets": []any{map[string]any{
				"name": "DATABASE_PASSWORD", "valueFrom": "arn:aws:secretsmanager:" + Region + ":" + ID + ":secret:db-AbCdEf:password::",
			}},
			"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
				"awslogs-group": "/ecs/" + cluster + "/" + name, "awslogs-stream-prefix": name, "awslogs-region": Region,
			}},
		}},
	}
}

func (a *Account) register(d map[string]any) (definition string) {
	n := 1
	for _, other := range a.definitions {
		if other["family"] == d["family"] {
			n++
		}
	}
	d["revision"] = n
	definition = fmt.Sprintf("%stask-definition/%s:%d", arn, d["family"], n)
	d["taskDefinitionArn"], d["status"] = definition, "ACTIVE"
	a.definitions[definition] = d
	return definition
}

// image is that of a container.
func (a *Account) image(definition, container string) string {
	containers, _ := a.definitions[definition]["containerDefinitions"].([]any)
	for _, c := range containers {
		if c, _ := c.(map[string]any); c["name"] == container || len(containers) == 1 {
			return text(c["image"])
		}
	}
	return ""
}

func tag(image string) string { return image[strings.LastIndexByte(image, ':')+1:] }

func (s *service) lastCompleted() *deployment {
	for _, d := range slices.Backward(s.history) {
		if d.state == completed {
			return d
		}
	}
	return nil
}

// start begins a deployment. The one before it stays until the new one is steady.
func (s *service) start(definition string, back *deployment) {
	d := &deployment{
		id: fmt.Sprintf("ecs-svc/%019d", len(s.history)+1), definition: definition, state: inProgress, status: inProgress,
		reason: "ECS deployment in progress.", created: time.Now(), back: back,
	}
	if back != nil {
		d.reason = "ECS deployment circuit breaker: rolling back to deploymentId " + s.lastCompleted().id + "."
	}
	s.history = append(s.history, d)
	s.deployments = append([]*deployment{d}, s.deployments...)
}

// advance is what happens between two looks.
func (a *Account) advance(s *service) {
	d := s.deployments[0]
	s.deployments = slices.DeleteFunc(s.deployments, func(o *deployment) bool {
		o.lingers--
		return o != d && o.lingers < 0 && (d.state == completed || a.Forgets && o.state == gaveUp)
	})
	if d.state != inProgress {
		return
	}
	d.looks++
	late := d.looks > 2
	is := tag(a.image(d.definition, strings.TrimPrefix(s.name, s.cluster+"-")))
	switch {
	case d.back == nil && (is == a.Breaks || is == a.Alarms) && late:
		a.giveUp(s, d, is == a.Alarms)
	case d.back == nil && (is == a.Breaks || is == a.Alarms || is == a.Never):
		d.failed = d.looks
	case a.Quick || late:
		d.state, d.status, d.reason = completed, "SUCCESSFUL", "ECS deployment "+d.id+" completed."
		s.deployments = slices.DeleteFunc(s.deployments, func(o *deployment) bool { return o != d && o.lingers <= 0 })
		if d.back != nil {
			d.back.status = "ROLLBACK_SUCCESSFUL"
		}
	}
}

// giveUp fails a deployment, and starts one that goes back if there is anything to go back to.
func (a *Account) giveUp(s *service, d *deployment, alarm bool) {
	d.state, d.status, d.failed, d.lingers = gaveUp, "STOPPED", 3, a.Lingers
	d.reason = "ECS deployment circuit breaker: tasks failed to start."
	if alarm {
		d.alarms, d.reason = []string{s.name + "-cpu"}, "ECS deployment failed: alarm detected."
	}
	if last := s.lastCompleted(); last != nil && !a.NoRollback {
		d.status = "ROLLBACK_IN_PROGRESS"
		s.start(last.definition, d)
	}
}

func (a *Account) describeServices(in map[string]any) (map[string]any, *refusal) {
	cluster, names := text(in["cluster"]), list(in["services"])
	if !a.clusters[cluster] {
		return refuse("ClusterNotFoundException", "Cluster not found.")
	}
	if len(names) == 0 || len(names) > 10 {
		return refuse("InvalidParameterException", "Services must have at most 10 items")
	}
	found, failures := []any{}, []any{}
	for _, name := range names {
		s := a.services[name]
		if s == nil || s.cluster != cluster {
			failures = append(failures, map[string]any{"arn": arn + "service/" + cluster + "/" + name, "reason": "MISSING"})
			continue
		}
		a.advance(s)
		found = append(found, s.describe())
	}
	return map[string]any{"services": found, "failures": failures}, nil
}

func (s *service) arn() string { return arn + "service/" + s.cluster + "/" + s.name }

func (s *service) describe() map[string]any {
	var deployments []any
	for i, d := range s.deployments {
		status := "ACTIVE"
		if i == 0 {
			status = "PRIMARY"
		}
		running := s.desired
		if d.state != completed && i == 0 {
			running = 0
		}
		deployments = append(deployments, map[string]any{
			"id": d.id, "status": status, "rolloutState": d.state, "rolloutStateReason": d.reason, "taskDefinition": d.definition,
			"createdAt": epoch(d.created), "desiredCount": s.desired, "runningCount": running, "failedTasks": d.failed,
		})
	}
	return map[string]any{
		"serviceName": s.name, "serviceArn": s.arn(), "status": "ACTIVE", "taskDefinition": s.deployments[0].definition,
		"desiredCount": s.desired, "runningCount": s.desired, "deployments": deployments,
		"networkConfiguration": map[string]any{"awsvpcConfiguration": map[string]any{
			"subnets": []any{"subnet-a"}, "securityGroups": []any{"sg-ecs"}, "assignPublicIp": "DISABLED",
		}},
	}
}

func (s *service) deploymentARN(d *deployment) string {
	return arn + "service-deployment/" + s.cluster + "/" + s.name + "/" + d.id[len("ecs-svc/"):]
}

func (s *service) revisionARN(d *deployment) string {
	return arn + "service-revision/" + s.cluster + "/" + s.name + "/" + d.id[len("ecs-svc/"):]
}

func (a *Account) listServiceDeployments(in map[string]any) (map[string]any, *refusal) {
	statuses := list(in["status"])
	window, _ := in["createdAt"].(map[string]any)
	after, _ := window["after"].(float64)
	out := []any{}
	for _, s := range a.services {
		if s.arn() != text(in["service"]) && s.name != text(in["service"]) {
			continue
		}
		for _, d := range slices.Backward(s.history) {
			if d.back == nil && (len(statuses) == 0 || slices.Contains(statuses, d.status)) && epoch(d.created) >= after {
				out = append(out, map[string]any{"serviceDeploymentArn": s.deploymentARN(d), "serviceArn": s.arn(), "status": d.status, "createdAt": epoch(d.created)})
			}
		}
		return map[string]any{"serviceDeployments": out}, nil
	}
	return refuse("ServiceNotFoundException", "Service not found.")
}

func (a *Account) describeServiceDeployments(in map[string]any) (map[string]any, *refusal) {
	arns := list(in["serviceDeploymentArns"])
	if len(arns) == 0 || len(arns) > 20 {
		return refuse("InvalidParameterException", "serviceDeploymentArns must have 1 to 20 items")
	}
	out := []any{}
	for _, s := range a.services {
		for _, d := range s.history {
			if !slices.Contains(arns, s.deploymentARN(d)) {
				continue
			}
			breaker := map[string]any{"status": "MONITORING_COMPLETE", "failureCount": d.failed, "threshold": 3}
			alarms := map[string]any{"status": "DISABLED"}
			if d.alarms != nil {
				alarms = map[string]any{"status": "TRIGGERED", "alarmNames": d.alarms, "triggeredAlarmNames": d.alarms}
			} else if d.state == gaveUp {
				breaker["status"] = "TRIGGERED"
			}
			out = append(out, map[string]any{
				"serviceDeploymentArn": s.deploymentARN(d), "status": d.status, "createdAt": epoch(d.created), "statusReason": d.reason,
				"targetServiceRevision": map[string]any{"arn": s.revisionARN(d)}, "deploymentCircuitBreaker": breaker, "alarms": alarms,
			})
		}
	}
	return map[string]any{"serviceDeployments": out, "failures": []any{}}, nil
}

func (a *Account) describeServiceRevisions(in map[string]any) (map[string]any, *refusal) {
	out := []any{}
	for _, s := range a.services {
		for _, d := range s.history {
			if slices.Contains(list(in["serviceRevisionArns"]), s.revisionARN(d)) {
				out = append(out, map[string]any{"serviceRevisionArn": s.revisionARN(d), "taskDefinition": d.definition})
			}
		}
	}
	return map[string]any{"serviceRevisions": out, "failures": []any{}}, nil
}
