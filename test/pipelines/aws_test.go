package pipelines

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// An account is as much of AWS as a deploy sees: ECS, whose services take a few looks to become steady, CloudWatch Logs,
// S3 and CloudFront. The real AWS CLI talks to it. moto, the mock that others use, cannot stand in its place here: in
// moto, tasks end without exit codes, and deployments neither go on nor fail. TestMoto is what moto can do.
type account struct {
	mu sync.Mutex

	// What happens.
	migrationExit *int   // the migrations' exit code; none if the container never starts
	breaks        string // deployments of this tag fail
	never         string // deployments of this tag never become steady
	quick         bool   // all others are steady at the first look

	// What there is.
	definitions map[string]map[string]any // by ARN
	services    map[string]*service
	tasks       map[string]*task
	objects     map[string]object
	invalid     map[string]int // invalidations, and how often they were looked at

	// What was asked for: IAM actions, and what they were asked of.
	actions map[string]bool
}

type service struct {
	running string // the ARN of the task definition that runs
	next    string // the one being rolled out
	looks   int
	failed  string
}

type task struct {
	definition string
	looks      int
	stopped    bool
}

type object struct{ body, cache, kind string }

const (
	cluster = "morket-staging"
	bucket  = "morket-staging-frontend-111122223333-us-east-1"
	former  = "f0e1d2c"
	arn     = "arn:aws:ecs:us-east-1:111122223333:"
)

// services are the platform's; the last is not of the version.
var services = []string{"backend", "scraper", "frontend", "temporal-worker", "temporal-server"}

func newAccount() *account {
	a := &account{
		migrationExit: new(0),
		definitions:   map[string]map[string]any{}, services: map[string]*service{}, tasks: map[string]*task{},
		objects: map[string]object{}, invalid: map[string]int{}, actions: map[string]bool{},
	}
	for _, name := range services {
		a.services[name] = &service{running: a.register(definition(name, former))}
	}
	return a
}

// definition is a service's task definition, as the platform writes it.
func definition(name, tag string) map[string]any {
	image := "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-" + strings.Replace(name, "temporal-worker", "backend", 1) + ":" + tag
	if name == "temporal-server" {
		image = "temporalio/auto-setup:1.29.3"
	}
	return map[string]any{
		"family": cluster + "-" + name, "cpu": "512", "memory": "1024", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"},
		"executionRoleArn": "arn:aws:iam::111122223333:role/morket-staging-backend-exec", "taskRoleArn": "arn:aws:iam::111122223333:role/morket-staging-backend-task",
		"status": "ACTIVE", "compatibilities": []any{"EC2", "FARGATE"}, "volumes": []any{},
		"containerDefinitions": []any{map[string]any{
			"name": name, "image": image, "essential": true, "cpu": 0,
			"portMappings": []any{map[string]any{"containerPort": 3000}}, "healthCheck": map[string]any{"command": []any{"CMD-SHELL", "true"}},
			"environment":      []any{map[string]any{"name": "DATABASE_HOST", "value": "db"}},
			"secrets":          []any{map[string]any{"name": "DATABASE_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf:password::"}},
			"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{"awslogs-group": "/ecs/morket-staging/backend", "awslogs-stream-prefix": "backend"}},
		}},
	}
}

func (a *account) register(d map[string]any) (definitionARN string) {
	n := 1
	for _, other := range a.definitions {
		if other["family"] == d["family"] {
			n++
		}
	}
	d["revision"] = n
	definitionARN = fmt.Sprintf("%stask-definition/%s:%d", arn, d["family"], n)
	d["taskDefinitionArn"] = definitionARN
	a.definitions[definitionARN] = d
	return definitionARN
}

func (a *account) tag(definitionARN string) string {
	image := a.definitions[definitionARN]["containerDefinitions"].([]any)[0].(map[string]any)["image"].(string)
	return image[strings.LastIndex(image, ":")+1:]
}

// rollOut does what the platform does with a claim's tag.
func (a *account) rollOut(tag string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, name := range services[:4] {
		s := a.services[name]
		if s == nil {
			continue
		}
		if to := a.tag(s.running); s.next == "" && to == tag || s.next != "" && a.tag(s.next) == tag || s.failed == tag {
			continue
		}
		s.next, s.looks, s.failed = a.register(definition(name, tag)), 0, ""
	}
}

// runs is what each service runs.
func (a *account) runs() map[string]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string]string{}
	for name, s := range a.services {
		out[name] = a.tag(s.running)
	}
	return out
}

func (a *account) asked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.actions))
}

// describe is a service as it is now; it goes on a little with every look.
func (a *account) describe(name string) map[string]any {
	s := a.services[name]
	deployment := func(status, state, d string) map[string]any {
		return map[string]any{"id": "ecs-svc/" + d, "status": status, "rolloutState": state, "taskDefinition": d, "rolloutStateReason": "ECS deployment circuit breaker: tasks failed to start."}
	}
	var deployments []any
	running := 1
	if s.next == "" {
		deployments = []any{deployment("PRIMARY", "COMPLETED", s.running)}
	} else {
		s.looks++
		tag := a.tag(s.next)
		switch {
		case tag == a.breaks && s.looks > 2: // as the circuit breaker does: back to the former one, the failed one still shown
			deployments = []any{deployment("PRIMARY", "IN_PROGRESS", s.running), deployment("ACTIVE", "FAILED", s.next)}
		case tag != a.never && tag != a.breaks && (a.quick || s.looks > 2):
			s.running, s.next = s.next, ""
			deployments = []any{deployment("PRIMARY", "COMPLETED", s.running)}
		default:
			deployments = []any{deployment("PRIMARY", "IN_PROGRESS", s.next), deployment("ACTIVE", "COMPLETED", s.running)}
		}
	}
	return map[string]any{
		"serviceName": cluster + "-" + name, "serviceArn": arn + "service/" + cluster + "/" + cluster + "-" + name, "status": "ACTIVE",
		"taskDefinition": s.running, "desiredCount": 1, "runningCount": running, "deployments": deployments,
		"networkConfiguration": map[string]any{"awsvpcConfiguration": map[string]any{"subnets": []any{"subnet-a"}, "securityGroups": []any{"sg-ecs"}, "assignPublicIp": "DISABLED"}},
	}
}

// start serves the account.
func (a *account) start(t *testing.T) (url string) {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return server.URL
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body) // a broken request is refused below
	target := r.Header.Get("X-Amz-Target")
	switch {
	case target != "":
		var in map[string]any
		if err := json.Unmarshal(body, &in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, operation, _ := strings.Cut(target, ".")
		out := a.call(operation, in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if out == nil {
			w.WriteHeader(http.StatusBadRequest)
			out = map[string]any{"__type": "ClientException", "message": "unable: " + operation}
		}
		json.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // a test's own
	case strings.HasPrefix(r.URL.Path, "/2020-05-31/distribution/"):
		a.cloudFront(w, r)
	default:
		a.s3(w, r, string(body))
	}
}

// call answers ECS and CloudWatch Logs; nil is an error.
func (a *account) call(operation string, in map[string]any) map[string]any {
	prefix := "ecs:"
	if operation == "GetLogEvents" {
		prefix = "logs:"
	}
	a.actions[prefix+operation] = true
	switch operation {
	case "DescribeServices":
		out := map[string]any{"services": []any{}, "failures": []any{}}
		for _, name := range in["services"].([]any) {
			short := strings.TrimPrefix(name.(string), cluster+"-")
			if a.services[short] == nil {
				out["failures"] = append(out["failures"].([]any), map[string]any{"arn": arn + "service/" + cluster + "/" + name.(string), "reason": "MISSING"})
				continue
			}
			out["services"] = append(out["services"].([]any), a.describe(short))
		}
		return out
	case "DescribeTaskDefinition":
		d := a.definitions[in["taskDefinition"].(string)]
		if d == nil {
			return nil
		}
		return map[string]any{"taskDefinition": d}
	case "RegisterTaskDefinition":
		for _, field := range []string{"status", "revision", "taskDefinitionArn", "compatibilities"} {
			if in[field] != nil {
				return nil // what AWS describes and does not take back
			}
		}
		a.register(in)
		return map[string]any{"taskDefinition": in}
	case "DeregisterTaskDefinition":
		d := a.definitions[in["taskDefinition"].(string)]
		d["status"] = "INACTIVE"
		return map[string]any{"taskDefinition": d}
	case "RunTask":
		a.actions["iam:PassRole"] = true // ECS asks for it
		id := fmt.Sprintf("%stask/%s/%032d", arn, cluster, len(a.tasks)+1)
		a.tasks[id] = &task{definition: in["taskDefinition"].(string)}
		return map[string]any{"tasks": []any{map[string]any{"taskArn": id, "lastStatus": "PROVISIONING"}}, "failures": []any{}}
	case "StopTask":
		a.tasks[in["task"].(string)].stopped = true
		return map[string]any{"task": map[string]any{}}
	case "DescribeTasks":
		id := in["tasks"].([]any)[0].(string)
		o := a.tasks[id]
		o.looks++
		container := map[string]any{"name": "backend"}
		out := map[string]any{"taskArn": id, "lastStatus": "RUNNING", "containers": []any{container}}
		if o.looks > 2 && a.tag(o.definition) != a.never {
			out["lastStatus"] = "STOPPED"
			out["stoppedReason"] = "Essential container in task exited"
			if a.migrationExit != nil {
				container["exitCode"] = *a.migrationExit
			} else {
				out["stoppedReason"] = "CannotPullContainerError: not found"
			}
		}
		return map[string]any{"tasks": []any{out}, "failures": []any{}}
	case "GetLogEvents":
		return map[string]any{"events": []any{map[string]any{"message": "log of " + in["logStreamName"].(string)[:15]}}}
	default:
		return nil
	}
}

func (a *account) cloudFront(w http.ResponseWriter, r *http.Request) {
	type invalidation struct {
		XMLName    xml.Name `xml:"Invalidation"`
		ID         string   `xml:"Id"`
		Status     string
		CreateTime string
	}
	parts := strings.Split(r.URL.Path, "/")
	if parts[3] != "E2EXAMPLE" {
		http.Error(w, "no such distribution", http.StatusNotFound)
		return
	}
	out := invalidation{Status: "InProgress", CreateTime: "2026-11-23T00:00:00Z"}
	if r.Method == http.MethodPost {
		a.actions["cloudfront:CreateInvalidation"] = true
		out.ID = fmt.Sprintf("I%d", len(a.invalid)+1)
		a.invalid[out.ID] = 0
		w.Header().Set("Location", "/"+out.ID)
		w.WriteHeader(http.StatusCreated)
	} else {
		a.actions["cloudfront:GetInvalidation"] = true
		out.ID = parts[5]
		a.invalid[out.ID]++
		if a.invalid[out.ID] > 1 {
			out.Status = "Completed"
		}
	}
	xml.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // a test's own
}

func (a *account) s3(w http.ResponseWriter, r *http.Request, body string) {
	key, ok := strings.CutPrefix(r.URL.Path, "/"+bucket)
	if !ok {
		http.Error(w, "no such bucket", http.StatusNotFound)
		return
	}
	key = strings.TrimPrefix(key, "/")
	switch r.Method {
	case http.MethodPut:
		a.actions["s3:PutObject"] = true
		a.objects[key] = object{body: body, cache: r.Header.Get("Cache-Control"), kind: r.Header.Get("Content-Type")}
		w.Header().Set("ETag", `"0"`)
	case http.MethodGet:
		a.actions["s3:ListBucket"] = true
		prefix := r.URL.Query().Get("prefix")
		fmt.Fprint(w, "<ListBucketResult>") //nolint:errcheck // a test's own
		for _, k := range slices.Sorted(maps.Keys(a.objects)) {
			if strings.HasPrefix(k, prefix) {
				fmt.Fprintf(w, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>2099-01-01T00:00:00Z</LastModified></Contents>", k, len(a.objects[k].body)) //nolint:errcheck // a test's own
			}
		}
		fmt.Fprint(w, "<IsTruncated>false</IsTruncated></ListBucketResult>") //nolint:errcheck // a test's own
	default: // a deploy deletes nothing
		http.Error(w, r.Method, http.StatusMethodNotAllowed)
	}
}
